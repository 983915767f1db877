#!/usr/bin/env python3
"""Speed and memory of the release build over HTTP, on a generated set with a fixed seed.

    make bench            # 50,000 enterprises
    ROWS=5000 make bench
"""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time

ROWS = int(os.environ.get("ROWS", "50000"))
SENTRA = os.environ.get("SENTRA_BIN", "target/release/sentra")
REQUESTS = 200

# What is asked, each uncached.
OPERATIONS = {
    "tile z6": "/api/v1/tiles/enterprises/6/52/33.mvt",
    "tile z8, filtered": "/api/v1/tiles/enterprises/8/208/133.mvt?sector=kulit-alas-kaki&kind=ikm",
    "tile z10": "/api/v1/tiles/enterprises/10/832/533.mvt",
    "page of 50 in a box": "/api/v1/enterprises?bbox=112.6,-7.6,112.8,-7.4&limit=50",
    "page of 50 by sector and regency": "/api/v1/enterprises?sector=pangan&region=35.15&limit=50",
    "nearest 20": "/api/v1/enterprises?near=112.7,-7.5&sort=distance&limit=20",
    "search": "/api/v1/enterprises?q=batik+pamekasan&limit=20",
    "one enterprise": None,
    "point in regency": "/api/v1/regions/locate?lon=112.7223&lat=-7.5071",
}


def timed(command, **options):
    start = time.perf_counter()
    subprocess.run(command, check=True, **options)
    return time.perf_counter() - start


def resident(pid):
    status = open(f"/proc/{pid}/status").read()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def main():
    with tempfile.TemporaryDirectory() as folder:
        database = f"{folder}/bench.db"
        env = {**os.environ, "DATABASE_URL": f"sqlite://{database}"}
        quiet = {"env": env, "stderr": subprocess.DEVNULL}
        subprocess.run([SENTRA, "migrate"], check=True, **quiet)
        subprocess.run([SENTRA, "seed"], check=True, **quiet)
        loading = timed([SENTRA, "generate", "--rows", str(ROWS), "--seed", "35"], **quiet)
        size = os.path.getsize(database)

        start = time.perf_counter()
        server = subprocess.Popen([SENTRA, "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True, **quiet)
        try:
            address = server.stdout.readline().strip().removeprefix("http://")
            connection = http.client.HTTPConnection(address)

            def get(path):
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read()
                assert response.status in (200, 204), (path, response.status, body)
                return body

            get("/readyz")
            started = time.perf_counter() - start
            memory = resident(server.pid)
            first = json.loads(get("/api/v1/enterprises?limit=1"))["items"][0]["id"]
            OPERATIONS["one enterprise"] = f"/api/v1/enterprises/{first}"

            print(f"{ROWS:,} enterprises on SQLite: {ROWS / loading:,.0f} rows/s in, {size / 1e6:,.0f} MB on disk")
            print(f"start to ready {started:.2f} s, {memory:,.0f} MB resident\n")
            print(f"{'operation':34} {'p50 ms':>8} {'p99 ms':>8} {'bytes':>9}")
            for name, path in OPERATIONS.items():
                times = []
                for _ in range(REQUESTS):
                    before = time.perf_counter()
                    body = get(path)
                    times.append(time.perf_counter() - before)
                times.sort()
                p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99) - 1]
                print(f"{name:34} {p50 * 1e3:8.2f} {p99 * 1e3:8.2f} {len(body):9,}")
            print(f"\n{resident(server.pid):,.0f} MB resident afterwards")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
