#!/usr/bin/env python3
"""Pages of features in a box, `numberMatched` included: Sentra beside pygeoapi and tipg on PostGIS, with the
same rows, in the same run.

    python3 benches/features.py                # a million rows, some 15 minutes, most of it loading
    ROWS=20000 SECONDS_EACH=3 python3 benches/features.py

All three are asked `items?limit=100&bbox=…` of boxes about cities, one after the other, by wrk on eight
connections (and on one), on the cores that they all share. First some boxes are asked of all of them: they
must match as many features, or the run fails. pygeoapi and tipg come from PyPI into a folder under
target/, each with as many workers as there are cores; PostGIS has an index on the place and on the id.
SENTRA_BIN, BENCH_DIR (where the rows are kept, as benches/bench.py keeps them).
"""

import contextlib
import datetime
import http.client
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from measure import report
from measure.data import Generated, say
from measure.load import Measured
from measure.postgis import CORES, USER, PostGis
from measure.questions import around
from measure.server import Server

ROWS = int(os.environ.get("ROWS", "1000000"))
SECONDS = int(os.environ.get("SECONDS_EACH", "10"))
FOLDER = Path(os.environ.get("BENCH_DIR", "target/bench")).resolve()
SENTRA = str(Path(os.environ.get("SENTRA_BIN", "target/release/sentra")).resolve())
VENV = Path("target/features-venv").resolve()
PACKAGES = ["pygeoapi==0.21.0", "tipg==1.6.1", "gunicorn==27.0.1", "uvicorn[standard]==0.54.0", "psycopg2-binary==2.9.13",
            "sqlalchemy==2.1.9", "geoalchemy2==0.20.0", "pygeofilter[backend-sqlalchemy]==0.4.0"]
# Requests a second that Sentra is to answer at a million rows on two cores.
BAR = 2_000
SIZE = (0.25, 0.2)
# Of each column: its type, and what it is of a public document.
COLUMNS = {
    "id": ("text PRIMARY KEY", lambda row: row["id"]),
    "name": ("text", lambda row: row["name"]),
    "kind": ("text", lambda row: ",".join(one["kind"] for one in row["registrations"])),
    "legal_form": ("text", lambda row: row.get("legal_form")),
    "founded_year": ("int", lambda row: row.get("founded_year")),
    "sector": ("text", lambda row: ",".join(row["sectors"])),
    "kbli": ("text", lambda row: ",".join(one["code"] for one in row.get("kbli", ()))),
    "commodity": ("text", lambda row: ",".join(row.get("commodities", ()))),
    "product": ("text", lambda row: ", ".join(one["name"] for one in row.get("products", ()))),
    "region": ("text", lambda row: row["region"]),
    "regency": ("text", lambda row: row["responsible_region"]),
    "district": ("text", lambda row: row["region"][:8]),
    "women_led": ("bool", lambda row: row.get("women_led")),
    "size_class": ("text", lambda row: row.get("size_class")),
    "existence": ("text", lambda row: row["existence"]),
    "sample": ("bool", lambda row: row.get("sample")),
    "revision": ("int", lambda row: row["revision"]),
    "created_at": ("timestamptz", lambda row: row["created_at"]),
    "updated_at": ("timestamptz", lambda row: row["updated_at"]),
    "geom": ("geometry(Point, 4326)", lambda row: "SRID=4326;POINT({lon} {lat})".format(**row["public_place"])),
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def written(value):
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")


def load(generated, postgis):
    """The rows that the collection has: published and active."""
    mark = f"{generated.rows} {sorted(COLUMNS)}"
    if postgis.mark.exists() and postgis.mark.read_text() == mark:
        say("PostGIS has them")
        return
    postgis.renew()
    say("loading PostGIS")
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in COLUMNS.items())
    postgis.ask(f"CREATE EXTENSION postgis; CREATE TABLE enterprises ({columns})")
    with postgis.copying("enterprises") as pipe:
        # One after the other: all documents together are a gigabyte.
        connection = sqlite3.connect(f"file:{generated.database}?mode=ro", uri=True)
        for (text,) in connection.execute("SELECT public_document FROM enterprises WHERE public_document IS NOT NULL"):
            row = json.loads(text)
            if row["existence"] == "active":
                pipe.write("\t".join(written(of(row)) for _, of in COLUMNS.values()) + "\n")
    postgis.ask("CREATE INDEX ON enterprises USING gist (geom); VACUUM ANALYZE enterprises")
    postgis.mark.write_text(mark)


