"""OGC API - Features, Part 2: coordinate reference systems."""

import re

from shapes import extent, positions, projection
from suite import CLIENTS, CRS84, FEATURES2, GEOJSON, Skipped, expect, requirement, same, same_ids

REQ = f"{FEATURES2}/req/crs"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
WANTED = [CRS84, f"{EPSG}4326", f"{EPSG}3857", f"{EPSG}32749", f"{EPSG}32750"]
# What the official suite asks with, and others that are not there or not names.
UNKNOWN = ["http://www.opengis.net/def/crs/0/unsupported", f"{EPSG}25832", f"{EPSG}999999", "EPSG", "", "http://example.org/crs"]


def box_in(uri, box):
    """The smallest box around a box of CRS84 in another system: its edges are bent there."""
    project, _ = projection(uri)
    west, south, east, north = box
    steps = [at / 50 for at in range(51)]
    edge = [(west + (east - west) * at, y) for at in steps for y in (south, north)] + \
        [(x, south + (north - south) * at) for at in steps for x in (west, east)]
    xs, ys = zip(*(project(*place) for place in edge))
    return min(xs), min(ys), max(xs), max(ys)


@requirement(f"{FEATURES2}/conf/crs")
def crs_is_declared(api):
    expect(f"{FEATURES2}/conf/crs" in api.conforms_to, "not declared")


@requirement(f"{REQ}/crs-uri", f"{REQ}/fc-md-crs-list", f"{REQ}/fc-md-crs-list-global")
def crs_lists_are_uris(api, collection):
    listed = collection.document.get("crs")
    expect(listed, "no `crs`")
    expect("#/crs" not in listed or listed == ["#/crs"] or api.global_crs, "`#/crs` without a global list")
    for uri in collection.crs:
        expect(re.fullmatch(r"http://www\.opengis\.net/def/crs/[A-Z]+/[0-9.]+/[A-Za-z0-9]+", uri), uri)
    same(collection.crs[0], CRS84, "the first")
    missing = [uri for uri in WANTED if uri not in collection.crs]
    expect(not missing, f"not listed: {missing}")


@requirement(f"{REQ}/fc-md-crs-list", f"{CLIENTS}/crs-spelled-out")
def crs_list_of_a_single_collection_is_spelled_out(api, collection):
    """The official suite knows `#/crs` in the list of collections only."""
    alone = api.get(collection.path).ok().json["crs"]
    expect("#/crs" not in alone, f"`#/crs` at {collection.path}")
    same(alone, collection.crs, "crs")


@requirement(f"{REQ}/fc-md-storageCrs", f"{REQ}/fc-md-storageCrs-valid-value")
def storage_crs_is_in_the_list(api, collection):
    stored = collection.document.get("storageCrs")
    expect(stored, "no storageCrs")
    expect(stored in collection.crs, f"{stored} is not in `crs`")


@requirement(f"{REQ}/fc-crs-valid-value", f"{REQ}/fc-bbox-crs-valid-value")
def unknown_crs_is_refused(api, collection):
    some = collection.items(limit=1).ok().json["features"][0]["id"]
    for uri in UNKNOWN:
        collection.items(crs=uri).refused()
        collection.items(bbox="5,49,6,50", bbox_crs=uri).refused()
        api.get(f"{collection.path}/items/{some}", [("crs", uri)], accept=GEOJSON).refused()


@requirement(f"{REQ}/ogc-crs-header", f"{REQ}/ogc-crs-header-value", f"{REQ}/fc-crs-default-value")
def content_crs_is_on_every_answer(api, collection):
    some = collection.items(limit=1).ok().json["features"][0]["id"]
    for address in (f"{collection.path}/items", f"{collection.path}/items/{some}"):
        same(api.get(address, accept=GEOJSON).ok().headers.get("content-crs"), f"<{CRS84}>", f"Content-Crs of {address}")
        for uri in collection.crs:
            found = api.get(address, [("crs", uri)], accept=GEOJSON).ok().headers.get("content-crs")
            same(found, f"<{uri}>", f"Content-Crs of {address} in {uri}")


