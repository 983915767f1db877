"""Geometries, held against each other as slowly and plainly as can be; projections."""

from math import asinh, atan, atan2, atanh, cos, cosh, degrees, radians, sin, sinh, sqrt, tan

EARTH = 6_378_137.0


def polygons(geometry):
    """Each a list of rings."""
    kind = geometry["type"]
    if kind == "Polygon":
        return [geometry["coordinates"]]
    if kind == "MultiPolygon":
        return geometry["coordinates"]
    return []


def points(geometry):
    kind = geometry["type"]
    if kind == "Point":
        return [geometry["coordinates"]]
    return geometry["coordinates"] if kind == "MultiPoint" else []


def positions(geometry):
    """Every position of a geometry."""
    found = list(points(geometry))
    for rings in polygons(geometry):
        for ring in rings:
            found.extend(ring)
    return found


def extent(geometries):
    xs, ys = zip(*((place[0], place[1]) for geometry in geometries for place in positions(geometry)))
    return min(xs), min(ys), max(xs), max(ys)


def inside(place, rings):
    """Whether a place is in a polygon or on its edge."""
    x, y = place[0], place[1]
    within = False
    for ring in rings:
        for (x1, y1, *_), (x2, y2, *_) in zip(ring, ring[1:]):
            cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
            if cross == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
                return True
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                within = not within
    return within


def crosses(one, other):
    """Whether two segments have a place in common."""

    def side(a, b, c):
        turned = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        return (turned > 0) - (turned < 0)

    def between(a, b, c):
        return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])

    a, b, c, d = *one, *other
    s1, s2, s3, s4 = side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
    if s1 != s2 and s3 != s4:
        return True
    return (s1 == 0 and between(a, b, c)) or (s2 == 0 and between(a, b, d)) or \
        (s3 == 0 and between(c, d, a)) or (s4 == 0 and between(c, d, b))


def segments(rings):
    return [(one, other) for ring in rings for one, other in zip(ring, ring[1:])]


def boxes_apart(one, other):
    return one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


def rectangle(west, south, east, north):
    return {"type": "Polygon",
            "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}


def intersects(one, other):
    """Whether two geometries (points and polygons) have a place in common."""
    if boxes_apart(extent([one]), extent([other])):
        return False
    for place in points(one):
        if any(list(place[:2]) == list(mate[:2]) for mate in points(other)):
            return True
        if any(inside(place, rings) for rings in polygons(other)):
            return True
    for place in points(other):
        if any(inside(place, rings) for rings in polygons(one)):
            return True
    for rings in polygons(one):
        for mates in polygons(other):
            if inside(rings[0][0], mates) or inside(mates[0][0], rings):
                return True
            box = extent([{"type": "Polygon", "coordinates": mates}])
            near = [pair for pair in segments(rings)
                    if not boxes_apart(extent([{"type": "MultiPoint", "coordinates": list(pair)}]), box)]
            lines = segments(mates)
            if any(crosses(pair, line) for pair in near for line in lines):
                return True
    return False


def in_box(feature, box):
    """As `bbox` asks: without a geometry a feature is in every box."""
    geometry = feature.get("geometry")
    if not geometry:
        return True
    west, south, east, north = box
    if west <= east:
        return intersects(geometry, rectangle(*box))
    return intersects(geometry, rectangle(west, south, 180, north)) or \
        intersects(geometry, rectangle(-180, south, east, north))


def to_mercator(lon, lat):
    return EARTH * radians(lon), EARTH * asinh(tan(radians(lat)))


def from_mercator(x, y):
    return degrees(x / EARTH), degrees(atan(sinh(y / EARTH)))


def _krueger():
    flattening = 1 / 298.257223563
    n = flattening / (2 - flattening)
    radius = EARTH / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    alpha = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
             13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
             61 * n**3 / 240 - 103 * n**4 / 140,
             49561 * n**4 / 161280)
    beta = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360,
            n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440,
            17 * n**3 / 480 - 37 * n**4 / 840,
            4397 * n**4 / 161280)
    return sqrt(flattening * (2 - flattening)), radius, alpha, beta


ECCENTRICITY, RADIUS, ALPHA, BETA = _krueger()


def to_utm_south(zone):
    """Krüger's series to the fourth order: below a millimetre in a zone."""
    middle = radians(zone * 6 - 183)

    def project(lon, lat):
        phi, along = radians(lat), radians(lon) - middle
        t = sinh(atanh(sin(phi)) - ECCENTRICITY * atanh(ECCENTRICITY * sin(phi)))
        xi, eta = atan2(t, cos(along)), atanh(sin(along) / sqrt(1 + t * t))
        x = eta + sum(a * cos(2 * j * xi) * sinh(2 * j * eta) for j, a in enumerate(ALPHA, 1))
        y = xi + sum(a * sin(2 * j * xi) * cosh(2 * j * eta) for j, a in enumerate(ALPHA, 1))
        return 500_000 + 0.9996 * RADIUS * x, 10_000_000 + 0.9996 * RADIUS * y

    return project


# By the URI's end: from longitude and latitude to the coordinates in the order of the axes, and the
# unit's size in degrees.
PROJECTIONS = {
    "CRS84": (lambda lon, lat: (lon, lat), 1.0),
    "4326": (lambda lon, lat: (lat, lon), 1.0),
    "3857": (to_mercator, 1 / 111_000),
    "32749": (to_utm_south(49), 1 / 111_000),
    "32750": (to_utm_south(50), 1 / 111_000),
}


def projection(uri):
    return PROJECTIONS.get(uri.rsplit("/", 1)[-1])
