"""OGC API - Features, Part 1: features of a collection, `limit`, `bbox`, `datetime`, and pages."""

from datetime import datetime

from core import TIME
from shapes import extent, in_box, positions
from suite import CLIENTS, FEATURES1, GEOJSON, HTML, Skipped, expect, link, links_hold, pairs_of, requirement, same, same_ids

REQ = f"{FEATURES1}/req/core"
# Greenwich, the equator elsewhere, across 180 degrees, both poles.
FAR = {"Greenwich": (-1.5, 50.0, 1.5, 53.0), "equator": (-80.0, -5.0, -70.0, 5.0),
       "180°": (177.0, 65.0, -177.0, 70.0), "north": (-180.0, 85.0, 180.0, 90.0),
       "south": (-180.0, -90.0, 180.0, -85.0)}


@requirement(f"{REQ}/fc-op", f"{REQ}/fc-response", f"{REQ}/crs84")
def items_are_a_feature_collection(api, collection):
    document = collection.items().ok(GEOJSON).json
    same(document.get("type"), "FeatureCollection", "type")
    expect(document.get("features"), "no features to test with")
    for feature in document["features"]:
        same(feature.get("type"), "Feature", "a feature's type")
        expect("id" in feature and "geometry" in feature and "properties" in feature, f"a member is missing: {feature}")
        for lon, lat, *more in positions(feature["geometry"]) if feature["geometry"] else ():
            expect(-180 <= lon <= 180 and -90 <= lat <= 90, f"{feature['id']}: {lon}, {lat}")


@requirement(f"{REQ}/fc-links", f"{REQ}/fc-rel-type")
def items_link_themselves(api, collection):
    for params in ({}, {"limit": 1}, {"bbox": "111,-9,114,-6"}, {"limit": 3, "bbox": "111,-9,114,-6"}):
        links_hold(api, collection.items(**params).ok().json["links"], f"{collection.id} {params}", features=True)


@requirement(f"{REQ}/fc-links")
def items_alternate_is_the_same_page_in_another_type(api, collection):
    links = collection.items(limit=2, bbox="111,-9,114,-6").ok().json["links"]
    itself = link(links, "self")["href"]
    kept = {pair for pair in pairs_of(itself) if pair[0] != "f"}
    expect(("limit", "2") in kept and any(name == "bbox" for name, _ in kept), f"self forgets the query: {itself}")
    other = link(links, "alternate", HTML)
    same({pair for pair in pairs_of(other["href"]) if pair[0] != "f"}, kept, "the alternate's query")
    api.get(other["href"], accept=HTML).ok(HTML)


@requirement(f"{REQ}/fc-timeStamp")
def items_tell_the_time(api, collection):
    answer = collection.items(limit=1).ok()
    told = answer.json.get("timeStamp")
    expect(told and TIME.fullmatch(told), f"timeStamp: {told}")
    at = datetime.fromisoformat(told.replace("Z", "+00:00")).timestamp()
    expect(answer.before - 5 <= at <= answer.after + 5, f"timeStamp {told} is not when it was asked")


@requirement(f"{REQ}/fc-numberMatched")
def items_tell_how_many_match(api, collection):
    """Counted as the official suite does: `next` with the declared maximum for its limit."""
    document = collection.items().ok().json
    counted = len(document["features"])
    following = link(document["links"], "next")
    while following:
        pairs = pairs_of(following["href"])
        kept = [(name, value) for name, value in pairs if name != "limit"] + [("limit", 10_000)]
        page = api.get(following["href"].split("?")[0], kept, accept=GEOJSON).ok().json
        counted += len(page["features"])
        following = link(page["links"], "next") if page["features"] else None
    same(counted, document["numberMatched"], "all pages together")
    for box in ((112, -8, 113, -7), FAR["Greenwich"]):
        told = collection.items(bbox=box, limit=1).ok().json["numberMatched"]
        same(told, len(collection.ids(bbox=box)), f"numberMatched in {box}")


@requirement(f"{REQ}/fc-numberReturned")
def items_tell_how_many_are_returned(api, collection):
    for limit in (1, 7, 100):
        document = collection.items(limit=limit).ok().json
        same(document.get("numberReturned"), len(document["features"]), f"numberReturned of limit={limit}")


@requirement(f"{REQ}/fc-limit-response-1", f"{CLIENTS}/limit-is-clamped")
def limit_is_kept(api, collection):
    matched = collection.items(limit=1).ok().json["numberMatched"]
    for limit in (1, 10, 100, 10_000, 10_001, 1_000_000, 4_000_000_000, 10**15):
        document = collection.items(limit=limit).ok().json
        same(len(document["features"]), min(limit, matched, 10_000), f"features of limit={limit}")
    expect(len(collection.items().ok().json["features"]) <= 10_000, "more than the maximum without a limit")


