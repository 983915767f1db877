"""OGC API - Features, Part 3 (queryables, filter) and CQL2, Part 5 (schemas)."""

import json
from random import Random

import cql2
from cql2 import op, prop
from shapes import extent, positions
from suite import CLIENTS, CQL2, CRS84, FEATURES3, GEOJSON, HTML, REL, SCHEMA, SCHEMAS, Skipped, expect, link, \
    requirement, same, same_ids

FILTER, QUERYABLES = f"{FEATURES3}/req/filter", f"{FEATURES3}/req/queryables"
CLASSES = [f"{FEATURES3}/conf/{name}" for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")] + \
    [f"{CQL2}/conf/{name}" for name in ("cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators",
                                        "case-insensitive-comparison", "accent-insensitive-comparison",
                                        "basic-spatial-functions")] + [f"{SCHEMAS}/conf/schemas"]
DRAFTS = ("https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2019-09/schema")


@requirement(f"{FEATURES3}/conf/filter", f"{CQL2}/conf/basic-cql2", f"{SCHEMAS}/conf/schemas")
def classes_are_declared(api):
    missing = [uri for uri in CLASSES if uri not in api.conforms_to]
    expect(not missing, f"not declared: {missing}")


def kinds_of(collection):
    """What each queryable is: number, integer, string, boolean, date, date-time, geometry."""
    found = {}
    for name, one in collection.queryables["properties"].items():
        format = one.get("format", "")
        if format.startswith("geometry") or name == "geometry":
            found[name] = "geometry"
        elif format in ("date", "date-time"):
            found[name] = format
        else:
            type = one.get("type", "string")
            if type == "array":
                type = one.get("items", {}).get("type", "string")
            found[name] = [each for each in type if each != "null"][0] if isinstance(type, list) else type
    return found


def values_of(collection, name):
    """Those that features have, the most frequent and the rarest among them."""
    counts = {}
    for feature in collection.features:
        value = cql2.told_of(feature, name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, (str, int, float)):
                counts[each] = counts.get(each, 0) + 1
    return sorted(counts, key=lambda each: (-counts[each], str(each)))


def literal(kind, value):
    return {"date": {"date": value}, "date-time": {"timestamp": value}}.get(kind, value)


def known(collection):
    """Queryables that features tell the values of: what is not among the properties cannot be held against them."""
    kinds = kinds_of(collection)
    told = [(name, kind, values_of(collection, name)) for name, kind in kinds.items() if kind != "geometry"]
    found = [(name, kind, values) for name, kind, values in told if values]
    if not found:
        raise Skipped("no queryable with values")
    return kinds, found


def hold(collection, expression, languages=("cql2-text", "cql2-json"), **params):
    """What the API finds is what the plain evaluator finds, in both languages."""
    kinds = kinds_of(collection)
    wanted = [str(feature["id"]) for feature in collection.features if cql2.holds(expression, feature, kinds) is True]
    for language in languages:
        written = cql2.text(expression) if language == "cql2-text" else json.dumps(expression)
        found = collection.ids(filter=written, filter_lang=language, **params)
        same_ids(found, wanted, f"{language}: {cql2.text(expression)}")
    return len(wanted)


@requirement(f"{QUERYABLES}/queryables-link", f"{QUERYABLES}/get-queryables-op")
def queryables_are_linked(api, collection):
    for links in (collection.document["links"], api.get(collection.path).ok().json["links"]):
        found = link(links, f"{REL}/queryables", SCHEMA)
        expect(found, f"no link {REL}/queryables of type {SCHEMA}")
    api.get(found["href"], accept=SCHEMA).ok(SCHEMA)
    same(api.get(f"{collection.path}/queryables", accept="*/*").ok().media_type, SCHEMA, "unless told")
    api.get(f"{collection.path}/queryables", accept=HTML).ok(HTML)