@requirement(f"{REQ}/crs-action", f"{REQ}/fc-crs-action", f"{REQ}/geojson")
def geometries_are_transformed(api, collection):
    features = collection.placed[:: max(1, len(collection.placed) // 20)][:20]
    plain = {feature["id"]: positions(feature["geometry"]) for feature in features}
    for uri in collection.crs:
        project, unit = projection(uri) or (None, None)
        if project is None:
            continue
        tolerance = 2e-7 / unit
        for feature in features:
            id = feature["id"]
            told = api.get(f"{collection.path}/items/{id}", [("crs", uri)], accept=GEOJSON).ok().json["geometry"]
            found = positions(told)
            same(len(found), len(plain[id]), f"{id} in {uri}: positions")
            for (x, y, *_), (lon, lat, *_) in zip(found, plain[id]):
                wx, wy = project(lon, lat)
                expect(abs(x - wx) <= tolerance and abs(y - wy) <= tolerance, f"{id} in {uri}: {x}, {y}, not {wx}, {wy}")


@requirement(f"{REQ}/crs-action", f"{CLIENTS}/same-order-in-every-crs")
def pages_are_transformed_in_the_same_order(api, collection):
    plain = collection.items(limit=50).ok().json["features"]
    for uri in collection.crs:
        page = collection.items(limit=50, crs=uri).ok().json
        same([one["id"] for one in page["features"]], [one["id"] for one in plain], f"the order in {uri}")
        found = projection(uri)
        if found:
            project, unit = found
            for one, other in zip(page["features"], plain):
                if other["geometry"]:
                    (x, y, *_), (lon, lat, *_) = positions(one["geometry"])[0], positions(other["geometry"])[0]
                    wx, wy = project(lon, lat)
                    expect(abs(x - wx) <= 2e-7 / unit and abs(y - wy) <= 2e-7 / unit, f"{one['id']} in {uri}: {x}, {y}")


@requirement(f"{REQ}/crs-action", f"{CLIENTS}/next-keeps-crs")
def next_keeps_the_crs(api, collection):
    from suite import link, pairs_of

    page = collection.items(limit=2, crs=f"{EPSG}3857", bbox="111,-9,115,-6", bbox_crs=CRS84).ok().json
    following = link(page["links"], "next")
    if not following:
        raise Skipped("a single page")
    kept = dict(pairs_of(following["href"]))
    same((kept.get("crs"), kept.get("bbox-crs"), kept.get("bbox")), (f"{EPSG}3857", CRS84, "111,-9,115,-6"), "kept")
    same(api.get(following["href"], accept=GEOJSON).ok().headers["content-crs"], f"<{EPSG}3857>", "Content-Crs of the next")


@requirement(f"{REQ}/fc-bbox-crs-definition", f"{REQ}/bbox-crs-action")
def bbox_in_another_crs_finds_the_same(api, collection):
    """The box in another system is a little wider: nothing of the one may miss, and what is more is at the edge."""
    box = (112.2, -7.9, 113.1, -7.1)
    plain = set(collection.ids(bbox=box))
    wider = set(collection.ids(bbox=(box[0] - .05, box[1] - .05, box[2] + .05, box[3] + .05)))
    for uri in collection.crs:
        if not projection(uri):
            continue
        found = set(collection.ids(bbox=box_in(uri, box), bbox_crs=uri))
        exact = uri == CRS84 or uri.endswith(("/4326", "/3857"))
        missing, more = plain - found, found - (plain if exact else wider)
        # Corners that are rounded on the way may lose or win what lies on the very edge.
        expect(len(missing) <= (1 if exact else 0), f"{uri}: {len(missing)} of {len(plain)} missing")
        expect(len(more) <= (1 if exact else 0), f"{uri}: {len(more)} too many")


@requirement(f"{REQ}/bbox-crs-action", f"{CLIENTS}/bent-boxes")
def bbox_in_utm_is_a_box_there(api, collection):
    """Held against the features' own positions in that system, not against a box of degrees."""
    if collection.document["id"] in ("regencies", "districts"):
        raise Skipped("of points")
    for uri in (f"{EPSG}32749", f"{EPSG}3857"):
        project, _ = projection(uri)
        west, south, east, north = box_in(uri, (112.4, -7.8, 112.9, -7.2))
        inner = (west + 5000, south + 5000, east - 5000, north - 5000)
        found = set(collection.ids(bbox=inner, bbox_crs=uri))
        for feature in collection.features:
            if feature["geometry"] and feature["geometry"]["type"] == "Point":
                x, y = project(*feature["geometry"]["coordinates"][:2])
                margin = min(x - inner[0], inner[2] - x, y - inner[1], inner[3] - y)
                if abs(margin) > 0.05:
                    expect((feature["id"] in found) == (margin > 0), f"{feature['id']}: {margin:.2f} m inside {inner} of {uri}")


@requirement(f"{REQ}/bbox-crs-default-value")
def bbox_without_crs_is_crs84(api, collection):
    box = "112.2,-7.9,113.1,-7.1"
    same_ids(collection.ids(bbox=box, bbox_crs=CRS84), collection.ids(bbox=box), "bbox-crs of CRS84")


@requirement(f"{REQ}/bbox-crs-action", f"{CLIENTS}/axes-of-4326")
def axes_of_4326_are_swapped(api, collection):
    same_ids(collection.ids(bbox="-7.9,112.2,-7.1,113.1", bbox_crs=f"{EPSG}4326"),
             collection.ids(bbox="112.2,-7.9,113.1,-7.1"), "latitude first")


@requirement(f"{REQ}/crs-action", f"{CLIENTS}/pyogrio-asks-with-both")
def crs_and_bbox_crs_together(api, collection):
    """As pyogrio and GDAL always ask."""
    box = extent([feature["geometry"] for feature in collection.placed])
    answer = collection.items(limit=10_000, bbox=box, bbox_crs=CRS84, crs=CRS84).ok(GEOJSON)
    expect(answer.json["features"], "nothing in the extent")