@requirement(f"{REQ}/query-param-invalid")
def wrong_parameters_are_refused(api, collection):
    for params in ({"limit": 0}, {"limit": -1}, {"limit": "unlimited"}, {"limit": "1.5"},
                   {"bbox": "1,2,3"}, {"bbox": "1,2,3,4,5"}, {"bbox": "1,2,3,4,5,6,7"}, {"bbox": "a,b,c,d"},
                   {"bbox": "112,-6,113,-8"}, {"bbox": "1,2,3,nan"}, {"bbox": "1,2,3,inf"},
                   {"bbox": "112;-8;113;-7"}, {"datetime": "yesterday"}, {"datetime": "2018-02-30T00:00:00Z"},
                   {"datetime": "2020-01-01T00:00:00Z/2019-01-01T00:00:00Z"}, {"datetime": "a/b"},
                   {"f": "shapefile"}):
        collection.items(**params).refused()


@requirement(f"{REQ}/query-param-unknown")
def unknown_parameters_are_refused(api, collection):
    collection.items(unknownQueryParameter12345=1).refused()
    collection.items(limit=1, Limit=1).refused()
    some = collection.items(limit=1).ok().json["features"][0]["id"]
    for address in ("/", "/conformance", "/collections", collection.path, f"{collection.path}/items/{some}",
                    f"{collection.path}/queryables", f"{collection.path}/schema"):
        api.get(address, [("unknownQueryParameter12345", 1)]).refused()


@requirement(f"{REQ}/fc-bbox-response")
def bbox_far_away_is_empty(api, collection):
    unplaced = [feature["id"] for feature in collection.features if not feature["geometry"]]
    for name, box in FAR.items():
        document = collection.items(bbox=box, limit=10_000).ok().json
        same_ids([feature["id"] for feature in document["features"]], unplaced, name)
        same(document["numberMatched"], len(unplaced), f"numberMatched at {name}")


@requirement(f"{REQ}/fc-bbox-response")
def bbox_gives_exactly_what_it_touches(api, collection):
    west, south, east, north = extent([feature["geometry"] for feature in collection.placed])
    wide, high = east - west, north - south
    boxes = [(west, south, east, north), (west + wide * .31, south + high * .27, west + wide * .52, south + high * .66),
             (west + wide * .5, south + high * .5, west + wide * .51, south + high * .51), (112.6, -7.6, 112.8, -7.4),
             (100, -90, 180, 90), (-180, -90, 180, 90), (112.5, -9, -170, -6)]
    for box in boxes:
        wanted = [feature["id"] for feature in collection.features if in_box(feature, box)]
        same_ids(collection.ids(bbox=box), wanted, f"bbox {box}")


