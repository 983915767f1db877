"""OWSLib, as docs/ogc-clients.md has it."""

import json
import time
import urllib.request

from owslib.ogcapi.features import Features

from questions import answer, asked


def ids(page):
    """Of a page and all that follow by `next`."""
    found = []
    while True:
        found += [one["id"] for one in page["features"]]
        following = next((one["href"] for one in page["links"] if one["rel"] == "next"), None)
        if not following:
            return found
        with urllib.request.urlopen(following) as answered:
            page = json.load(answered)


def main():
    address, questions = asked()
    service = Features(f"{address}/ogc")
    listed = service.feature_collections()
    if "openapi" not in service.api() or not service.conformance()["conformsTo"]:
        raise SystemExit("OWSLib reads no API definition or no conformance")
    for one in questions:
        collection = one["collection"]
        if collection not in listed:
            raise SystemExit(f"OWSLib does not list {collection}: {listed}")
        if one["name"] not in service.collection_queryables(collection)["properties"]:
            raise SystemExit(f"OWSLib finds no queryable {one['name']} of {collection}")
        for question, options in (("paging", {"limit": 500}), ("bbox", {"bbox": list(one["box"]), "limit": 500}),
                                  ("filter", {one["name"]: one["value"], "limit": 500}),
                                  ("CQL2 text", {"filter": f"{one['name']} = '{one['value']}'", "limit": 500})):
            started = time.monotonic()
            found = ids(service.collection_items(collection, **options))
            answer(collection, question, found, time.monotonic() - started)
        some = service.collection_items(collection, limit=1)["features"][0]
        if service.collection_item(collection, some["id"])["id"] != some["id"]:
            raise SystemExit(f"{collection}: {some['id']} alone is another")


if __name__ == "__main__":
    main()
