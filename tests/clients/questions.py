"""What every client is asked, and what /api/v1 answers to the same."""

import json
import sys
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "conformance"))
from shapes import in_box  # noqa: E402

# About Sidoarjo.
BOX = (112.6, -7.6, 112.85, -7.3)
LEVELS = {"regencies": "regency", "districts": "district", "villages": "village"}
# A property and its value: what stands in GDAL's -where and QGIS's expression.
FILTERS = {"enterprises": ("regency", "35.15"), "regencies": ("name", None), "districts": ("parent", "35.15"),
           "villages": ("parent", "35.15.06"), "sentra": ("region", None), "cooperatives": ("region", None)}
COLLECTIONS = list(FILTERS)


def expected(served):
    """By collection and question: the ids; and the questions as every client gets them."""
    answers, questions = {}, []
    for collection in COLLECTIONS:
        everything, boxed, filtered, value = by_api(served, collection)
        name = FILTERS[collection][0]
        answers[collection, "paging"] = everything
        answers[collection, "bbox"] = boxed
        answers[collection, "filter"] = filtered
        questions.append({"collection": collection, "box": BOX, "name": name, "value": value, "matched": len(everything)})
    for (collection, question), ids in answers.items():
        if not ids:
            raise SystemExit(f"{collection}: nothing to ask by {question}: not a test")
    return answers, questions


def by_api(served, collection):
    if collection == "enterprises":
        _, value = FILTERS[collection]
        box = ",".join(map(str, BOX))
        return *(ids(served.listed(f"/enterprises?limit=1000{more}"))
                 for more in ("", f"&bbox={box}", f"&region={value}")), value
    if collection in LEVELS:
        level = LEVELS[collection]
        items = served.listed(f"/regions?level={level}&limit=1000")
        drawn = {one["id"]: one["geometry"] for one in served.listed(f"/regions?level={level}&limit=1000&f=geojson")}
        places = {one["code"]: drawn.get(one["code"]) or point(one["lon"], one["lat"]) for one in items}
        name, value = FILTERS[collection]
        value = value or next(one["name"] for one in items if one["code"] == "35.15")
        filtered = {one["code"] for one in items if one[name] == value}
    else:
        items = served.listed(f"/{collection}?limit=1000")
        points = {one["code"]: point(one["lon"], one["lat"]) for level in ("province", *LEVELS.values())
                  for one in served.listed(f"/regions?level={level}&limit=1000")}
        places = {one["id"]: one.get("area") or points[one["region"]] for one in items}
        value = Counter(one["region"] for one in items).most_common(1)[0][0]
        filtered = {one["id"] for one in items if one["region"] == value}
    boxed = {id for id, geometry in places.items() if in_box({"geometry": geometry}, BOX)}
    return set(places), boxed, filtered, value


def point(lon, lat):
    return {"type": "Point", "coordinates": [lon, lat]}


def ids(items):
    return {one["id"] for one in items}


def asked():
    """The address and the questions, in a client's own process."""
    return sys.argv[1], json.load(sys.stdin)


def answer(collection, question, found, seconds):
    """One answer of a client, for the one who asked."""
    print(json.dumps({"collection": collection, "question": question, "ids": sorted(map(str, found)),
                      "count": len(found), "seconds": seconds}), flush=True)