@requirement(f"{REQ}/fc-bbox-response", f"{CLIENTS}/exact-boxes")
def bbox_beside_a_feature_is_without_it(api, collection):
    """A box that ends at the last coordinate, and one that ends just before it."""
    step = 1e-6
    for feature in collection.placed[:: max(1, len(collection.placed) // 5)][:5]:
        west, south, east, north = extent([feature["geometry"]])
        id = feature["id"]
        for box in ((east, south, east + 1, north), (west - 1, south, west, north), (west, north, east, north + 1)):
            expect(id in collection.ids(bbox=box), f"{id} touches {box}")
        for box in ((east + step, south, east + 1, north), (west - 1, south, west - step, north),
                    (west, north + step, east, north + 1), (west, south - 1, east, south - step)):
            expect(id not in collection.ids(bbox=box), f"{id} is outside {box}")


@requirement(f"{REQ}/fc-bbox-response")
def bbox_of_six_numbers_has_heights(api, collection):
    flat = collection.ids(bbox=(112, -8, 113, -7))
    same_ids(collection.ids(bbox=(112, -8, -100, 113, -7, 4000)), flat, "with heights")


@requirement(f"{REQ}/fc-bbox-response")
def features_without_geometry_pass_every_bbox(api, collection):
    unplaced = {feature["id"] for feature in collection.features if not feature["geometry"]}
    if not unplaced:
        raise Skipped("all have a geometry")
    expect(unplaced <= set(collection.ids(bbox=(112.6, -7.6, 112.8, -7.4))), "features without geometry are left out")


@requirement(f"{REQ}/fc-time-response")
def datetime_is_taken_in_every_form(api, collection):
    """Instants, intervals, open ones, dates; where times have an extent, a duration as the official suite sends it."""
    everything = set(collection.ids())
    lasting = ("2018-02-12/P2D",) if collection.document.get("extent", {}).get("temporal") else ()
    for value in ("2018-02-12T23:20:50Z", "2018-02-12T00:00:00Z/2018-03-18T12:31:12Z", "2018-02-12T00:00:00Z/..",
                  "../2018-03-18T12:31:12Z", "2018-02-12T00:00:00Z/", "/2018-03-18T12:31:12Z",
                  "2018-02-12T23:20:50.52Z", "2018-02-12t23:20:50z", "2018-02-12T23:20:50+07:00", "2018-02-12",
                  "2018-02-12/2018-03-18", *lasting):
        found = set(collection.ids(datetime=value))
        expect(found <= everything, f"datetime={value} finds others")


@requirement(f"{REQ}/fc-time-response")
def datetime_of_all_time_finds_all(api, collection):
    same_ids(collection.ids(datetime="0001-01-01T00:00:00Z/9999-12-31T23:59:59Z"), collection.ids(), "of all time")
    interval = collection.document.get("extent", {}).get("temporal", {}).get("interval")
    if interval:
        begin, end = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in interval[0])
        same_ids(collection.ids(datetime="/".join(interval[0])), collection.ids(), "in the extent")
        quarter = (end - begin) / 4
        at = (begin + quarter).strftime("%Y-%m-%d")
        for value in (interval[0][0], f"{(begin + quarter).isoformat().replace('+00:00', 'Z')}/{interval[0][1]}", f"{at}/P2D"):
            collection.items(datetime=value).ok(GEOJSON)


@requirement(f"{CLIENTS}/next-pairs", f"{CLIENTS}/every-feature-once")
def pages_go_through_everything_once(api, collection):
    """With a small limit, as GDAL pages; and in every CRS of the box in a stable order."""
    wanted = [feature["id"] for feature in collection.pages(limit=10_000)]
    limit = max(1, len(wanted) // 7)
    document, found = collection.items(limit=limit).ok().json, []
    while True:
        found += [feature["id"] for feature in document["features"]]
        following = link(document["links"], "next")
        if not following:
            break
        expect(all("=" in pair for pair in following["href"].split("?")[1].split("&")), f"a pair without `=`: {following}")
        document = api.get(following["href"], accept=GEOJSON).ok().json
        expect(link(document["links"], "prev") is None or document["features"], "an empty page in between")
    same(len(found), len(set(found)), "features once")
    same_ids(found, wanted, "through pages")
    same(found, wanted, "the same order whatever the limit")


@requirement(f"{CLIENTS}/cursor-survives-a-changed-limit")
def next_takes_another_limit(api, collection):
    everything = collection.ids()
    if len(everything) < 6:
        raise Skipped("too few features")
    first = collection.items(limit=2).ok().json
    following = link(first["links"], "next")
    expect(following, "no `next`")
    kept = [(name, value) for name, value in pairs_of(following["href"]) if name != "limit"]
    second = api.get(following["href"].split("?")[0], [*kept, ("limit", 3)], accept=GEOJSON).ok().json
    same([str(feature["id"]) for feature in second["features"]], everything[2:5], "the next three")


@requirement(f"{CLIENTS}/one-past-the-end")
def past_the_end_is_empty(api, collection):
    """QGIS asks one page past the end where it counts pages itself."""
    document = collection.items(limit=10_000, bbox=FAR["Greenwich"]).ok().json
    expect(link(document["links"], "next") is None, "`next` on the last page")
    matched = collection.items(limit=1).ok().json["numberMatched"]
    answer = collection.items(limit=10, offset=matched)
    if answer.status == 400 and '"offset"' not in str(api.definition).replace("'", '"'):
        raise Skipped("pages are not counted")
    document = answer.ok().json
    same((document["features"], document["numberMatched"]), ([], matched), "the page behind the last")
    expect(link(document["links"], "next") is None, "`next` behind the last page")


@requirement(f"{CLIENTS}/stable-order-in-every-bbox-crs")
def pages_are_stable_in_every_bbox_crs(api, collection):
    boxes = {"OGC/1.3/CRS84": "111.5,-8.2,113.5,-7", "EPSG/0/4326": "-8.2,111.5,-7,113.5",
             "EPSG/0/3857": "12412123.2,-915960.1,12634762.2,-781182.2", "EPSG/0/32749": "555000,9093000,775000,9226000"}
    for system, box in boxes.items():
        params = {"bbox": box, "bbox_crs": f"http://www.opengis.net/def/crs/{system}"}
        whole = collection.ids(**params)
        same(collection.ids(limit=max(1, len(whole) // 4), **params), whole, f"through pages in {system}")
        same(len(whole), len(set(whole)), f"once in {system}")


@requirement(f"{REQ}/query-param-invalid", f"{CLIENTS}/problems")
def refusals_are_problems(api, collection):
    answer = collection.items(limit=0).refused()
    same(answer.media_type, "application/problem+json", "a refusal's type")
    expect({"type", "title", "status"} <= set(answer.json), f"a problem's members: {answer.json}")
    expect("limit" in answer.text, "the refusal does not name the parameter")
