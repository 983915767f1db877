"""Many questions to one side and how long each took: wrk asks us, pgbench asks PostGIS."""

import itertools
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

LUA = Path(__file__).with_name("wrk.lua")
# Where the blanks behind a value begin to count: no two runs ask the same.
FIRST = itertools.count(0, 1_000_003)
# pgbench takes no more.
MOST_SCRIPTS = 100


@dataclass
class Measured:
    """Milliseconds; how many a second."""

    p50: float
    p99: float
    rate: float
    count: int


def ask_us(address, operation, connections, seconds, delay_ms=0):
    paths = operation.paths()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(paths))
        file.flush()
        command = ["wrk", "--threads", "1", "--connections", connections, "--duration", f"{seconds}s",
                   "--timeout", "60s", "--script", LUA, address, "--", file.name, next(FIRST) % 2**24,
                   "gzip" if operation.gzip else "identity", delay_ms]
        told = subprocess.run(list(map(str, command)), check=True, text=True, stdout=subprocess.PIPE).stdout
    line = next(line for line in told.splitlines() if line.startswith("done "))
    requests, took_us, p50, p99, _, failed, _ = map(int, line.split()[1:])
    if failed or not requests:
        raise SystemExit(f"{failed} of {requests} requests failed, such as {paths[0]}")
    return Measured(p50 / 1e3, p99 / 1e3, requests / took_us * 1e6, requests)


def ask_postgis(postgis, queries, connections, seconds, options=""):
    """The queries are scripts with all values written out, planned once a connection each."""
    with tempfile.TemporaryDirectory() as folder:
        command = postgis.command("pgbench", "--no-vacuum", "--protocol", "prepared", "--log",
                                  "--log-prefix", "times", "--client", str(connections),
                                  "--jobs", str(min(connections, 2)), "--time", str(seconds))
        scripts = []
        for at, query in enumerate(queries[:MOST_SCRIPTS]):
            path = Path(folder) / f"{at}.sql"
            path.write_text(query)
            scripts += ["--file", path]
        command[-1:-1] = scripts
        env = {**os.environ, "PGOPTIONS": options}
        result = subprocess.run(command, cwd=folder, env=env, text=True, capture_output=True)
        if result.returncode != 0:
            raise SystemExit(f"pgbench: {result.stderr}")
        lines = [line.split() for path in Path(folder).glob("times.*") for line in path.open()]
    took = sorted(int(line[2]) / 1e3 for line in lines)
    ends = [int(line[4]) + int(line[5]) / 1e6 for line in lines]
    begins = [end - int(line[2]) / 1e6 for end, line in zip(ends, lines)]
    rate = len(took) / (max(ends) - min(begins))
    return Measured(took[len(took) // 2], took[min(int(len(took) * 0.99), len(took) - 1)], rate, len(took))
