"""That our answers are PostGIS's: how many match, and every cell of counts by groups."""

import json
from random import Random
from urllib.parse import quote

from .data import EXISTENCE, KINDS, SIZES, say
from .filters import any_of
from .questions import CITIES, polygon
from .server import Client

EACH = 150
# Boxes, circles and polygons reach from a street to half the province.
SIZES_OF_BOXES = [0.01, 0.05, 0.2, 1.0, 3.0]
RADII_M = [500, 3_000, 12_000, 90_000]
REACHES = [0.01, 0.05, 0.3, 1.2]
GROUPS = [
    ["regency", "sector"], ["regency", "sector", "size_class"], ["kind", "sector", "women_led"],
    ["district", "kind"], ["village"], ["regency", "commodity"], ["kind", "commodity", "size_class"],
]
FILTERS_OF_GROUPS = 4

# A dimension in SQL: the value, and what takes many-valued ones apart.
DIMENSIONS = {
    "regency": ("regency", ""), "district": ("district", ""), "village": ("village", ""),
    "size_class": ("size_class", ""), "women_led": ("women_led", ""),
    "kind": ("kind", "JOIN generate_series(0, 3) AS kind ON kinds >> kind & 1 = 1"),
    "sector": ("sector", "JOIN generate_series(0, 30) AS sector ON sectors >> sector & 1 = 1"),
    # Records that have none are a group too.
    "commodity": ("commodity", "LEFT JOIN LATERAL unnest(commodities) AS commodity ON true"),
}


def run(generated, server, postgis):
    """Ends the program at a difference."""
    codes, random, client = generated.facts["codes"], Random(35), Client(server)
    shapes = counts(random, codes, client)
    differences, empty = [], 0
    answers = postgis.ask(";\n".join(sql for _, sql in shapes) + ";")
    for (path, _), (theirs,) in zip(shapes, answers, strict=True):
        ours = client.ask("GET", path)["matched"]
        empty += ours == 0
        if ours != int(theirs):
            differences.append(f"{path}: {ours}, PostGIS {theirs}")
    say(f"{len(shapes)} boxes, circles and polygons asked ({empty} of them empty): {len(differences)} differ")
    cells = 0
    for by in GROUPS:
        for _ in range(FILTERS_OF_GROUPS):
            more, different = compare_groups(by, any_of(random, codes), codes, client, postgis)
            cells += more
            differences += different
    say(f"{cells:,} cells of {len(GROUPS) * FILTERS_OF_GROUPS} counts by groups: {len(differences)} differences in all")
    if differences:
        raise SystemExit("not what PostGIS answers:\n" + "\n".join(differences[:20]))
    return (
        f"{len(shapes)} boxes, circles and drawn polygons with and without filters, and {cells:,} cells of "
        f"{len(GROUPS) * FILTERS_OF_GROUPS} counts by groups were asked of both: all are equal."
    )


def counts(random, codes, client):
    """Shapes with filters: our path, their query."""
    found = []
    point = "ST_SetSRID(ST_MakePoint({lon}, {lat}), 4326)"

    def add(parameters, condition):
        filter = any_of(random, codes)
        path = f"/api/v1/enterprises?limit=1&{parameters}&{filter.query()}".rstrip("&")
        sql = f"SELECT count(*) FROM enterprises WHERE {filter.condition(codes)} AND {condition}"
        found.append((path, sql))

    for _ in range(EACH):
        lon, lat = somewhere(random)
        wide, high = (random.choice(SIZES_OF_BOXES) * random.uniform(0.3, 1) for _ in range(2))
        west, south, east, north = (round(at, 7) for at in (lon, lat, lon + wide, lat + high))
        add(f"bbox={west},{south},{east},{north}",
            f"geom && ST_MakeEnvelope({west}, {south}, {east}, {north}, 4326)"
            f" AND ST_X(geom) BETWEEN {west} AND {east} AND ST_Y(geom) BETWEEN {south} AND {north}")
    for _ in range(EACH):
        lon, lat = somewhere(random)
        metres = round(random.choice(RADII_M) * random.uniform(0.3, 1), 1)
        centre = point.format(lon=lon, lat=lat)
        # A degree is more than 100 km here: the box about the circle is for the index.
        add(f"near={lon},{lat}&radius_m={metres}",
            f"geom && ST_Expand({centre}, {metres / 100_000}) AND ST_DistanceSphere(geom, {centre}) <= {metres}")
    for _ in range(EACH):
        drawn = polygon(random, random.randint(3, 60), random.choice(REACHES))
        stored = client.ask("POST", "/api/v1/areas", drawn)
        geometry = json.dumps(drawn)
        add(f"area={stored['id']}",
            f"ST_Intersects(geom, ST_SetSRID(ST_GeomFromGeoJSON('{geometry}'), 4326))")
    return found


def somewhere(random):
    """About a city, or anywhere."""
    if random.random() < 0.8:
        lon, lat = random.choice(CITIES)
        return round(lon + random.gauss(0, 0.04), 7), round(lat + random.gauss(0, 0.04), 7)
    return round(random.uniform(111, 114.5), 7), round(random.uniform(-8.7, -6.8), 7)


def compare_groups(by, filter, codes, client, postgis):
    path = f"/api/v1/stats?group_by={quote(','.join(by))}&{filter.query()}".rstrip("&")
    ours = {tuple(item["values"]): item["count"] for item in client.ask("GET", path)["items"]}
    values = ", ".join(DIMENSIONS[name][0] for name in by)
    joins = " ".join(DIMENSIONS[name][1] for name in by)
    sql = f"SELECT {values}, count(*) FROM enterprises {joins} WHERE {filter.condition(codes)} GROUP BY {values};"
    names = [named(name, codes) for name in by]
    theirs = {
        tuple(name(value) for name, value in zip(names, line)): int(line[-1]) for line in postgis.ask(sql)
    }
    differences = [
        f"{path} {key}: {ours.get(key, 0)}, PostGIS {theirs.get(key, 0)}"
        for key in {*ours, *theirs}
        if ours.get(key) != theirs.get(key)
    ]
    return len(theirs), differences


def named(name, codes):
    """How a value of psql's reads as ours."""
    if name == "women_led":
        return {"t": "true", "f": "false", "": None}.get
    lists = {"kind": KINDS, "size_class": SIZES, "existence": EXISTENCE}
    if name in lists:
        return lambda value: lists[name][int(value)]
    known = {str(number): code for code, number in codes[name].items()}
    return lambda value: known[value] if value else None