@requirement(f"{QUERYABLES}/get-queryables-response")
def queryables_are_a_schema(api, collection):
    document = collection.queryables
    expect(document.get("$schema") in DRAFTS, f"$schema: {document.get('$schema')}")
    same(document.get("$id"), f"{api.root}{collection.path}/queryables", "$id")
    same(document.get("type"), "object", "type")
    expect(document.get("properties"), "no properties")
    for name, one in document["properties"].items():
        expect(one.get("title") or one.get("description"), f"{name}: neither title nor description")
        spatial = str(one.get("format", "")).startswith("geometry")
        expect(spatial or "type" in one or "enum" in one or "$ref" in one, f"{name}: no type")
        expect(not spatial or "type" not in one, f"{name}: a geometry has no type, only a format")
        expect("enum" not in one or one["enum"], f"{name}: no code")
    expect("geometry" in document["properties"], "no `geometry`")


@requirement(f"{QUERYABLES}/get-queryables-response", f"{CLIENTS}/queryables-are-properties")
def queryables_are_properties_of_the_features(api, collection):
    """A client that shows a feature's field asks for it by the same name, with the same values."""
    kinds = kinds_of(collection)
    types = {"integer": int, "number": (int, float), "boolean": bool}
    names = {name for feature in collection.features for name in feature["properties"]}
    unseen = [name for name in kinds if name not in names | {"id"} and kinds[name] != "geometry"]
    expect(len(unseen) <= len(kinds) / 2, f"no feature has {unseen}")
    for feature in collection.features[:500]:
        for name, kind in kinds.items():
            value = cql2.told_of(feature, name)
            for each in value if isinstance(value, list) else [value]:
                if each is not None and kind != "geometry":
                    expect(isinstance(each, types.get(kind, str)), f"{feature['id']}: {name} = {each!r} is no {kind}")
            codes = collection.queryables["properties"][name].get("enum")
            if codes and value is not None:
                for each in value if isinstance(value, list) else [value]:
                    expect(each in codes, f"{feature['id']}: {name} = {each!r} is no code of it")


@requirement(f"{FEATURES3}/req/queryables-query-parameters/parameters")
def queryables_are_asked_as_parameters(api, collection):
    kinds, found = known(collection)
    for name, kind, values in found:
        for value in (values[0], values[-1]):
            if isinstance(value, str) and ("," in value or kind == "date-time"):
                continue
            wanted = [str(one["id"]) for one in collection.features
                      if cql2.holds(op("=", prop(name), literal(kind, value)), one, kinds) is True]
            same_ids(collection.ids(**{name: value}), wanted, f"{name}={value}")


@requirement(f"{FEATURES3}/req/queryables-query-parameters/parameters")
def parameters_are_and_ed(api, collection):
    kinds, found = known(collection)
    usable = [(name, kind, values) for name, kind, values in found
              if kind not in ("date", "date-time") and not ("," in str(values[0]))][:3]
    if len(usable) < 2:
        raise Skipped("too few queryables")
    (one, _, ones), (other, _, others) = usable[:2]
    both = op("and", op("=", prop(one), ones[0]), op("=", prop(other), others[0]))
    wanted = [str(feature["id"]) for feature in collection.features if cql2.holds(both, feature, kinds) is True]
    same_ids(collection.ids(**{one: ones[0], other: others[0]}), wanted, "two parameters")
    same_ids(collection.ids(**{one: ones[0]}, filter=cql2.text(op("=", prop(other), others[0]))), wanted, "and a filter")
    boxed = set(collection.ids(bbox="112,-8,113,-7")) & set(wanted)
    same_ids(collection.ids(**{one: ones[0], other: others[0]}, bbox="112,-8,113,-7"), boxed, "and a box")


@requirement(f"{FILTER}/filter-param", f"{FEATURES3}/req/features-filter/filter-param", f"{FILTER}/filter-lang-param")
def filter_lang_is_text_unless_told(api, collection):
    kinds, found = known(collection)
    name, kind, values = found[0]
    written = cql2.text(op("=", prop(name), literal(kind, values[0])))
    same_ids(collection.ids(filter=written), collection.ids(filter=written, filter_lang="cql2-text"), "the default")
    collection.items(filter=written, filter_lang="cql-text-2").refused()
    collection.items(filter=written, filter_lang="cql2-json").refused()


