"""OGC API - Features, Part 1: core, geojson, html. What the official suite asks, in its order, and more.
Features themselves and their parameters are asked for in items.py."""

import re
from html import unescape
from html.parser import HTMLParser

from shapes import extent, positions
from suite import CLIENTS, CRS84, FEATURES1, GEOJSON, HTML, JSON, OPENAPI, Skipped, expect, link, links_hold, \
    requirement, same, same_type

REQ = f"{FEATURES1}/req/core"
CLASSES = [f"{FEATURES1}/conf/{name}" for name in ("core", "geojson", "html", "oas30")]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@requirement(f"{REQ}/http")
def http_1_1(api):
    api.get("/").ok()
    same(api.version, 11, "HTTP's version")


@requirement(f"{REQ}/root-op")
def landing_page_with_and_without_a_slash(api):
    """The official suite asks for {root}/, people for {root}."""
    api.get("/").ok(JSON)
    api.get("").ok(JSON)


@requirement(f"{REQ}/root-success")
def landing_page_links_what_there_is(api):
    links_hold(api, api.landing["links"], "/", rels=("self", "conformance", "data"))
    expect(link(api.landing["links"], "service-desc", OPENAPI), f"no `service-desc` of type {OPENAPI}")
    expect(link(api.landing["links"], "service-doc", HTML), "no `service-doc` for people")
    for one in api.landing["links"]:
        if not one.get("templated") and one["href"].startswith(api.site):
            api.get(one["href"], accept=one["type"]).ok()


@requirement(f"{REQ}/root-success", f"{CLIENTS}/exact-service-desc")
def service_desc_is_typed_exactly(api):
    """The suite for tiles compares the type as a string."""
    found = [one["type"] for one in api.landing["links"] if one["rel"] == "service-desc"]
    expect(OPENAPI in found, f"service-desc: {found}")


@requirement(f"{REQ}/api-definition-op", f"{REQ}/api-definition-success")
def api_definition_is_there(api):
    expect(str(api.definition.get("openapi", "")).startswith("3.0."), f"openapi: {api.definition.get('openapi')}")
    for one in api.landing["links"]:
        if one["rel"] in ("service-desc", "service-doc"):
            answer = api.get(one["href"], accept=one["type"]).ok()
            expect(same_type(answer.type.replace("; charset=utf-8", ""), one["type"]) or one["type"] == HTML,
                   f"{one['href']}: {answer.type} where the link says {one['type']}")


@requirement(f"{REQ}/conformance-op", f"{REQ}/conformance-success")
def conformance_lists_the_classes(api):
    for one in (link(api.landing["links"], "conformance")["href"], "/conformance"):
        listed = api.get(one).ok(JSON).json["conformsTo"]
        expect(all(isinstance(uri, str) for uri in listed), "conformsTo: not all are strings")
        missing = [uri for uri in CLASSES if uri not in listed]
        expect(not missing, f"not declared: {missing}")
        same(len(listed), len(set(listed)), "classes declared once")


@requirement(f"{REQ}/fc-md-op")
def collections_are_there(api):
    api.get(link(api.landing["links"], "data")["href"]).ok(JSON)
    api.get("/collections").ok(JSON)


@requirement(f"{REQ}/fc-md-success", f"{REQ}/fc-md-links")
def collections_link_themselves(api):
    links_hold(api, api.collections_document["links"], "/collections")
    listed = api.collections_document.get("crs")
    expect(listed is None or listed[0] == CRS84, f"the first of the global crs: {listed}")


@requirement(f"{REQ}/fc-md-items", f"{CLIENTS}/six-collections")
def collections_are_all_described(api):
    ids = [one.id for one in api.collections]
    missing = {"enterprises", "regencies", "districts", "villages", "sentra", "cooperatives"} - set(ids)
    expect(not missing, f"not there: {missing}")
    same(len(ids), len(set(ids)), "ids once")


