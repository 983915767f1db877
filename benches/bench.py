#!/usr/bin/env python3
"""Speed and memory of the release build over HTTP, PostGIS beside it on the same rows.

    make bench                                       # a million rows, some 20 minutes
    ROWS=10000000 BENCH_DIR=/somewhere make bench    # 45 GB there; made once, used again
    make bench-check                                 # only that both answer the same

The table goes to standard output as Markdown, what is going on to standard error.
"""

import argparse
import datetime
import os
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

from measure import check, report, writing
from measure.data import Generated, say
from measure.load import Measured, ask_postgis, ask_us
from measure.postgis import PostGis
from measure.questions import POLYGON, Bar, Operation, operations, polygon, with_polygon
from measure.server import Client, Server

# What is asked at half of saturation while others write.
BESIDE_WRITERS = ["tile z10, filtered", "page of 100 in a city's box"]
LOCATING = Operation("point in regency, 1 million points, one thread", Bar(p50=300, ratio=6), None, "locate")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    env = os.environ.get
    parser.add_argument("--rows", type=int, default=int(env("ROWS", "1000000")))
    parser.add_argument("--dir", default=env("BENCH_DIR", "target/bench"), help="where the rows are kept")
    parser.add_argument("--seconds", type=int, default=int(env("SECONDS_EACH", "10")), help="of each measurement")
    parser.add_argument("--grow", type=int, default=int(env("GROW", "0")),
                        help="load so many more rows at the end, with people reading; the set is then made anew")
    parser.add_argument("--check", action="store_true", help="only compare the answers with PostGIS's")
    parser.add_argument("--only", help="only operations whose name has this in it, and nothing else")
    parser.add_argument("--sentra", default=env("SENTRA_BIN", "target/release/sentra"))
    return parser.parse_args()


def main():
    asked = arguments()
    for tool in ("wrk", "psql"):
        if not shutil.which(tool):
            raise SystemExit(f"{tool} is not installed: scripts/setup bench")
    generated = Generated(str(Path(asked.sentra).resolve()), Path(asked.dir).resolve(), asked.rows)
    generated.make()
    with PostGis(generated.folder) as postgis:
        generated.into(postgis)
    if asked.check:
        print(checked(generated))
        return
    chosen = [one for one in operations(generated) if not asked.only or asked.only in one.name]
    facts, lines = [], []
    if not asked.only:
        facts += starts(generated)
    ours, beside = measure_ours(generated, chosen, asked, facts)
    theirs = {}
    with PostGis(generated.folder) as postgis:
        facts.append(
            f"PostgreSQL {' with PostGIS '.join(postgis.version())}: {postgis.size() / 1e6:,.0f} MB, "
            f"loaded, sorted and indexed in {generated.facts['postgis_seconds']:,.0f} s"
        )
        for operation in chosen:
            if operation.sql:
                theirs[operation.name] = measure_postgis(postgis, operation, asked.seconds)
        if not asked.only:
            lines.append(locating(postgis))
    lines = [report.operation_line(one, ours[one.name], theirs.get(one.name)) for one in chosen] + lines
    if not asked.only:
        lines.insert(-1, report.operation_line(Operation(POLYGON, Bar(20), None), ours[POLYGON], None))
        facts.append(checked(generated))
        if asked.grow:
            beside = grown(generated, asked, ours, facts)
    publish(asked, facts, lines, beside)


def starts(generated):
    """Cold, without the atlas's file and the search's; then warm."""
    say("starting cold")
    (generated.folder / "sentra.atlas").unlink(missing_ok=True)
    shutil.rmtree(generated.folder / "sentra.search", ignore_errors=True)
    with Server(generated) as server:
        cold, peak = server.ready_seconds, server.memory("VmHWM")
        searching = server.searches()
    atlas = (generated.folder / "sentra.atlas").stat().st_size
    search = sum(path.stat().st_size for path in (generated.folder / "sentra.search").rglob("*") if path.is_file())
    say("starting warm")
    with Server(generated) as server:
        warm = server.ready_seconds
        server.searches()
        memory = server.memory()
    made = generated.facts
    return [
        f"loaded at {made['generated_a_second']:,.0f} rows/s{ends(made['rates'])}",
        f"database {generated.size() / 1e6:,.0f} MB, atlas's file {atlas / 1e6:,.0f} MB, search {search / 1e6:,.0f} MB",
        f"start to ready: cold {cold:.1f} s (at most {peak:,.0f} MB resident; words after {searching:.0f} s), "
        f"warm {warm:.1f} s ({memory:,.0f} MB)",
    ]