@requirement(f"{FILTER}/filter-param", f"{CQL2}/req/cql2-text/escaping")
def wrong_filters_are_refused_and_named(api, collection):
    name = next(iter(kinds_of(collection)))
    for written, named in (("nosuchproperty = 1", "nosuchproperty"), (f"{name} = ", "filter"), (f"{name} =", "filter"),
                           ("((", "filter"), ("'a' 'b'", "filter"), (f"{name} LIKE", "filter"), ("1", "filter"),
                           (f"{name} = 'a' AND", "filter"), ("DROP TABLE enterprises", "filter")):
        answer = collection.items(filter=written).refused()
        expect(named in answer.text, f"filter={written}: the refusal names no {named}: {answer.text[:300]}")
    for written in ("{", "[]", "null", '{"op":"="}', '{"op":"nosuch","args":[1,2]}', '{"op":"=","args":[{"property":"x"}]}',
                    '{"op":"and","args":"x"}', "{}"):
        collection.items(filter=written, filter_lang="cql2-json").refused()


@requirement(f"{FILTER}/filter-param", f"{CLIENTS}/bounded-filters")
def deep_and_long_filters_do_no_harm(api, collection):
    """A filter as deep or long as an address allows is answered or refused, never a fault of the server."""
    name = next(iter(kinds_of(collection)))
    for written in ("NOT " * 500 + f"({name} IS NULL)", "(" * 800 + f"{name} IS NULL" + ")" * 800,
                    " OR ".join([f"{name} IS NULL"] * 200), f"{name} LIKE '" + "%a" * 500 + "'",
                    f"{name} IN ({','.join(repr(str(each)) for each in range(400))})"):
        answer = collection.items(filter=written, limit=1)
        expect(answer.status in (200, 400, 414), f"{written[:60]}…: {answer.status}")
    deep = '{"op":"not","args":[' * 400 + "true" + "]}" * 400
    expect(collection.items(filter=deep, filter_lang="cql2-json", limit=1).status in (200, 400, 414), "deep JSON")


@requirement(f"{FILTER}/filter-crs-wgs84", f"{FILTER}/filter-crs-param")
def filter_crs_turns_coordinates(api, collection):
    written, swapped = "S_INTERSECTS(geometry,BBOX(112.2,-7.9,113.1,-7.1))", "S_INTERSECTS(geometry,BBOX(-7.9,112.2,-7.1,113.1))"
    plain = collection.ids(filter=written)
    same_ids(collection.ids(filter=written, filter_crs=CRS84), plain, "CRS84")
    same_ids(collection.ids(filter=swapped, filter_crs="http://www.opengis.net/def/crs/EPSG/0/4326"), plain, "4326")
    collection.items(filter=written, filter_crs="http://www.opengis.net/def/crs/EPSG/0/999999").refused()