@requirement(f"{REQ}/fc-md-items", f"{CLIENTS}/ids-without-dots")
def collection_id_is_plain(api, collection):
    expect(isinstance(collection.id, str) and re.fullmatch(r"[A-Za-z0-9_-]+", collection.id), collection.id)
    expect(collection.document.get("title"), "no title")
    same(collection.document.get("itemType"), "feature", "itemType, which OWSLib chooses by")


@requirement(f"{REQ}/fc-md-items-links")
def collection_links_items_in_every_type(api, collection):
    links = collection.document["links"]
    links_hold(api, links, collection.id, rels=("self", "items"))
    expect(any(one["rel"] == "items" and one["type"] == GEOJSON for one in links),
           f"no link `items` typed exactly {GEOJSON}")
    for type in api.media_types(features=True):
        found = link(links, "items", type)
        expect(found, f"no link `items` of type {type}")
        api.get(found["href"], accept=type).ok(type)


@requirement(f"{REQ}/fc-md-extent")
def collection_extent_holds_all(api, collection):
    told = collection.document.get("extent")
    if not told:
        raise Skipped("no extent")
    if "spatial" in told:
        boxes = told["spatial"]["bbox"]
        expect(all(len(box) == 4 for box in boxes), f"boxes of four numbers: {boxes}")
        same(told["spatial"].get("crs", CRS84), CRS84, "extent's crs")
        west, south, east, north = boxes[0]
        expect(-180 <= west <= 180 and -90 <= south <= north <= 90, f"a place on earth: {boxes[0]}")
        found = extent([feature["geometry"] for feature in collection.placed])
        expect(west <= found[0] and south <= found[1] and found[2] <= east and found[3] <= north,
               f"{found} is not in {boxes[0]}")
    if "temporal" in told:
        interval = told["temporal"]["interval"]
        same(len(interval[0]), 2, "an interval's ends")
        # The official suite reads both ends as times: a null or a bare date ends it.
        expect(all(isinstance(end, str) and TIME.fullmatch(end) for end in interval[0]), f"both ends as times: {interval}")


@requirement(f"{REQ}/sfc-md-op", f"{REQ}/sfc-md-success")
def collection_is_described_by_itself_as_in_the_list(api, collection):
    alone = api.get(collection.path).ok(JSON).json
    for name in ("id", "title", "description", "extent", "itemType", "crs", "storageCrs"):
        same(alone.get(name), collection.document.get(name), name)
    links_hold(api, alone["links"], collection.id, rels=("self", "items"))
    wanted = {(one["rel"], one["type"], one["href"]) for one in collection.document["links"] if one["rel"] == "items"}
    found = {(one["rel"], one["type"], one["href"]) for one in alone["links"] if one["rel"] == "items"}
    same(found, wanted, "links to items")


@requirement(f"{REQ}/sfc-md-op")
def unknown_collection_is_not_found(api):
    for address in ("/collections/none", "/collections/none/items", "/collections/none/items/1",
                    "/collections/none/queryables", "/collections/none/schema"):
        api.get(address).refused(404)


