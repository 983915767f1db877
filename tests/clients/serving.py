"""The built program on a sample province of its own, for clients to ask."""

import json
import os
import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SENTRA = str((ROOT / os.environ.get("SENTRA_BIN", "target/debug/sentra")).resolve())


class Served:
    """`sentra serve` on any free port, on SQLite, or on PostgreSQL under tests/with-postgres."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="sentra-clients."))
        postgres = os.environ.get("SENTRA_TEST_POSTGRES")
        if postgres:
            subprocess.run(["psql", "--quiet", f"{postgres}/postgres", "--command", "CREATE DATABASE clients"], check=True)
        url = f"{postgres}/clients" if postgres else f"sqlite://{self.folder}/clients.db"
        # As many requests as the clients like.
        self.env = {**os.environ, "DATABASE_URL": url, "SENTRA_RATE_LIMIT": "0"}
        self.process = None
        try:
            self.run("migrate")
            self.run("seed", "--demo")
            # Names that a page, a query or a spreadsheet may take for its own.
            self.run("import", str(Path(__file__).with_name("odd.csv")), "--publish", "--basis", "tests")
            self.log = (self.folder / "log").open("w")
            self.process = subprocess.Popen([SENTRA, "serve", "--listen", "127.0.0.1:0"], env=self.env,
                                            stdout=subprocess.PIPE, stderr=self.log, text=True)
            self.address = self.process.stdout.readline().strip()
            if not self.address:
                raise SystemExit(f"the server did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            urllib.request.urlopen(f"{self.address}/readyz", timeout=60).read()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *arguments):
        done = subprocess.run([SENTRA, *arguments], env=self.env, text=True, capture_output=True)
        if done.returncode:
            raise SystemExit(f"sentra {' '.join(arguments)}: {done.stderr[-2000:]}")
        return done.stdout

    def token(self, role, area):
        """Of somebody who sees the internal tier of an area."""
        email, password = f"{role}@contoh.id", "kata sandi untuk uji"
        subprocess.run([SENTRA, "user", "add", email, "--role", role, "--area", area, "--password-stdin"], env=self.env,
                       input=password, text=True, check=True, capture_output=True)
        body = json.dumps({"email": email, "password": password}).encode()
        asked = urllib.request.Request(f"{self.address}/api/v1/auth/session", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)["access_token"]

    def complaints(self):
        """Lines of the server's log that tell of a fault of its own."""
        self.log.flush()
        marks = ("panicked", "ERROR", " 500 ", "a request failed")
        return [line for line in (self.folder / "log").read_text().splitlines() if any(mark in line for mark in marks)]

    def get(self, path):
        with urllib.request.urlopen(f"{self.address}{path}", timeout=60) as answer:
            return json.load(answer)

    def listed(self, path):
        """Every item of a list of /api/v1."""
        found, path = [], f"/api/v1{path}"
        while path:
            page = self.get(path)
            found += page["items"] if "items" in page else page["features"]
            path = page["next"]
        return found
