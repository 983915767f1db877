"""pyogrio and geopandas, as docs/ogc-clients.md has them."""

import tempfile
import time
import urllib.request
from pathlib import Path

import geopandas
import pyogrio

from questions import answer, asked


def main():
    address, questions = asked()
    source = f"OAPIF:{address}/ogc"
    layers = {name for name, _ in pyogrio.list_layers(source)}
    for one in questions:
        collection = one["collection"]
        if collection not in layers:
            raise SystemExit(f"pyogrio does not list {collection}: {layers}")
        for question, options in (("paging", {}), ("bbox", {"bbox": tuple(one["box"])}),
                                  ("filter", {"where": f"{one['name']} = '{one['value']}'"})):
            started = time.monotonic()
            frame = pyogrio.read_dataframe(source, layer=collection, PAGE_SIZE=1000, **options)
            seconds = time.monotonic() - started
            if frame.crs is None or frame.geometry.isna().all():
                raise SystemExit(f"{collection}: no geometry or no CRS: {frame.crs}")
            answer(collection, question, list(frame["id"] if "id" in frame else frame["code"]), seconds)
    files(address, questions[0])


def files(address, one):
    """The exports of enterprises: FlatGeobuf by GDAL, GeoParquet by Arrow, whose box passes over groups of rows."""
    box, wanted = tuple(one["box"]), f"{one['name']} = '{one['value']}'"
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("fgb", "parquet"):
            path = Path(folder) / f"enterprises.{ending}"
            url = f"{address}/api/v1/exports/enterprises.{ending}?columns=id,name,regency"
            with urllib.request.urlopen(url) as answered:
                path.write_bytes(answered.read())
            read = {"fgb": pyogrio.read_dataframe, "parquet": geopandas.read_parquet}[ending]
            value = {"fgb": {"where": wanted}, "parquet": {"filters": [(one["name"], "==", one["value"])]}}[ending]
            for question, options in (("paging", {}), ("bbox", {"bbox": box}), ("filter", value)):
                started = time.monotonic()
                frame = read(path, **options)
                seconds = time.monotonic() - started
                if question == "bbox":
                    # Arrow passes over what the covering tells; what is left is exact by the geometry.
                    frame = frame.cx[box[0]:box[2], box[1]:box[3]]
                if frame.geometry.isna().any() or frame.geometry.is_empty.any():
                    raise SystemExit(f"{ending}: a row without a geometry")
                answer(one["collection"], f"{question}, {'FlatGeobuf' if ending == 'fgb' else 'GeoParquet'}", list(frame["id"]), seconds)


if __name__ == "__main__":
    main()
