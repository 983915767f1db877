#!/usr/bin/env python3
"""How fast everything goes out: rows a second of each format, and what the server needs for it.

    python3 benches/exporting.py                                  # a million synthetic rows, SQLite
    ROWS=100000 DATABASE_URL=postgres://… python3 benches/exporting.py    # an empty database
    KEEP=/path/sentra.db python3 benches/exporting.py             # a database that is there already

Rows are those of `sentra generate --seed 35`. The server of the release build runs on this machine, and a client
on the same cores takes the bytes and throws them away. Memory is the resident set above that of the
idle server, its peak. Beside it, where they are: `COPY … TO STDOUT` of the same documents by psql (only with DATABASE_URL), and
ogr2ogr from the GeoJSON to the same format.
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

ROWS = int(os.environ.get("ROWS", "1000000"))
SENTRA = str(Path(os.environ.get("SENTRA_BIN", "target/release/sentra")).resolve())
BARS = {"geojson": 250_000, "geojsonl": 250_000, "csv": 250_000, "xlsx": 100_000, "parquet": 100_000, "fgb": 100_000}
DRIVERS = {"csv": "CSV", "geojsonl": "GeoJSONSeq", "fgb": "FlatGeobuf", "xlsx": "XLSX", "parquet": "Parquet"}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def resident(pid, field):
    """Megabytes: VmRSS now, VmHWM at most."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1e3
    return 0.0


def forget_peak(pid):
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        pass


def taken(port, path, headers=None):
    """Seconds until the first byte and the last, and how many there were."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {answer.read(500)}")
    room = memoryview(bytearray(1 << 20))
    first, size = None, 0
    while count := answer.readinto(room):
        first = first or time.monotonic() - started
        size += count
    connection.close()
    return first or 0.0, time.monotonic() - started, size


def asked(port, pid, rows, what, path, bar=None, headers=None):
    taken(port, path, headers)  # what is read once is at hand
    forget_peak(pid)
    idle = resident(pid, "VmRSS")
    first, seconds, size = taken(port, path, headers)
    most = resident(pid, "VmHWM") - idle
    rate = rows / seconds
    verdict = "" if bar is None else ("met" if rate >= bar and most <= 300 else f"not: {bar:,} rows/s, 300 MB")
    print(f"| {what} | {seconds:.1f} s | {rate:,.0f} | {size / 1e6:,.0f} MB | {first * 1e3:,.0f} ms | {most:,.0f} MB | {verdict} |",
          flush=True)


def ready(port):
    for _ in range(1200):
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the server does not start")


def matched(port):
    import json
    with urlopen(f"http://127.0.0.1:{port}/api/v1/enterprises?limit=1", timeout=60) as answer:
        return json.load(answer)["matched"]


def beside(folder, port, rows):
    """Others with the same rows."""
    if (url := os.environ.get("DATABASE_URL")) and shutil.which("psql"):
        started = time.monotonic()
        copy = "COPY (SELECT public_document FROM enterprises WHERE public_document IS NOT NULL) TO STDOUT"
        subprocess.run(["psql", url, "-qc", copy], check=True, stdout=subprocess.DEVNULL)
        print(f"| PostgreSQL's COPY of the documents | {time.monotonic() - started:.1f} s | {rows / (time.monotonic() - started):,.0f} | | | | |")
    if not shutil.which("ogr2ogr"):
        return
    source = folder / "all.geojsonl"
    with source.open("wb") as file:
        with urlopen(f"http://127.0.0.1:{port}/api/v1/exports/enterprises.geojsonl?columns=id,name,region,size_class", timeout=600) as answer:
            shutil.copyfileobj(answer, file, 1 << 20)
    known = subprocess.run(["ogr2ogr", "--formats"], capture_output=True, text=True).stdout
    for format, driver in DRIVERS.items():
        if f"{driver} -" not in known:
            continue
        made = folder / f"made.{format}"
        started = time.monotonic()
        done = subprocess.run(["ogr2ogr", "-f", driver, made, source], capture_output=True)
        if done.returncode == 0:
            seconds = time.monotonic() - started
            print(f"| ogr2ogr to {driver} (four columns) | {seconds:.1f} s | {rows / seconds:,.0f} | {made.stat().st_size / 1e6:,.0f} MB | | | |", flush=True)
        made.unlink(missing_ok=True)


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as place:
        folder, port = Path(place), free_port()
        kept = os.environ.get("KEEP")
        url = os.environ.get("DATABASE_URL") or f"sqlite://{kept or folder / 'sentra.db'}"
        env = {**os.environ, "DATABASE_URL": url, "SENTRA_LISTEN": f"127.0.0.1:{port}", "RUST_LOG": "warn"}
        if not kept:
            for command in (["migrate"], ["seed"], ["generate", "--rows", str(ROWS), "--seed", "35"]):
                subprocess.run([SENTRA, *command], check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if "postgres" in url:
                # Else the first reader does what autovacuum had not come to.
                subprocess.run(["psql", url, "-qc", "VACUUM ANALYZE", "-c", "CHECKPOINT"], check=True)
        server = subprocess.Popen([SENTRA, "serve", "--rate-limit", "0"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            ready(port)
            rows = matched(port)
            print(f"{rows:,} rows, {'PostgreSQL' if 'postgres' in url else 'SQLite'}\n")
            print("| format | took | rows/s | bytes | first byte | memory above idle | |\n|---|---|---|---|---|---|---|", flush=True)
            path = "/api/v1/exports/enterprises."
            for format, bar in BARS.items():
                asked(port, server.pid, rows, format, path + format, bar)
            for format in ("csv", "parquet"):
                asked(port, server.pid, rows, f"{format}, all columns", f"{path}{format}?columns=all")
            asked(port, server.pid, rows, "geojson, gzip", path + "geojson", headers={"Accept-Encoding": "gzip"})
            beside(folder, port, rows)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
