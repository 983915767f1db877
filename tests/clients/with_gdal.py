"""GDAL's own programs, as docs/ogc-clients.md has them."""

import json
import subprocess
import time

from questions import answer, asked


def run(*command):
    done = subprocess.run(list(map(str, command)), text=True, capture_output=True)
    if done.returncode or "ERROR" in done.stderr:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.returncode}: {done.stderr[-1500:]}")
    return done.stdout


def ids(*command):
    """Of GeoJSON on standard output, each feature as often as it stands there."""
    features = json.loads(run("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", *command))["features"]
    return [one.get("id") or one["properties"].get("id") or one["properties"]["code"] for one in features]


def main():
    address, questions = asked()
    source = f"OAPIF:{address}/ogc"
    listed = run("ogrinfo", "-ro", source)
    for one in questions:
        collection = one["collection"]
        if collection not in listed:
            raise SystemExit(f"ogrinfo does not list {collection}:\n{listed}")
        summary = run("ogrinfo", "-ro", "-so", source, collection)
        if f"Feature Count: {one['matched']}" not in summary:
            raise SystemExit(f"ogrinfo counts otherwise than {one['matched']}:\n{summary[:1500]}")
        for question, options in (("paging", ["-oo", "PAGE_SIZE=1000"]), ("bbox", ["-oo", "PAGE_SIZE=1000", "-spat", *one["box"]]),
                                  ("filter", ["-oo", "PAGE_SIZE=1000", "-where", f"{one['name']} = '{one['value']}'"])):
            started = time.monotonic()
            found = ids(*options, source, collection)
            answer(collection, question, found, time.monotonic() - started)
        if one["matched"] < 300:
            # Ten at a time, as it does unless told.
            started = time.monotonic()
            answer(collection, "paging", ids(source, collection), time.monotonic() - started)


if __name__ == "__main__":
    main()