def ends(rates):
    """What the program tells of the first and the last hundred thousand rows."""
    return f" (the first hundred thousand at {rates[1]:,.0f}, the last at {rates[2]:,.0f})" if len(rates) == 3 else ""


def measure_ours(generated, chosen, asked, facts):
    ours, beside = {}, None
    with Server(generated) as server:
        if not asked.only:
            client, random = Client(server), Random(60)
            areas = [client.ask("POST", "/api/v1/areas", polygon(random))["id"] for _ in range(20)]
            chosen = [*chosen, with_polygon(areas, generated.facts["codes"])]
        for operation in chosen:
            say(f"{operation.name}: Sentra")
            ask_us(server.address, operation, 8, 2)
            alone, crowded = (ask_us(server.address, operation, connections, asked.seconds) for connections in (1, 8))
            ours[operation.name] = alone, crowded
            say(f"  {report.both(alone)}; {report.both(crowded)}, {crowded.rate:,.0f}/s")
        if not asked.only:
            beside = writers(generated, server, chosen, ours, asked.seconds)
            facts.append(f"resident at the end {server.memory():,.0f} MB, the most {server.memory('VmHWM'):,.0f} MB")
    return ours, beside


def writers(generated, server, chosen, ours, seconds, grow=0):
    asked = [one for one in chosen if one.name in BESIDE_WRITERS]
    saturated = {one.name: ours[one.name][1] for one in asked}
    return writing.measure(generated, server, asked, saturated, seconds, grow)


def grown(generated, asked, ours, facts):
    """As the last thing, since the set is another afterwards."""
    with Server(generated) as server:
        beside = writers(generated, server, operations(generated), ours, asked.seconds, asked.grow)
        facts.append(
            f"after {asked.grow:,} more rows: resident {server.memory():,.0f} MB, "
            f"the most {server.memory('VmHWM'):,.0f} MB"
        )
    return beside


def measure_postgis(postgis, operation, seconds):
    say(f"{operation.name}: PostGIS")
    queries = operation.queries()
    ask_postgis(postgis, queries, 1, 3)
    alone, crowded = (ask_postgis(postgis, queries, connections, seconds) for connections in (1, 8))
    say(f"  {report.both(alone)}; {report.both(crowded)}, {crowded.rate:,.1f}/s")
    return alone, crowded


def locating(postgis):
    """Without HTTP on either side: the line of `cargo bench --bench atlas`."""
    say(LOCATING.name)
    built = os.environ.get("ATLAS_BENCH")
    command = [built] if built else ["cargo", "bench", "--locked", "--quiet", "--bench", "atlas", "--"]
    process = subprocess.Popen([*command, "1000"], stdout=subprocess.PIPE, text=True)
    line = next(line for line in process.stdout if line.startswith("| point in regency"))
    process.stdout.read()
    process.wait()
    p50, p99 = (float(field) for field in line.split("|")[2:4])
    sql = [(Path(__file__).parent / "postgis/queries/locate.sql").read_text()]
    theirs = ask_postgis(postgis, sql, 1, 10, options="-c max_parallel_workers_per_gather=0")
    return report.operation_line(LOCATING, (Measured(p50, p99, 1e3 / p50, 5), None), (theirs, None))


def checked(generated):
    say("comparing answers with PostGIS's")
    with Server(generated) as server, PostGis(generated.folder) as postgis:
        return check.run(generated, server, postgis)


def publish(asked, facts, lines, beside):
    print(f"{asked.rows:,} generated rows, {datetime.date.today():%-d %B %Y}, {report.machine()}\n")
    for fact in facts:
        print(f"- {fact}")
    print()
    for line in report.table(report.HEAD, lines):
        print(line)
    if beside:
        rows, told = beside
        head = ["at half of saturation, ms", "p50 / p99 alone", "while records are changed", "p99 ratio",
                "while rows are loaded", "p99 ratio"]
        print()
        for line in report.table(head, [beside_line(*row) for row in rows]):
            print(line)
        print()
        for line in told:
            print(f"- {line}")


def beside_line(name, quiet, written, loaded):
    rate = f"{quiet.rate:,.0f}/s: {report.both(quiet)}"
    more = [report.both(loaded), f"{loaded.p99 / quiet.p99:.1f}×"] if loaded else ["–", "–"]
    return [name, rate, report.both(written), f"{written.p99 / quiet.p99:.1f}×", *more]


if __name__ == "__main__":
    sys.exit(main())
