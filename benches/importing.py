#!/usr/bin/env python3
"""How fast lists come in, the whole way: read, understood, checked, stored, logged, compared for
duplicates.

    python3 benches/importing.py                                        # a million rows, SQLite
    ROWS=100000 DATABASE_URL=postgres://… python3 benches/importing.py  # an empty database

A list as an office keeps it (the people of seed/demo.json, a tenth with a NIK and money, one in three
with a NIB) is imported into an empty registry; then, with three rows of ten changed, again; then an
XLSX of a fifth as many rows into a registry of its own. With OGR=postgres://… beside it: ogr2ogr of
the same CSV into a table of that database (PostGIS), which understands and checks nothing.
"""

import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

ROWS = int(os.environ.get("ROWS", "1000000"))
SENTRA = str(Path(os.environ.get("SENTRA_BIN", "target/release/sentra")).resolve())
SEED = Path(__file__).parent.parent / "seed"
HEADERS = ["No", "Nama Usaha", "Nama Pemilik", "Jenis Kelamin", "NIK", "Alamat", "Desa/Kelurahan", "Kecamatan",
           "Kabupaten/Kota", "Telepon", "NIB", "Kode KBLI", "Nama Produk", "Kapasitas Produksi per Bulan", "Satuan",
           "TK L", "TK P", "Nilai Investasi (Rp)", "Tahun Berdiri", "Latitude", "Longitude"]
CHANGED = 0.3


def villages():
    rows = list(csv.DictReader((SEED / "regions/codes.csv").open()))
    named = {row["code"]: row["name"] for row in rows}
    parted = [(row, row["code"].rsplit(".", 1)[0]) for row in rows if row["level"] == "village"]
    return [(row["name"], named[district], named[district[:5]], float(row["lat"]), float(row["lng"]))
            for row, district in parted]


def people(count, seed=35):
    """Rows of cells."""
    random_of = random.Random(seed)
    demo = json.loads((SEED / "demo.json").read_text())
    places, profiles = villages(), demo["profiles"]
    weights = [profile["rows"] for profile in profiles]
    names, words, streets = demo["names"], demo["words"], demo["streets"]
    for number in range(1, count + 1):
        profile = random_of.choices(profiles, weights)[0]
        village, district, regency, lat, lon = random_of.choice(places)
        sex = random_of.choice(("female", "male"))
        parts = [random_of.choice(names[sex]) for _ in range(random_of.choice((1, 1, 2)))]
        owner = " ".join([*parts, random_of.choice(names["family"])] if random_of.random() < 0.5 else parts)
        name = random_of.choice(profile["names"]).replace("{owner}", owner)
        name = re.sub(r"\{word\}", lambda _: random_of.choice(words), name)
        product = random_of.choice(profile["products"])
        low, high = product.get("capacity", [10, 500])
        street = random_of.choice(streets)
        near = random_of.random() < 0.5
        yield [
            number, name.upper(), owner.upper(), "P" if sex == "female" else "L",
            f"35{random_of.randrange(10**14):014d}" if random_of.random() < 0.1 else "",
            f"{street if isinstance(street, str) else street[0]} No. {random_of.randrange(1, 200)}",
            village, district, regency, f"08{random_of.randrange(10**9, 10**10)}",
            f"{random_of.randrange(10**12, 10**13)}" if random_of.random() < 0.33 else "-",
            profile["kbli"], product["name"], random_of.randrange(low, high + 1), product.get("unit", "buah"),
            random_of.randrange(0, 6), random_of.randrange(0, 6),
            random_of.randrange(5, 400) * 1_000_000 if random_of.random() < 0.1 else "",
            random_of.randrange(1985, 2025),
            f"{lat + random_of.uniform(-.005, .005):.6f}" if near else "",
            f"{lon + random_of.uniform(-.005, .005):.6f}" if near else "",
        ]


def write_csv(path, count, changed=0.0):
    random_of = random.Random(7)
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADERS)
        for row in people(count):
            if random_of.random() < changed:
                row[15] += 1
                row[9] = f"08{random_of.randrange(10**9, 10**10)}"
            writer.writerow(row)


def write_xlsx(path, count):
    """With shared strings, as spreadsheets write them."""
    texts, cells = {}, []

    def cell(column, line, value):
        at = f"{chr(65 + column)}{line}"
        if isinstance(value, int):
            return f'<c r="{at}"><v>{value}</v></c>'
        return f'<c r="{at}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>' if value else ""

    for line, row in enumerate([HEADERS, *people(count)], 1):
        cells.append(f'<row r="{line}">{"".join(cell(at, line, value) for at, value in enumerate(row))}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(cells)}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}" count="{len(texts)}" uniqueCount="{len(texts)}">{"".join(f"<si><t>{escape(text)}</t></si>" for text in texts)}</sst>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + text)


def measured(command, env):
    """Seconds, megabytes at most, what it told at its end."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    told = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(map(str, command))}: failed\n{told[-2000:]}")
    counts = [line for line in told.splitlines() if "baris dibaca" in line]
    return time.monotonic() - started, usage.ru_maxrss / 1e3, counts[-1] if counts else ""


def imported(file, count, env, what):
    seconds, most, told = measured([SENTRA, "import", file], env)
    print(f"| {what} | {count:,} | {seconds:.1f} s | {count / seconds:,.0f} rows/s | {most:,.0f} MB | {told} |", flush=True)


def registry(folder, name, url=None):
    env = {**os.environ, "DATABASE_URL": url or f"sqlite://{folder}/{name}.db",
           "SENTRA_VAULT_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}
    for command in ("migrate", "seed"):
        subprocess.run([SENTRA, command], check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return env


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as place:
        folder = Path(place)
        first, again, workbook = folder / "daftar.csv", folder / "daftar-lagi.csv", folder / "daftar.xlsx"
        write_csv(first, ROWS)
        write_csv(again, ROWS, CHANGED)
        print("| list | rows | took | | memory at most | |\n|---|---|---|---|---|---|", flush=True)
        env = registry(folder, "csv", os.environ.get("DATABASE_URL"))
        imported(first, ROWS, env, "CSV into an empty registry")
        imported(again, ROWS, env, f"the same with {CHANGED:.0%} changed")
        if ogr := os.environ.get("OGR"):
            address = ogr.replace("postgres://", "postgresql://", 1)  # as GDAL spells it
            command = ["ogr2ogr", "-f", "PostgreSQL", address, first, "-nln", "daftar", "-overwrite",
                       "-oo", "X_POSSIBLE_NAMES=Longitude", "-oo", "Y_POSSIBLE_NAMES=Latitude", "-oo", "SEPARATOR=SEMICOLON",
                       "-a_srs", "EPSG:4326"]
            seconds, most, _ = measured(command, os.environ)
            print(f"| ogr2ogr of the CSV | {ROWS:,} | {seconds:.1f} s | {ROWS / seconds:,.0f} rows/s | {most:,.0f} MB | |", flush=True)
        if "DATABASE_URL" not in os.environ:
            write_xlsx(workbook, ROWS // 5)
            imported(workbook, ROWS // 5, registry(folder, "xlsx"), "XLSX into an empty registry")


if __name__ == "__main__":
    sys.exit(main())
