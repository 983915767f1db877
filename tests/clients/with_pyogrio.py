"""pyogrio and geopandas, as docs/ogc-clients.md has them."""

import time

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


if __name__ == "__main__":
    main()