@contextlib.contextmanager
def process(command, env, ready, name):
    log = (FOLDER / f"{name}.log").open("w")
    running = subprocess.Popen(list(map(str, command)), env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        for _ in range(600):
            if running.poll() is not None:
                raise SystemExit(f"{name} ended: see {log.name}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if answered(ready).status == 200:
                    break
            time.sleep(0.1)
        else:
            raise SystemExit(f"{name} does not answer: see {log.name}")
        yield running
    finally:
        os.killpg(running.pid, 15)
        running.wait()
        log.close()


def answered(url):
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("GET", f"/{path}", headers={"Accept": "application/geo+json, application/json;q=0.9"})
    answer = connection.getresponse()
    answer.body = answer.read()
    connection.close()
    return answer


@contextlib.contextmanager
def sentra(generated, _):
    with Server(generated) as server:
        yield f"{server.address}/ogc/collections/enterprises/items"


@contextlib.contextmanager
def pygeoapi(_, postgis):
    port = free_port()
    provider = {"type": "feature", "name": "PostgreSQL", "id_field": "id", "table": "enterprises", "geom_field": "geom",
                "data": {"host": "127.0.0.1", "port": postgis.port, "dbname": "bench", "user": USER, "password": "-",
                         "search_path": ["public"]}}
    collection = {"type": "collection", "title": "Enterprises", "description": "Enterprises", "keywords": ["ikm"], "links": [],
                  "extents": {"spatial": {"bbox": [110, -9, 117, -5], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
                  "providers": [provider]}
    some = {"name": "-", "url": "http://localhost"}
    config = {
        "server": {"bind": {"host": "127.0.0.1", "port": port}, "url": f"http://127.0.0.1:{port}", "mimetype": "application/json",
                   "encoding": "utf-8", "languages": ["en-US"], "limits": {"default_items": 10, "max_items": 10000},
                   "map": {"url": "http://localhost/{z}/{x}/{y}.png", "attribution": "-"}, "gzip": False, "pretty_print": False},
        "logging": {"level": "ERROR"},
        "metadata": {"identification": {"title": "-", "description": "-", "keywords": ["-"], "keywords_type": "theme",
                                        "terms_of_service": "-", "url": "http://localhost"},
                     "license": some, "provider": some, "contact": {"name": "-", "email": "a@example.org"}},
        "resources": {"enterprises": collection},
    }
    with tempfile.TemporaryDirectory() as folder:
        paths = {"PYGEOAPI_CONFIG": f"{folder}/config.yml", "PYGEOAPI_OPENAPI": f"{folder}/openapi.yml"}
        # JSON is YAML.
        Path(paths["PYGEOAPI_CONFIG"]).write_text(json.dumps(config))
        env = {**os.environ, **paths}
        made = subprocess.run([VENV / "bin/pygeoapi", "openapi", "generate", paths["PYGEOAPI_CONFIG"], "--output-file",
                               paths["PYGEOAPI_OPENAPI"]], env=env, text=True, capture_output=True)
        if made.returncode:
            raise SystemExit(f"pygeoapi openapi generate: {made.stderr[-2000:]}")
        command = [VENV / "bin/gunicorn", "--workers", CORES, "--worker-class", "gthread", "--threads", 4,
                   "--keep-alive", 60, "--bind", f"127.0.0.1:{port}", "pygeoapi.flask_app:APP"]
        address = f"http://127.0.0.1:{port}/collections/enterprises"
        with process(command, env, f"{address}?f=json", "pygeoapi"):
            yield f"{address}/items"


@contextlib.contextmanager
def tipg(_, postgis):
    port = free_port()
    env = {**os.environ, "DATABASE_URL": f"postgresql://{USER}:-@127.0.0.1:{postgis.port}/bench",
           "TIPG_DB_SCHEMAS": '["public"]', "TIPG_DB_SPATIAL_EXTENT": "FALSE", "TIPG_DB_DATETIME_EXTENT": "FALSE"}
    command = [VENV / "bin/uvicorn", "--workers", CORES, "--port", port, "--log-level", "error", "tipg.main:app"]
    address = f"http://127.0.0.1:{port}/collections/public.enterprises"
    with process(command, env, address, "tipg"):
        yield f"{address}/items"


SIDES = {"Sentra": sentra, "pygeoapi": pygeoapi, "tipg": tipg}


def boxes(count):
    random = Random(8)
    return [around(random, SIZE) for _ in range(count)]


def matched(address, box):
    answer = answered(f"{address}?limit=100&bbox={box}")
    if answer.status != 200:
        raise SystemExit(f"{address}: {answer.status} {answer.body[:500]!r}")
    document = json.loads(answer.body)
    if len(document["features"]) != min(100, document["numberMatched"]):
        raise SystemExit(f"{address}: {len(document['features'])} features, {document['numberMatched']} match")
    return document["numberMatched"], len(answer.body)


def measure(address, asked, connections, seconds):
    host, _, path = address.removeprefix("http://").partition("/")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(f"/{path}?limit=100&bbox={box}" for box in asked))
        file.flush()
        lua = Path(__file__).parent / "measure/paths.lua"
        command = ["wrk", "--threads", 1, "--connections", connections, "--duration", f"{seconds}s", "--timeout", "60s",
                   "--script", lua, f"http://{host}", "--", file.name]
        told = subprocess.run(list(map(str, command)), check=True, text=True, stdout=subprocess.PIPE).stdout
    line = next(line for line in told.splitlines() if line.startswith("done "))
    requests, took_us, p50, p99, _, failed, _ = map(int, line.split()[1:])
    if failed or not requests:
        raise SystemExit(f"{failed} of {requests} requests failed: {address}")
    return Measured(p50 / 1e3, p99 / 1e3, requests / took_us * 1e6, requests)


def main():
    for tool in ("wrk", "psql"):
        if not shutil.which(tool):
            raise SystemExit(f"{tool} is not installed: scripts/setup bench")
    marker = VENV / "packages"
    if not marker.exists() or marker.read_text() != "\n".join(PACKAGES):
        say("installing pygeoapi and tipg")
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True)
        marker.write_text("\n".join(PACKAGES))
    generated = Generated(SENTRA, FOLDER, ROWS)
    generated.make()
    lines, counts = [], {}
    sample, asked = boxes(30), boxes(50_000)
    with PostGis(generated.folder, "postgis-features", free_port()) as postgis:
        load(generated, postgis)
        versions = postgis.version()
        for name, side in SIDES.items():
            say(name)
            with side(generated, postgis) as address:
                told = [matched(address, box) for box in sample]
                counts[name] = [count for count, _ in told]
                size = sum(length for _, length in told) / len(told)
                measure(address, asked[-5_000:], 8, 2)
                alone, crowded = measure(address, asked, 1, SECONDS), measure(address, asked[25_000:], 8, SECONDS)
            say(f"  {crowded.rate:,.0f}/s")
            lines.append([name, f"{crowded.rate:,.0f}", report.both(crowded), report.both(alone), f"{size / 1e3:,.0f} kB"])
    for name, found in counts.items():
        if found != counts["Sentra"]:
            apart = [(box, one, other) for box, one, other in zip(sample, counts["Sentra"], found) if one != other]
            raise SystemExit(f"{name} matches otherwise than Sentra in {len(apart)} of {len(sample)} boxes: {apart[:3]}")
    print(f"{ROWS:,} generated rows, {datetime.date.today():%-d %B %Y}, {report.machine()}; PostgreSQL {versions[0]} with "
          f"PostGIS {versions[1]}; {', '.join(PACKAGES[:2])}; {sum(counts['Sentra']) / len(sample):,.0f} match on average\n")
    head = ["items?limit=100&bbox", "requests/s, 8 connections", "p50 / p99 ms", "p50 / p99 ms alone", "an answer"]
    for line in report.table(head, lines):
        print(line)
    rate = float(lines[0][1].replace(",", ""))
    print(f"\nbar: {BAR:,} requests/s at a million rows on two cores: {'met' if rate >= BAR else 'not met'}")


if __name__ == "__main__":
    sys.exit(main())
