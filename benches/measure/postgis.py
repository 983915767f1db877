"""A PostgreSQL cluster of the benchmark's own, with PostGIS in it."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

USER = "bench"
CORES = os.cpu_count()


def settings():
    """What fits the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "shared_buffers": f"{memory // 4}MB",
        "effective_cache_size": f"{memory * 3 // 4}MB",
        "work_mem": "256MB",
        "maintenance_work_mem": f"{min(memory // 12, 2000)}MB",
        "random_page_cost": "1.1",
        "max_parallel_workers": CORES,
        "max_parallel_workers_per_gather": CORES,
        "max_parallel_maintenance_workers": CORES,
        # Compiling costs more than it saves in these queries.
        "jit": "off",
        # Nothing here is worth the wait for a disk.
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": 0,
        "max_wal_size": "2GB",
        "autovacuum": "off",
    }


class PostGis:
    """Started on entering, stopped on leaving; its folder stays. Only at a socket, unless told a port."""

    def __init__(self, folder, name="postgis", port=None):
        self.folder = Path(folder) / name
        self.port = port
        self.data, self.mark = self.folder / "data", self.folder / "rows"
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not versions:
            raise SystemExit("PostgreSQL is not installed: scripts/setup bench")
        self.bin = versions[-1]
        # Servers do not run as root.
        self.owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.socket = None

    def __enter__(self):
        self.socket = tempfile.mkdtemp(prefix="bench-", dir="/tmp")
        self._own(self.socket)
        if not self.data.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._own(self.folder)
            if self.owner and subprocess.run([*self.owner, "test", "-w", self.folder], cwd="/").returncode != 0:
                raise SystemExit(f"the user postgres cannot go to {self.folder}: set BENCH_DIR")
            self._quietly("initdb", "--pgdata", self.data, "--username", USER, "--auth", "trust",
                          "--no-sync", "--encoding", "UTF8", "--locale", "C")
        options = " ".join(f"-c {name}={value}" for name, value in settings().items())
        options += f" -c unix_socket_directories={self.socket}"
        options += f" -c listen_addresses=127.0.0.1 -p {self.port}" if self.port else " -c listen_addresses=''"
        self._quietly("pg_ctl", "--pgdata", self.data, "--log", self.folder / "log", "--wait",
                      "--timeout", "300", "start", "--options", options)
        return self

    def __exit__(self, *_):
        with contextlib.suppress(subprocess.CalledProcessError):
            self._quietly("pg_ctl", "--pgdata", self.data, "--mode", "fast", "--timeout", "300", "stop")
        shutil.rmtree(self.socket, ignore_errors=True)

    def _own(self, folder):
        if self.owner:
            shutil.chown(folder, "postgres")

    def _quietly(self, tool, *arguments):
        command = [*self.owner, self.bin / tool, *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)

    def command(self, tool, *arguments, database="bench"):
        port = ["--port", str(self.port)] if self.port else []
        return [self.bin / tool, "--host", self.socket, *port, "--username", USER, *arguments, database]

    def _psql(self, *arguments, database="bench", **options):
        flags = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"]
        command = self.command("psql", *flags, *arguments, database=database)
        answer = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options)
        return answer.stdout

    def ask(self, sql, database="bench"):
        """Lines of fields."""
        told = self._psql("--file", "-", input=sql, database=database)
        return [line.split("|") for line in told.splitlines()]

    def file(self, path):
        self._psql("--file", path)

    @contextlib.contextmanager
    def copying(self, table):
        """A pipe into a table."""
        command = self.command("psql", "--no-psqlrc", "--quiet", "--command", f"COPY {table} FROM STDIN")
        process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
        with process.stdin as pipe:
            yield pipe
        if process.wait() != 0:
            raise SystemExit(f"COPY {table} failed")

    def holds(self, rows):
        return self.mark.exists() and self.mark.read_text() == str(rows)

    def renew(self):
        """An empty database."""
        self.mark.unlink(missing_ok=True)
        self.ask("SET client_min_messages = warning; DROP DATABASE IF EXISTS bench", database="postgres")
        self.ask("CREATE DATABASE bench", database="postgres")

    def done(self, rows):
        self.mark.write_text(str(rows))

    def version(self):
        return self.ask("SELECT split_part(version(), ' ', 2), postgis_lib_version()")[0]

    def size(self):
        return int(self.ask("SELECT pg_database_size('bench')")[0][0])