@requirement(f"{REQ}/f-op", f"{REQ}/f-success")
def feature_is_there_by_its_id(api, collection):
    features = collection.features
    for feature in features[:: max(1, len(features) // 10)][:10]:
        alone = api.get(f"{collection.path}/items/{feature['id']}", accept=GEOJSON).ok(GEOJSON).json
        for name in ("type", "id", "geometry", "properties"):
            same(alone.get(name), feature.get(name), f"{feature['id']}: {name}")


@requirement(f"{REQ}/f-links")
def feature_links_itself_and_its_collection(api, collection):
    some = collection.items(limit=1).ok().json["features"][0]["id"]
    document = api.get(f"{collection.path}/items/{some}", accept=GEOJSON).ok().json
    links_hold(api, document["links"], some, features=True, rels=("self", "collection"))
    same(api.get(link(document["links"], "collection")["href"]).ok().json["id"], collection.id, "its collection")
    same(api.get(link(document["links"], "self")["href"], accept=GEOJSON).ok().json["id"], some, "itself")


@requirement(f"{REQ}/f-op")
def unknown_feature_is_not_found(api, collection):
    for id in ("0", "none", "00000000-0000-7000-8000-000000000000", "35.99.99.9999", "%2e%2e", "a%20b"):
        api.get(f"{collection.path}/items/{id}", accept=GEOJSON).refused(404)


@requirement(f"{FEATURES1}/req/geojson/definition", f"{FEATURES1}/req/geojson/content")
def geojson_is_what_is_said(api, collection):
    answer = collection.items(limit=5).ok(GEOJSON)
    for feature in answer.json["features"]:
        expect("crs" not in feature, "a member `crs`")
        for place in positions(feature["geometry"]) if feature["geometry"] else ():
            expect(all(len(f"{value:.10f}".rstrip("0").split(".")[1]) <= 7 for value in place[:2]),
                   f"more than seven decimals: {place}")
    for accept in (GEOJSON, JSON, "*/*", None, "application/json, application/geo+json;q=0.9"):
        same(api.get(f"{collection.path}/items", accept=accept).ok().json["type"], "FeatureCollection", f"Accept: {accept}")


@requirement(f"{FEATURES1}/req/geojson/content")
def ids_are_once_and_the_same_in_every_page(api, collection):
    ids = [feature["id"] for feature in collection.features]
    same(len(ids), len(set(ids)), "ids once")
    expect(all(isinstance(id, (str, int)) for id in ids), "ids are strings or numbers")


class Page(HTMLParser):
    """Titles, links and scripts of a page."""

    def __init__(self, text):
        super().__init__()
        self.title, self.hrefs, self.scripts, self.lang, self.inside = "", [], [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.inside = tag
        if tag == "html":
            self.lang = attributes.get("lang")
        if tag == "a" and attributes.get("href"):
            self.hrefs.append(attributes["href"])
        if tag in ("script", "link") and (attributes.get("src") or attributes.get("href")):
            self.scripts.append(attributes.get("src") or attributes.get("href"))

    def handle_data(self, text):
        if self.inside == "title":
            self.title += text
            self.inside = None


@requirement(f"{FEATURES1}/req/html/definition", f"{FEATURES1}/req/html/content")
def html_of_every_resource(api, collection):
    some = collection.items(limit=1).ok().json["features"][0]["id"]
    for address in ("/", "/conformance", "/collections", collection.path, f"{collection.path}/items?limit=3",
                    f"{collection.path}/items/{some}", f"{collection.path}/queryables", f"{collection.path}/schema"):
        for asked in ({"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
                      {"accept": "*/*", "params": [("f", "html")]}):
            answer = api.get(address, **asked).ok(HTML)
            page = Page(answer.text)
            expect(page.title.strip() and page.lang, f"{address}: a title and a language")
            elsewhere = [source for source in page.scripts if "://" in source and not source.startswith(api.site)]
            expect(not elsewhere, f"{address}: loads from elsewhere: {elsewhere}")
    text = api.get(f"{collection.path}/items/{some}", accept=HTML).ok().text
    expect(str(some) in text, f"the page of {some} does not name it")


@requirement(f"{FEATURES1}/req/html/content")
def html_pages_lead_on(api, collection):
    """A person gets from the landing page to a feature by links alone."""
    from urllib.parse import urljoin

    some = collection.items(limit=1).ok().json["features"][0]["id"]
    for start, end in (("/", "/collections"), ("/collections", collection.path),
                       (collection.path, f"{collection.path}/items"),
                       (f"{collection.path}/items", f"{collection.path}/items/{some}")):
        answer = api.get(start, accept=HTML).ok(HTML)
        found = {urljoin(answer.url, href).split("?")[0].rstrip("/") for href in Page(answer.text).hrefs}
        expect(f"{api.root}{end}" in found, f"{start}: no link to {end}")


@requirement(f"{FEATURES1}/req/html/content", f"{CLIENTS}/html-escaped")
def html_shows_names_as_they_are(api, collection):
    """A name with signs of HTML in it is shown, and does nothing."""
    odd = [one for one in collection.features if "<" in str(one["properties"].get("name"))]
    if not odd:
        raise Skipped("no such name")
    name = odd[0]["properties"]["name"]
    for address, params in ((f"{collection.path}/items", [("filter", "name = '" + name.replace("'", "''") + "'")]),
                            (f"{collection.path}/items/{odd[0]['id']}", [])):
        text = api.get(address, params, accept=HTML).ok(HTML).text
        expect(name not in text, f"{address}: {name} as it stands")
        expect(name in unescape(text), f"{address}: {name} is not shown")
    # What was asked is shown in links, too.
    text = api.get(f"{collection.path}/items", [("limit", 1), ("name", '"><script>alert(1)</script>')], accept=HTML)
    expect("<script>alert" not in text.text, "a parameter is written out as it stands")


@requirement(f"{CLIENTS}/f-beats-accept")
def f_says_the_format(api, collection):
    for address in ("/", "/conformance", "/collections", collection.path):
        same(api.get(address, [("f", "json")], accept=HTML).ok().media_type, JSON, f"{address}?f=json")
    items = f"{collection.path}/items"
    expect(api.get(items, [("f", "json")], accept=HTML).ok().media_type in (JSON, GEOJSON), "items?f=json")
    for format in ("html", "json"):
        links = api.get(items, [("f", format), ("limit", 1)], accept="*/*").ok()
        expect(links.media_type == (HTML if format == "html" else GEOJSON), f"items?f={format}: {links.type}")


@requirement(f"{CLIENTS}/json-by-default")
def nothing_asked_for_is_json(api, collection):
    """OWSLib sends `Accept: */*`, others nothing."""
    some = collection.items(limit=1).ok().json["features"][0]["id"]
    for accept in ("*/*", None):
        for address, type in (("/", JSON), ("/conformance", JSON), ("/collections", JSON), (collection.path, JSON),
                              (f"{collection.path}/items", GEOJSON), (f"{collection.path}/items/{some}", GEOJSON)):
            vary = api.get(address, accept=accept).ok(type).headers.get("vary", "").lower().replace(" ", "").split(",")
            expect("accept" in vary, f"{address}: another answer for another Accept, and Vary says {vary}")


@requirement(f"{CLIENTS}/head-and-cors")
def head_and_conditional_requests(api, collection):
    same(len(api.get(f"{collection.path}/items", method="HEAD").ok().body), 0, "a body of HEAD")
    answer = api.get(collection.path).ok()
    if "etag" in answer.headers:
        api.get(collection.path, If_None_Match=answer.headers["etag"]).refused(304)
    refused = api.get(f"{collection.path}/items", method="DELETE")
    expect(refused.status in (404, 405), f"DELETE: {refused.status}")


@requirement(f"{CLIENTS}/forwarded-host")
def links_keep_the_host_that_was_asked(api):
    """Behind a host of another name the links lead there, not to where the server listens."""
    document = api.get("/", Host="data.example.org").ok().json
    hosts = {one["href"].split("/")[2] for one in document["links"]}
    same(hosts, {"data.example.org"}, "hosts of the links")


@requirement(f"{CLIENTS}/public-tier")
def features_hold_nothing_internal(api, collection):
    """The field test again: what only staff may read is in no feature. Telephone, e-mail and site are there where
    they were given for the public."""
    if collection.id != "enterprises":
        raise Skipped("its fields are all public")
    hidden = {"nib", "address", "owners", "workers", "needs", "practices", "owner", "owner_name", "national_id", "birth_date",
              "business_capital", "investment_value", "annual_sales", "sources", "quality", "review", "publication",
              "located_in", "point", "consents", "last_visit"}

    def names(value):
        if isinstance(value, dict):
            for name, inner in value.items():
                yield name
                if name != "contact":
                    yield from names(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from names(inner)

    for feature in collection.features:
        found = hidden & set(names(feature["properties"]))
        expect(not found, f"{feature['id']}: {found}")
    told = hidden & (set(collection.queryables["properties"]) | set(collection.schema["properties"]))
    expect(not told, f"queryables or schema tell of {told}")
