"""OGC API - Tiles, Part 1: core, tileset, tilesets list, geodata tilesets, vector tiles. TileJSON and styles beside."""

import json
from math import asinh, atan, degrees, pi, radians, sinh, tan

import mvt
from shapes import extent, intersects, rectangle
from suite import CLIENTS, JSON, REL, TILES1, Skipped, expect, link, requirement, same

CORE = f"{TILES1}/req/core"
CLASSES = [f"{TILES1}/conf/{name}" for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")]
VECTOR = "application/vnd.mapbox-vector-tile"
TILESETS, SCHEME = f"{REL}/tilesets-vector", f"{REL}/tiling-scheme"
SET = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"


def tilesets_of(api, collection):
    found = link(collection.document["links"], TILESETS)
    if not found:
        raise Skipped(f"{collection.id} has no tiles")
    return api.get(found["href"]).ok(JSON).json


def tileset_of(api, collection):
    entry = tilesets_of(api, collection)["tilesets"][0]
    return entry, api.get(link(entry["links"], "self", JSON)["href"]).ok(JSON).json


def template_of(links):
    for one in links:
        if one["rel"] == "item" and all(f"{{{name}}}" in one["href"] for name in ("tileMatrix", "tileRow", "tileCol")):
            return one
    return None


def fill(template, matrix, row, column):
    return template["href"].replace("{tileMatrix}", str(matrix)).replace("{tileRow}", str(row)).replace("{tileCol}", str(column))


def limits_of(tileset):
    return {str(one["tileMatrix"]): one for one in tileset.get("tileMatrixSetLimits", ())}


def tile_at(lon, lat, zoom):
    side = 2**zoom
    return int((lon + 180) / 360 * side), int((1 - asinh(tan(radians(lat))) / pi) / 2 * side)


def corner(column, row, zoom):
    side = 2**zoom
    return column / side * 360 - 180, degrees(atan(sinh(pi * (1 - 2 * row / side))))


def content(answer):
    """Whoever says nothing of compression, as Java does, gets the plain tile."""
    same(answer.headers.get("content-encoding"), None, f"{answer.url}: content-encoding, unasked")
    return answer.body


def where_there_is_something(collection, zoom):
    """A tile in the middle of the features."""
    geometry = collection.placed[len(collection.placed) // 2]["geometry"]
    west, south, east, north = extent([geometry])
    return tile_at((west + east) / 2, (south + north) / 2, zoom)


@requirement(f"{TILES1}/conf/core")
def classes_are_declared(api):
    missing = [uri for uri in CLASSES if uri not in api.conforms_to]
    expect(not missing, f"not declared: {missing}")


@requirement(f"{TILES1}/req/geodata-tilesets/desc-links", f"{TILES1}/req/geodata-tilesets/operation")
def enterprises_link_their_tilesets(api):
    """The official suite takes the first collection that has such a link."""
    with_tiles = [one.id for one in api.collections if link(one.document["links"], TILESETS)]
    expect("enterprises" in with_tiles, f"collections with tiles: {with_tiles}")
    same(with_tiles[0], "enterprises", "the first collection with tiles, points from matrix 0 on")


@requirement(f"{TILES1}/req/geodata-tilesets/desc-links")
def tilesets_links_end_in_tiles(api, collection):
    for document in (collection.document, api.get(collection.path).ok().json):
        found = [one for one in document["links"] if one["rel"].startswith(f"{REL}/tilesets-")]
        if not found:
            raise Skipped(f"{collection.id} has no tiles")
        for one in found:
            path = one["href"].split("?")[0]
            expect(path.endswith("/tiles"), f"not .../tiles: {one['href']}")
            same(one["type"], JSON, "the link's type")


@requirement(f"{TILES1}/req/tilesets-list/tileset-links")
def tilesets_are_listed_with_what_the_suite_reads(api, collection):
    document = tilesets_of(api, collection)
    expect(document["tilesets"], "no tileset")
    for entry in document["tilesets"]:
        same((entry.get("tileMatrixSetId"), entry.get("tileMatrixSetURI")), ("WebMercatorQuad", SET), "the matrix set")
        same(entry.get("dataType"), "vector", "dataType")
        expect(entry.get("crs"), "crs")
        expect(entry.get("tileMatrixSetLimits"), "no limits")
        expect(link(entry["links"], "self", JSON), "no link `self` of type application/json")
        for one in entry["links"]:
            if "{" not in one["href"]:
                api.get(one["href"], accept=JSON).ok(JSON)
            else:
                same(one.get("templated"), True, "templated")


@requirement(f"{CLIENTS}/entries-have-a-template")
def tilesets_of_the_list_have_a_template(api, collection):
    """Older versions of the official suite look for it here, and for the limits."""
    for entry in tilesets_of(api, collection)["tilesets"]:
        expect(template_of(entry["links"]), "no templated link `item`")


@requirement(f"{CLIENTS}/entries-can-be-followed")
def tilesets_of_the_list_can_be_followed(api, collection):
    """Its newest version asks for every link of an entry as it stands, and reads JSON."""
    for entry in tilesets_of(api, collection)["tilesets"]:
        if template_of(entry["links"]):
            raise Skipped("a templated link in the list: no address for the newest official suite")
        for one in entry["links"]:
            api.get(one["href"].split("?")[0], accept=JSON).ok(JSON)


@requirement(f"{TILES1}/req/tileset/tileset-success", f"{TILES1}/req/core/tc-op")
def tileset_says_how_to_ask(api, collection):
    entry, tileset = tileset_of(api, collection)
    same(tileset.get("dataType"), "vector", "dataType")
    same(tileset.get("tileMatrixSetURI"), SET, "tileMatrixSetURI")
    same(tileset.get("crs"), MERCATOR, "crs")
    expect(link(tileset["links"], SCHEME), f"no link {SCHEME}")
    expect(link(tileset["links"], "self", JSON), "no link `self`")
    template = template_of(tileset["links"])
    expect(template, "no templated link `item`")
    same((template.get("templated"), template["type"]), (True, VECTOR), "templated, of vector tiles")
    path = template["href"].split("?")[0]
    expect(path.endswith(f"{collection.path}/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"), f"row before column: {path}")
    same(limits_of(entry), limits_of(tileset), "limits in the list and alone")


@requirement(f"{TILES1}/req/tileset/tileset-success")
def tiling_scheme_is_defined(api, collection):
    _, tileset = tileset_of(api, collection)
    found = link(tileset["links"], SCHEME)
    if not found["href"].startswith(api.site):
        same(found["href"].split("?")[0].rsplit("/", 1)[-1].removesuffix(".json"), "WebMercatorQuad", "the registered set")
        return
    document = api.get(found["href"]).ok(JSON).json
    same((document.get("id"), document.get("uri"), document.get("crs")), ("WebMercatorQuad", SET, MERCATOR), "the set")
    for at, matrix in enumerate(document["tileMatrices"]):
        same((matrix["id"], matrix["matrixWidth"], matrix["matrixHeight"], matrix.get("cornerOfOrigin", "topLeft")),
             (str(at), 2**at, 2**at, "topLeft"), f"matrix {at}")
        expect(abs(matrix["scaleDenominator"] * 2**at - 559082264.0287178) < 1, f"scale of {at}")
        expect(abs(matrix["cellSize"] * 2**at - 156543.033928041) < 1e-3, f"cell size of {at}")


@requirement(f"{TILES1}/req/tileset/tileset-success")
def tile_matrix_sets_are_listed(api):
    found = link(api.landing["links"], f"{REL}/tiling-schemes")
    if not found:
        raise Skipped("no list of tiling schemes")
    listed = api.get(found["href"]).ok(JSON).json["tileMatrixSets"]
    expect(any(one.get("uri") == SET for one in listed), f"WebMercatorQuad is not in {listed}")
    for one in listed:
        for each in one["links"]:
            api.get(each["href"], accept=each["type"]).ok()


@requirement(f"{CORE}/tc-success", f"{TILES1}/req/mvt/content")
def tiles_within_the_limits_are_there(api, collection):
    """All four corners of every matrix's limits, and a tile where there is something: 200, or 204 where there is nothing."""
    _, tileset = tileset_of(api, collection)
    template, found = template_of(tileset["links"]), 0
    for matrix, one in limits_of(tileset).items():
        places = {(row, column) for row in (one["minTileRow"], one["maxTileRow"]) for column in (one["minTileCol"], one["maxTileCol"])}
        column, row = where_there_is_something(collection, int(matrix))
        for row, column in [*places, (row, column)]:
            answer = api.get(fill(template, matrix, row, column), accept=None)
            expect(answer.status in (200, 204), f"{answer.url}: {answer.status}")
            if answer.status == 200:
                same(answer.media_type, VECTOR, f"{answer.url}: type")
                layers = mvt.decode(content(answer))
                expect(layers and all(features for _, features in layers.values()), f"{answer.url}: 200 and empty")
                found += 1
            else:
                same(len(answer.body), 0, f"{answer.url}: 204 with a body")
    expect(found, "every tile is empty")


@requirement(f"{CORE}/tc-success", f"{CLIENTS}/first-limits-have-a-tile")
def the_tile_that_the_suite_asks_for_is_there(api, collection):
    """Of the first limits the last row and the first column; older suites want 200."""
    entry, tileset = tileset_of(api, collection)
    first = entry["tileMatrixSetLimits"][0]
    answer = api.get(fill(template_of(tileset["links"]), first["tileMatrix"], first["maxTileRow"], first["minTileCol"]), accept=None)
    expect(answer.status == 200 or (answer.status == 204 and collection.id != "enterprises"), f"{answer.url}: {answer.status}")


@requirement(f"{CORE}/tc-error")
def tiles_outside_are_not_found(api, collection):
    _, tileset = tileset_of(api, collection)
    template = template_of(tileset["links"])
    for matrix, one in limits_of(tileset).items():
        side = 2 ** int(matrix)
        outside = [(one["maxTileRow"] + 1, one["minTileCol"]), (one["minTileRow"], one["maxTileCol"] + 1),
                   (one["minTileRow"] - 1, one["minTileCol"]), (side, 0), (0, side), (2**31 - 1, 2**31 - 1)]
        for row, column in outside:
            if row >= 0:
                api.get(fill(template, matrix, row, column), accept=None).refused(404)
    for matrix in ("99", "-1", "a"):
        api.get(fill(template, matrix, 0, 0), accept=None).refused(400, 404)
    plain = template["href"].replace("WebMercatorQuad", "WorldCRS84Quad")
    api.get(fill({"href": plain}, 0, 0, 0), accept=None).refused(404)


@requirement(f"{CORE}/tc-success", f"{CLIENTS}/limits-hold-all")
def limits_hold_every_feature(api, collection):
    _, tileset = tileset_of(api, collection)
    west, south, east, north = extent([feature["geometry"] for feature in collection.placed])
    for matrix, one in limits_of(tileset).items():
        (left, top), (right, bottom) = tile_at(west, north, int(matrix)), tile_at(east, south, int(matrix))
        expect(one["minTileCol"] <= left and right <= one["maxTileCol"] and one["minTileRow"] <= top and bottom <= one["maxTileRow"],
               f"matrix {matrix}: {left}-{right}, {top}-{bottom} is not in {one}")


@requirement(f"{TILES1}/req/mvt/content", f"{CLIENTS}/tiles-are-the-collection")
def tiles_hold_what_the_collection_holds(api, collection):
    """Points: the cells' counts are how many features stand in the tile. Polygons: those that touch it are in it."""
    _, tileset = tileset_of(api, collection)
    template, limits = template_of(tileset["links"]), limits_of(tileset)
    for zoom in (0, 6, 8, 10, 12):
        # What is smaller than a dot is not drawn.
        if str(zoom) not in limits or (zoom < 8 and collection.id != "enterprises"):
            continue
        column, row = where_there_is_something(collection, zoom)
        answer = api.get(fill(template, zoom, row, column), accept=None).ok(VECTOR)
        layers = mvt.decode(content(answer))
        (west, north), (east, south) = corner(column, row, zoom), corner(column + 1, row + 1, zoom)
        if collection.id == "enterprises":
            counted = sum(properties.get("count", 1) for _, features in layers.values() for _, _, _, properties in features)
            inside = [one for one in collection.placed if one["properties"].get("existence", "active") == "active"
                      and west <= one["geometry"]["coordinates"][0] < east and south < one["geometry"]["coordinates"][1] <= north]
            same(counted, len(inside), f"{answer.url}: counts")
        else:
            drawn = {str(properties.get("code")) for _, features in layers.values() for _, _, _, properties in features}
            margin = (east - west) * 0.02
            box = rectangle(west + margin, south + margin, east - margin, north - margin)
            wanted = {str(one["id"]) for one in collection.placed if intersects(one["geometry"], box)}
            missing = wanted - drawn
            expect(len(missing) <= len(wanted) // 50, f"{answer.url}: {len(missing)} of {len(wanted)} are not drawn: {sorted(missing)[:5]}")


@requirement(f"{TILES1}/req/mvt/tileset", f"{CLIENTS}/tilejson")
def tilejson_is_what_maplibre_reads(api):
    document = api.get(f"{api.site}/api/v1/tiles/enterprises.json").ok().json
    for name in ("tilejson", "tiles", "minzoom", "maxzoom", "bounds", "vector_layers"):
        expect(name in document, f"no {name}")
    west, south, east, north = document["bounds"]
    expect(-180 <= west < east <= 180 and -90 <= south < north <= 90, f"bounds: {document['bounds']}")
    url = document["tiles"][0]
    expect(url.startswith("http") and all(f"{{{name}}}" in url for name in "zxy"), f"tiles: {url}")
    enterprises = next(one for one in api.collections if one.id == "enterprises")
    column, row = where_there_is_something(enterprises, 10)
    answer = api.get(url.replace("{z}", "10").replace("{x}", str(column)).replace("{y}", str(row)), accept=None).ok(VECTOR)
    layers = mvt.decode(content(answer))
    same(set(layers), {one["id"] for one in document["vector_layers"]}, "layers")
    _, tileset = tileset_of(api, enterprises)
    through_ogc = api.get(fill(template_of(tileset["links"]), 10, row, column), accept=None).ok(VECTOR)
    same(content(through_ogc), content(answer), "the same tile through both, row before column in one")


@requirement(f"{CLIENTS}/maplibre-style")
def style_is_a_style(api):
    """A MapLibre style whose sources are this server's."""
    answer = api.get(f"{api.site}/api/v1/styles/enterprises.json", accept="*/*")
    if answer.status == 404:
        answer = api.get(f"{api.site}/api/v1/tiles/enterprises/style.json", accept="*/*")
    document = answer.ok().json
    same(document.get("version"), 8, "version")
    expect(document.get("sources") and document.get("layers"), "sources and layers")
    for layer in document["layers"]:
        expect("source" not in layer or layer["source"] in document["sources"], f"{layer['id']}: source {layer.get('source')}")
    addresses = [part for part in json.dumps(document).split('"') if part.startswith(("http://", "https://"))]
    away = [one for one in addresses if not one.startswith(api.site) and "creativecommons" not in one and "geoboundaries" not in one.lower()]
    expect(not away, f"addresses elsewhere: {away}")
    for source in document["sources"].values():
        if "url" in source:
            api.get(source["url"], accept="*/*").ok()


