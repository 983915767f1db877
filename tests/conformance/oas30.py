"""OGC API - Features, Part 1: oas30. The API definition, read as the official suites read it."""

import re

from suite import CLIENTS, FEATURES1, GEOJSON, OPENAPI, TILES1, Skipped, expect, requirement, same

REQ = f"{FEATURES1}/req/oas30"
METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


def resolved(api, node):
    """What a `$ref` points to, in this document."""
    while isinstance(node, dict) and "$ref" in node:
        expect(node["$ref"].startswith("#/"), f"a reference elsewhere: {node['$ref']}")
        target = api.definition
        for part in node["$ref"][2:].split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def path_for(api, wanted):
    """The document's paths whose template matches, with and without template variables."""
    found = []
    for template, item in api.definition["paths"].items():
        pattern = "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]+\})", template))
        if re.fullmatch(pattern, wanted):
            found.append((template, item))
    expect(found, f"no path for {wanted}")
    return min(found, key=lambda pair: pair[0].count("{"))


def parameters(api, item):
    listed = [*item.get("parameters", ()), *item["get"].get("parameters", ())]
    return {one["name"]: one for one in (resolved(api, each) for each in listed)}


def items_parameters(api, collection):
    return parameters(api, path_for(api, f"{collection.path}/items")[1])


@requirement(f"{REQ}/oas-definition-1")
def definition_is_typed(api):
    for accept in (OPENAPI, "application/json", "*/*"):
        answer = api.get("/api", accept=accept).ok()
        expect(answer.media_type == "application/vnd.oai.openapi+json" and "version=3.0" in answer.type.replace(" ", ""),
               f"Accept: {accept}: {answer.type}")


@requirement(f"{REQ}/oas-definition-2")
def definition_is_valid(api):
    try:
        from openapi_spec_validator import OpenAPIV30SpecValidator
    except ImportError:
        raise Skipped("openapi-spec-validator is not installed") from None
    faults = [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}"[:300]
              for fault in OpenAPIV30SpecValidator(api.definition).iter_errors()]
    expect(not faults, f"{len(faults)} faults: {faults[:5]}")


@requirement(f"{REQ}/oas-definition-2", f"{CLIENTS}/strict-parser")
def definition_passes_a_strict_parser(api):
    """What KaiZen's parser finds fault with, which the official suites use, and a schema does not tell."""
    document = api.definition
    expect(document["info"].get("title") and document["info"].get("version"), "info: title and version")
    seen = set()
    for template, item in document["paths"].items():
        variables = set(re.findall(r"\{([^}]+)\}", template))
        expect(template.startswith("/"), template)
        for method in METHODS & set(item):
            operation = item[method]
            id = operation.get("operationId")
            expect(id and id not in seen, f"{template}: operationId {id} is missing or not the only one")
            seen.add(id)
            listed = [resolved(api, one) for one in [*item.get("parameters", ()), *operation.get("parameters", ())]]
            expect(variables == {one["name"] for one in listed if one["in"] == "path"}, f"{template}: path parameters")
            for one in listed:
                where = f"{template} {one.get('name')}"
                expect(one["in"] != "path" or one.get("required") is True, f"{where}: a path parameter is required")
                expect(("schema" in one) != ("content" in one), f"{where}: a schema")
                schema = resolved(api, one.get("schema", {}))
                types = {"integer": int, "number": (int, float), "string": str, "boolean": bool, "array": list}
                for name in ("default", "example"):
                    if name in schema and schema.get("type") in types:
                        expect(isinstance(schema[name], types[schema["type"]]), f"{where}: {name} is no {schema['type']}")
                same(len(schema.get("enum", ())), len(set(map(str, schema.get("enum", ())))), f"{where}: codes once")
            expect(operation.get("responses"), f"{template}: responses")
            for status, response in operation["responses"].items():
                expect(status == "default" or re.fullmatch(r"[1-5](\d\d|XX)", status), f"{template}: {status}")
                expect(resolved(api, response).get("description"), f"{template} {status}: a description")
    walk(api, document, "")


def walk(api, node, where):
    """Every reference leads somewhere; nothing of 3.1."""
    if isinstance(node, dict):
        if "$ref" in node and isinstance(node["$ref"], str):
            resolved(api, node)
            same(set(node), {"$ref"}, f"{where}: members beside $ref")
            return
        expect(not isinstance(node.get("type"), list), f"{where}: a list of types is 3.1")
        expect("const" not in node or where.endswith("/properties"), f"{where}: const is 3.1")
        for name, inner in node.items():
            if name not in ("example", "examples", "default", "enum"):
                walk(api, inner, f"{where}/{name}")
    elif isinstance(node, list):
        for at, inner in enumerate(node):
            walk(api, inner, f"{where}/{at}")


@requirement(f"{REQ}/oas-impl", f"{CLIENTS}/test-points")
def servers_and_paths_lead_to_the_api(api):
    """As the official suite finds its test points: server and path, one after the other."""
    servers = api.definition.get("servers", [{"url": "/"}])
    for wanted in ("/conformance", "/collections"):
        template, _ = path_for(api, wanted)
        for server in servers:
            url = server["url"]
            base = api.root if url == "/" else (api.site + url if url.startswith("/") else url)
            expect(base.rstrip("/") == api.root, f"server {url} is not {api.root}")
            api.get(base.rstrip("/") + template).ok()


