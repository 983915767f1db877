"""The generated set: made once in SQLite, then the same rows in PostGIS."""

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from math import asinh, pi, radians, tan
from pathlib import Path

SEED = 35
HERE = Path(__file__).resolve().parent.parent
KINDS = ["ikm", "ukm", "kopwan", "koperasi"]
SIZES = ["micro", "small", "medium", "large", "unknown"]
EXISTENCE = ["active", "closed", "moved", "duplicate"]
# The zoom that rows are counted at, and how many of the fullest tiles of each are kept at most, if
# they have half as many rows as the fullest.
FINEST = 14
FULLEST = {6: 2, 8: 4, 10: 20, 12: 60, 14: 200}
# So many pairs of regency and sector, those with the most rows.
BUSY = 20


def say(text):
    print(text, file=sys.stderr, flush=True)


class Generated:
    """A set of so many rows, in a folder of its own."""

    def __init__(self, sentra, folder, rows):
        self.sentra, self.rows = sentra, rows
        self.folder = Path(folder) / f"rows-{rows}"
        self.database = self.folder / "sentra.db"
        self.facts_file = self.folder / "facts.json"
        self.env = {**os.environ, "DATABASE_URL": f"sqlite://{self.database}", "SENTRA_RATE_LIMIT": "0"}

    def run(self, *arguments, **options):
        command = [self.sentra, *arguments]
        return subprocess.run(command, env=self.env, check=True, text=True, stderr=subprocess.PIPE, **options)

    @property
    def facts(self):
        return json.loads(self.facts_file.read_text())

    def note(self, **facts):
        known = self.facts if self.facts_file.exists() else {}
        self.facts_file.write_text(json.dumps({**known, **facts}))

    @property
    def dirty_file(self):
        return self.folder / "grown"

    def make(self):
        """Generates the set, unless it is there, whole and as it was generated."""
        if self.dirty_file.exists() or (self.folder.exists() and not self.facts_file.exists()):
            say(f"{self.folder} is not as it was generated: made anew")
            shutil.rmtree(self.folder)
        if self.facts_file.exists():
            say(f"{self.rows:,} rows are there: {self.folder}")
            return
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o755)  # the owner of the PostgreSQL cluster goes through it
        say(f"generating {self.rows:,} rows in {self.folder}")
        self.run("migrate")
        self.run("seed")
        start = time.monotonic()
        told = self.run("generate", "--rows", str(self.rows), "--seed", str(SEED)).stderr
        rate = self.rows / (time.monotonic() - start)
        rates = [int(found) for found in re.findall(r"(\d+) rows/s", told)]
        self.note(generated_a_second=rate, rates=rates)
        say(f"{rate:,.0f} rows/s")

    def query(self, sql, *values):
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def size(self):
        # With what is still in the log beside it.
        return sum(path.stat().st_size for path in self.folder.glob("sentra.db*"))

    def into(self, postgis):
        """Puts the rows into PostGIS, as the public sees them, unless they are there."""
        if postgis.holds(self.rows):
            say("PostGIS has them")
            return
        postgis.renew()
        say("loading PostGIS")
        postgis.file(HERE / "postgis/schema.sql")
        start = time.monotonic()
        columns = Columns(self)
        with postgis.copying("loaded") as pipe:
            for line in columns.lines():
                pipe.write(line)
        loaded = time.monotonic() - start
        for kind, codes in columns.codes.items():
            with postgis.copying("codes") as pipe:
                for code, number in codes.items():
                    pipe.write(f"{kind}\t{number}\t{code}\n")
        regencies = "SELECT code, geometry FROM region_geometries WHERE length(code) = 5"
        for code, geometry in self.query(regencies):
            number = columns.number("regency", code)
            quoted = geometry.replace("'", "''")
            postgis.ask(f"INSERT INTO regencies VALUES ({number}, ST_Multi(ST_GeomFromGeoJSON('{quoted}')))")
        say(f"{self.rows / loaded:,.0f} rows/s; sorting and indexing")
        postgis.file(HERE / "postgis/indexes.sql")
        busy = [pair for pair, _ in columns.pairs.most_common(BUSY)]
        seconds = time.monotonic() - start
        self.note(codes=columns.codes, tiles=columns.fullest(), busy=busy, postgis_seconds=seconds)
        postgis.done(self.rows)


class Columns:
    """Public documents as lines of COPY."""

    def __init__(self, generated):
        self.generated = generated
        self.codes = {kind: {} for kind in ("regency", "district", "village", "sector", "commodity")}
        self.tiles = Counter()
        self.pairs = Counter()

    def number(self, kind, code):
        return self.codes[kind].setdefault(code, len(self.codes[kind]))

    def lines(self):
        rows = 0
        kinds = {code: 1 << at for at, code in enumerate(KINDS)}
        women = {True: "t", False: "f", None: "\\N"}
        database = f"file:{self.generated.database}?mode=ro"
        connection = sqlite3.connect(database, uri=True)
        for (text,) in connection.execute("SELECT public_document FROM enterprises ORDER BY key"):
            if text is None:
                raise SystemExit("a generated row is not published: the two sides would not hold the same")
            row = json.loads(text)
            place = row["public_place"]
            lon, lat, region = place["lon"], place["lat"], row["region"]
            self.tiles[tile_of(lon, lat, FINEST)] += 1
            regency = self.number("regency", row["responsible_region"])
            if not region.startswith(row["responsible_region"]):
                raise SystemExit(f"{row['id']} is not in the regency of its village")
            bits = 0
            for registration in row["registrations"]:
                bits |= kinds[registration["kind"]]
            sectors = 0
            for sector in row["sectors"]:
                sectors |= 1 << self.number("sector", sector)
                self.pairs[row["responsible_region"], sector] += 1
            commodities = ",".join(str(self.number("commodity", code)) for code in row.get("commodities", ()))
            district, village = self.number("district", region[:8]), self.number("village", region)
            size, existence = SIZES.index(row["size_class"]), EXISTENCE.index(row["existence"])
            yield (
                f"{row['id']}\t{lon!r}\t{lat!r}\t{regency}\t{district}\t{village}\t{bits}\t{sectors}\t"
                f"{size}\t{women[row.get('women_led')]}\t{existence}\t{{{commodities}}}\n"
            )
            rows += 1
        if rows != self.generated.rows:
            raise SystemExit(f"{rows} rows where {self.generated.rows} were generated")

    def fullest(self):
        """The tiles with the most rows, by zoom."""
        found = {}
        for zoom, most in FULLEST.items():
            counts = Counter()
            for (x, y), rows in self.tiles.items():
                counts[x >> FINEST - zoom, y >> FINEST - zoom] += rows
            fullest = counts.most_common(most)
            found[zoom] = [list(tile) for tile, rows in fullest if rows >= fullest[0][1] / 2]
        return found


def tile_of(lon, lat, zoom):
    side = 1 << zoom
    down = (1 - asinh(tan(radians(lat))) / pi) / 2
    return int((lon + 180) / 360 * side), int(down * side)