@requirement(f"{FILTER}/filter-param", f"{CLIENTS}/next-keeps-the-filter")
def next_keeps_the_filter(api, collection):
    written = "S_INTERSECTS(geometry,BBOX(111,-9,115,-6))"
    wanted = collection.ids(filter=written)
    same(collection.ids(limit=max(1, len(wanted) // 5), filter=written), wanted, "through pages")
    document = collection.items(limit=1, filter=written).ok(GEOJSON).json
    same(document["numberMatched"], len(wanted), "numberMatched")


@requirement(f"{CQL2}/req/basic-cql2/binary-comparison-predicate", f"{CQL2}/conf/cql2-text", f"{CQL2}/conf/cql2-json")
def comparisons(api, collection):
    _, found = known(collection)
    for name, kind, values in found:
        ordered = sorted(values, key=str)
        codes = kind == "boolean" or "enum" in collection.queryables["properties"][name]
        for value in dict.fromkeys([values[-1], ordered[len(values) // 2]]):
            for each in ("=", "<>") if codes else ("=", "<>", "<", "<=", ">", ">="):
                # One of the languages is enough for most.
                languages = ("cql2-text", "cql2-json") if each in ("=", ">=") else ("cql2-text",)
                hold(collection, op(each, prop(name), literal(kind, value)), languages)


@requirement(f"{CQL2}/req/basic-cql2/isNull-predicate")
def is_null(api, collection):
    for name, kind in kinds_of(collection).items():
        if kind != "geometry" and not values_of(collection, name):
            continue
        hold(collection, op("isNull", prop(name)))
        hold(collection, op("not", op("isNull", prop(name))), ("cql2-json",))


@requirement(f"{CQL2}/req/basic-cql2/logical-expression")
def and_or_not_over_three_values(api, collection):
    _, found = known(collection)
    if len(found) < 2:
        raise Skipped("too few queryables")
    (one, kind1, ones), (other, kind2, others) = found[0], found[1]
    a, b = op("=", prop(one), literal(kind1, ones[0])), op("=", prop(other), literal(kind2, others[0]))
    for expression in (op("and", a, b), op("or", a, b), op("not", a), op("not", op("and", a, b)), op("not", op("or", a, b)),
                       op("and", a, op("not", b)), op("or", op("not", a), op("and", a, b)), op("not", op("not", a)),
                       op("and", a, b, op("or", a, b))):
        hold(collection, expression)


@requirement(f"{CQL2}/req/basic-cql2/boolean-literals")
def truth_alone(api, collection):
    same(len(collection.ids(filter="TRUE")), len(collection.features), "TRUE")
    same(collection.ids(filter="FALSE"), [], "FALSE")


@requirement(f"{CQL2}/conf/cql2-text")
def text_is_read_however_it_is_written(api, collection):
    """Keywords in any case, with and without brackets and quotes; AND binds before OR."""
    _, found = known(collection)
    name, kind, values = next((one for one in found if one[1] == "string"), (None, None, None))
    if not name:
        raise Skipped("no text")
    value = cql2.text(values[0])
    wanted = collection.ids(filter=f"{name} = {value}")
    for written in (f"{name}={value}", f'"{name}" = {value}', f"({name} = {value})", f"(({name} = {value}))",
                    f"  {name}   =  {value}  ", f"{name} = {value} and TRUE", f"not (not ({name} = {value}))",
                    f"{name} in ({value})", f"{name} = {value} Or {name} = {value}",
                    f"{name} = {value} OR {name} <> {value} AND {name} = {value}", f"{name} = {value} OR FALSE"):
        same_ids(collection.ids(filter=written), wanted, written)


@requirement(f"{CQL2}/req/advanced-comparison-operators/in-list-predicate")
def in_lists(api, collection):
    _, found = known(collection)
    for name, kind, values in found:
        if kind == "boolean":
            continue
        chosen = [literal(kind, value) for value in dict.fromkeys([values[len(values) // 2], values[-1]])]
        hold(collection, op("in", prop(name), chosen))
        hold(collection, op("not", op("in", prop(name), chosen)), ("cql2-json",))


@requirement(f"{CQL2}/req/advanced-comparison-operators/between-predicate")
def between(api, collection):
    _, found = known(collection)
    numbers = [(name, kind, sorted(values)) for name, kind, values in found if kind in ("integer", "number")]
    if not numbers:
        raise Skipped("no number")
    for name, _, values in numbers:
        low, high = values[len(values) // 4], values[3 * len(values) // 4]
        hold(collection, op("between", prop(name), low, high))
        hold(collection, op("not", op("between", prop(name), low, high)))
        hold(collection, op("between", prop(name), high + 1, low - 1))


def a_text(collection):
    _, found = known(collection)
    texts = [(name, values) for name, kind, values in found
             if kind == "string" and "enum" not in collection.queryables["properties"][name]]
    if not texts:
        raise Skipped("no text without codes")
    return next((one for one in texts if one[0] == "name"), texts[0])


@requirement(f"{CQL2}/req/advanced-comparison-operators/like-predicate")
def like(api, collection):
    name, values = a_text(collection)
    word = str(values[len(values) // 2])
    for pattern in (word, f"{word[:3]}%", f"%{word[-3:]}", f"%{word[1:4]}%", "_" + word[1:], "%", "_%", word[:2] + "%" + word[-2:],
                    "%\\%%", word.upper() + "%", ""):
        hold(collection, op("like", prop(name), pattern))
    hold(collection, op("not", op("like", prop(name), f"{word[:3]}%")))


@requirement(f"{CQL2}/req/case-insensitive-comparison/casei-function")
def casei(api, collection):
    name, values = a_text(collection)
    word = str(values[len(values) // 2])
    for expression in (op("=", op("casei", prop(name)), op("casei", word.upper())),
                       op("<>", op("casei", prop(name)), op("casei", word.swapcase())),
                       op("like", op("casei", prop(name)), op("casei", f"{word[:3].upper()}%")),
                       op("in", op("casei", prop(name)), [op("casei", word.upper()), op("casei", str(values[0]).lower())])):
        hold(collection, expression)


@requirement(f"{CQL2}/req/accent-insensitive-comparison/accenti-function")
def accenti(api, collection):
    name, values = a_text(collection)
    word = str(values[len(values) // 2])
    accented = word.replace("a", "á").replace("e", "é").replace("i", "ï")
    for expression in (op("=", op("accenti", prop(name)), op("accenti", accented)),
                       op("like", op("accenti", prop(name)), op("accenti", f"{accented[:4]}%")),
                       op("=", op("casei", op("accenti", prop(name))), op("casei", op("accenti", accented.upper())))):
        hold(collection, expression)


@requirement(f"{CQL2}/req/cql2-text/escaping", f"{CQL2}/conf/case-insensitive-comparison", f"{CQL2}/conf/accent-insensitive-comparison")
def texts_with_every_sign(api, collection):
    """Quotes, signs of patterns, accents: in either language the text is what it is."""
    odd = [str(one["properties"]["name"]) for one in collection.features
           if set(str(one["properties"].get("name"))) & set("'\"%_\\<=") or not str(one["properties"].get("name")).isascii()]
    if not odd:
        raise Skipped("no such name")
    for name in odd[:4]:
        escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        for expression in (op("=", prop("name"), name), op("like", prop("name"), escaped), op("like", prop("name"), f"%{escaped[2:]}"),
                           op("=", op("casei", prop("name")), op("casei", name.upper())),
                           op("=", op("accenti", prop("name")), op("accenti", cql2.bare(name))),
                           op("like", op("casei", op("accenti", prop("name"))), op("casei", op("accenti", escaped)))):
            expect(hold(collection, expression) > 0, f"{cql2.text(expression)} finds nothing")
        if "," not in name:
            found = collection.ids(name=name)
            same_ids(found, [one["id"] for one in collection.features if one["properties"]["name"] == name], f"name={name}")


@requirement(f"{CQL2}/req/basic-spatial-functions/spatial-predicate", f"{CQL2}/req/basic-spatial-functions/spatial-data-types")
def s_intersects_boxes_and_points(api, collection):
    """Unlike `bbox`, a feature without a geometry is in no box."""
    west, south, east, north = extent([feature["geometry"] for feature in collection.placed])
    middle = positions(collection.placed[len(collection.placed) // 2]["geometry"])[0]
    for geometry in ({"bbox": [west, south, east, north]}, {"bbox": [112.2, -7.9, 113.1, -7.1]}, {"bbox": [0.0, 50.0, 1.0, 51.0]},
                     {"type": "Point", "coordinates": middle[:2]}, {"type": "Point", "coordinates": [0.5, 50.5]}):
        hold(collection, op("s_intersects", prop("geometry"), geometry))
    box = {"bbox": [112.2, -7.9, 113.1, -7.1]}
    hold(collection, op("not", op("s_intersects", prop("geometry"), box)))


@requirement(f"{CQL2}/req/basic-spatial-functions-plus/spatial-data-types")
def s_intersects_polygons(api, collection):
    if f"{CQL2}/conf/basic-spatial-functions-plus" not in api.conforms_to:
        raise Skipped("not declared")
    drawn = {"type": "Polygon", "coordinates": [[[112.1, -7.9], [113.2, -7.8], [112.9, -7.1], [112.4, -7.3], [112.1, -7.9]]]}
    hold(collection, op("s_intersects", prop("geometry"), drawn))


@requirement(f"{CQL2}/conf/basic-cql2", f"{CQL2}/conf/advanced-comparison-operators", f"{CQL2}/conf/basic-spatial-functions")
def any_expression(api, collection):
    """Made up with a fixed seed, up to three deep, of all there is."""
    random = Random(35)
    _, found = known(collection)

    def leaf():
        if random.random() < 0.2:
            west, south = random.uniform(111, 114), random.uniform(-8.5, -7)
            return op("s_intersects", prop("geometry"), {"bbox": [round(west, 4), round(south, 4), round(west + random.random(), 4), round(south + random.random(), 4)]})
        name, kind, values = random.choice(found)
        value = literal(kind, random.choice(values))
        codes = kind == "boolean" or "enum" in collection.queryables["properties"][name]
        chosen = random.choice(["=", "<>", "in", "isNull"] + ([] if codes else ["<", "<=", ">", ">=", "between" if kind in ("integer", "number") else ">"]))
        if chosen == "isNull":
            return op("isNull", prop(name))
        if chosen == "in":
            return op("in", prop(name), [value, literal(kind, random.choice(values))]) if kind != "boolean" else op("=", prop(name), value)
        if chosen == "between":
            return op("between", prop(name), *sorted((value, random.choice(values))))
        return op(chosen, prop(name), value)

    def grown(depth):
        if depth == 0 or random.random() < 0.2:
            return leaf()
        chosen = random.choice(["and", "or", "not"])
        return op("not", grown(depth - 1)) if chosen == "not" else op(chosen, *(grown(depth - 1) for _ in range(random.choice((2, 2, 3)))))

    counts = [hold(collection, grown(3)) for _ in range(30)]
    expect(any(0 < count < len(collection.features) for count in counts), "every expression found all or nothing")


@requirement(f"{SCHEMAS}/req/schemas/schema-link", f"{SCHEMAS}/req/schemas/schema-op")
def schema_is_linked(api, collection):
    found = link(api.get(collection.path).ok().json["links"], f"{REL}/schema", SCHEMA)
    expect(found, f"no link {REL}/schema of type {SCHEMA}")
    api.get(found["href"], accept=SCHEMA).ok(SCHEMA)
    api.get(f"{collection.path}/schema", accept=HTML).ok(HTML)


@requirement(f"{SCHEMAS}/req/schemas/schema-response", f"{SCHEMAS}/req/schemas/properties")
def schema_is_a_schema(api, collection):
    document = collection.schema
    expect(document.get("$schema") in DRAFTS, f"$schema: {document.get('$schema')}")
    same(document.get("$id"), f"{api.root}{collection.path}/schema", "$id")
    same(document.get("type"), "object", "type")
    roles = [one.get("x-ogc-role") for one in document["properties"].values()]
    same((roles.count("id"), roles.count("primary-geometry")), (1, 1), "x-ogc-role: id and primary-geometry")
    for name, one in document["properties"].items():
        expect(one.get("title") or one.get("description") or one.get("x-ogc-role"), f"{name}: neither title, description nor role")
        spatial = str(one.get("format", "")).startswith("geometry")
        expect(spatial != ("type" in one or "enum" in one or "$ref" in one or "oneOf" in one or "anyOf" in one), f"{name}: a type, or a geometry's format")


@requirement(f"{SCHEMAS}/req/schemas/properties", f"{CLIENTS}/schema-tells-all-properties")
def features_are_as_the_schema_says(api, collection):
    """No property that it does not tell of, and those it has are of its types."""
    properties = collection.schema["properties"]
    types = {"integer": int, "number": (int, float), "boolean": bool, "string": str, "array": list, "object": dict, "null": type(None)}
    for feature in collection.features:
        unknown = set(feature["properties"]) - set(properties)
        expect(not unknown, f"{feature['id']}: the schema does not tell of {unknown}")
        for name, value in feature["properties"].items():
            told = properties[name].get("type")
            allowed = told if isinstance(told, list) else [told]
            if value is not None and told:
                expect(any(isinstance(value, types[each]) for each in allowed), f"{feature['id']}: {name} = {value!r} is no {told}")
            if "enum" in properties[name] and value is not None:
                expect(value in properties[name]["enum"], f"{feature['id']}: {name} = {value!r} is no code of it")
        required = set(collection.schema.get("required", ())) - {"geometry", "id"}
        missing = required - set(feature["properties"])
        expect(not missing, f"{feature['id']}: {missing} is required and missing")