@requirement(f"{REQ}/completeness")
def definition_has_every_path(api, collection):
    some = "1"
    for wanted in ("/conformance", "/collections", collection.path, f"{collection.path}/items", f"{collection.path}/items/{some}",
                   f"{collection.path}/queryables", f"{collection.path}/schema"):
        template, item = path_for(api, wanted)
        expect("get" in item, f"{template}: get")
        contents = resolved(api, item["get"]["responses"]["200"]).get("content", {})
        expect(contents, f"{template}: 200 has no content")
        if "/items" in wanted:
            expect(GEOJSON in contents, f"{template}: 200 has no {GEOJSON}: {list(contents)}")
        expect("text/html" in contents, f"{template}: 200 has no text/html")
    expect("/" in api.definition["paths"], "no path /")


@requirement(f"{REQ}/exceptions-codes")
def definition_has_the_refusals(api, collection):
    responses = path_for(api, f"{collection.path}/items")[1]["get"]["responses"]
    expect("400" in responses or "default" in responses or "4XX" in responses, f"items: {list(responses)}")
    responses = path_for(api, f"{collection.path}/items/1")[1]["get"]["responses"]
    expect("404" in responses or "default" in responses or "4XX" in responses, f"feature: {list(responses)}")


def form(parameter, name):
    same((parameter["name"], parameter["in"], parameter.get("required", False)), (name, "query", False), name)
    # Said outright: what a parser takes for granted the official suite does not.
    same((parameter.get("style"), parameter.get("explode")), ("form", False), f"{name}: style and explode")


@requirement(f"{FEATURES1}/req/core/fc-limit-definition")
def limit_is_defined(api, collection):
    limit = items_parameters(api, collection).get("limit")
    expect(limit, "no parameter `limit`")
    form(limit, "limit")
    schema = resolved(api, limit["schema"])
    same((schema.get("type"), schema.get("minimum"), schema.get("maximum")), ("integer", 1, 10_000), "limit's schema")
    expect(1 <= schema.get("default", 0) <= 10_000, "limit's default")
    default = collection.items().ok().json
    same(len(default["features"]), min(schema["default"], default["numberMatched"]), "features without a limit")


@requirement(f"{FEATURES1}/req/core/fc-bbox-definition")
def bbox_is_defined(api, collection):
    bbox = items_parameters(api, collection).get("bbox")
    expect(bbox, "no parameter `bbox`")
    form(bbox, "bbox")
    schema = resolved(api, bbox["schema"])
    same((schema.get("type"), resolved(api, schema["items"]).get("type")), ("array", "number"), "bbox's schema")
    if "oneOf" in schema:
        same([(one.get("minItems"), one.get("maxItems")) for one in schema["oneOf"]], [(4, 4), (6, 6)], "bbox's numbers")
    else:
        same((schema.get("minItems"), schema.get("maxItems")), (4, 6), "bbox's numbers")


@requirement(f"{FEATURES1}/req/core/fc-time-definition")
def datetime_is_defined(api, collection):
    datetime = items_parameters(api, collection).get("datetime")
    expect(datetime, "no parameter `datetime`")
    form(datetime, "datetime")
    same(resolved(api, datetime["schema"]).get("type"), "string", "datetime's type")


@requirement(f"{REQ}/completeness", "http://www.opengis.net/spec/ogcapi-features-2/1.0/req/crs/fc-crs-definition",
             "http://www.opengis.net/spec/ogcapi-features-3/1.0/req/filter/filter-param")
def other_parameters_are_defined(api, collection):
    found = items_parameters(api, collection)
    for name in ("crs", "bbox-crs", "filter", "filter-lang", "filter-crs"):
        expect(name in found, f"items: no parameter `{name}`")
    feature = parameters(api, path_for(api, f"{collection.path}/items/1")[1])
    expect("crs" in feature, "feature: no parameter `crs`")
    languages = resolved(api, found["filter-lang"]["schema"])
    same(set(languages.get("enum", ())), {"cql2-text", "cql2-json"}, "filter-lang")
    same(languages.get("default"), "cql2-text", "filter-lang's default")


@requirement("http://www.opengis.net/spec/ogcapi-features-3/1.0/req/queryables-query-parameters/parameters")
def queryables_are_parameters(api, collection):
    """Each is a parameter of its own; or there is a free one, where all collections share one path."""
    template, item = path_for(api, f"{collection.path}/items")
    found = parameters(api, item)
    if "{" in template:
        raise Skipped(f"{template} is shared: what may be asked is in the queryables")
    missing = [name for name, one in collection.queryables["properties"].items()
               if name not in found and not str(one.get("format", "")).startswith("geometry")]
    expect(not missing, f"queryables that are no parameters: {missing}")


@requirement(f"{TILES1}/req/oas30/operation-id")
def operation_ids_are_of_tiles(api):
    ids = [item["get"].get("operationId", "") for item in api.definition["paths"].values() if "get" in item]
    for part in (".getTile", ".getTileSet", ".getTileSetsList"):
        expect(any(part in id for id in ids), f"no operationId with {part}: {ids}")


@requirement(f"{CLIENTS}/no-free-parameters")
def no_parameter_takes_anything(api, collection):
    """The official suite does not ask with unknown parameters where some schema takes any property."""
    for name, one in items_parameters(api, collection).items():
        schema = resolved(api, one.get("schema", {}))
        expect(not schema.get("additionalProperties"), f"{name} takes any property")


