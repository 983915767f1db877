"""What is measured: each row of the table as questions to us and to PostGIS."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin
from random import Random
from string import Template

from .data import HERE
from .filters import Filter, packed

# So many different questions of each operation; blanks make a new one of each that comes round again.
QUESTIONS = 2_000
# Cells on a side of a tile: 64, 32, or 16 as the map asks for.
CELLS = int(os.environ.get("CELLS", "64"))
POLYGON = "page of 100: a word, three filters, a polygon"
# Half the width of the square of EPSG:3857, in metres.
HALF = 20_037_508.342_789_244
# Where the cities are: Surabaya, Sidoarjo, Malang, Kediri, Jember, Madiun, Pasuruan, Mojokerto.
CITIES = [(112.74, -7.27), (112.72, -7.45), (112.63, -7.97), (112.01, -7.82), (113.70, -8.17),
          (111.52, -7.63), (112.90, -7.65), (112.43, -7.47)]


@dataclass
class Bar:
    """At ten million rows: at most these milliseconds, at least these many a second and times as
    fast as PostGIS. None: there is no bar."""

    p50: float | None = None
    p99: float | None = None
    ratio: float | None = None
    rate: float | None = None


@dataclass
class Question:
    path: str
    values: dict | None = None


@dataclass
class Operation:
    name: str
    bar: Bar
    ask: Callable
    # The file of PostGIS's query, if it is asked.
    sql: str | None = None
    # Whether the answer is to be compressed. Tiles and counts are at once, whoever asks.
    gzip: bool = True

    def questions(self, count=QUESTIONS):
        random = Random(self.name)
        return [self.ask(random) for _ in range(count)]

    def paths(self):
        return [question.path for question in self.questions()]

    def queries(self):
        text = Template((HERE / "postgis/queries" / f"{self.sql}.sql").read_text())
        return [text.substitute(question.values) for question in self.questions(count=100)]


def operations(generated):
    """The rows of the table. `generated` says which codes and tiles there are."""
    facts = generated.facts
    codes, fullest = facts["codes"], {int(zoom): tiles for zoom, tiles in facts["tiles"].items()}
    busy = facts["busy"]

    def tile(zooms, choose):
        def ask(random):
            zoom = random.choice(zooms)
            x, y = random.choice(fullest[zoom])
            filter = choose(random)
            side = 2 * HALF / 2**zoom
            west, north = x * side - HALF, HALF - y * side
            return Question(
                f"/api/v1/tiles/enterprises/{zoom}/{x}/{y}.mvt?cells={CELLS}&{filter.query()}".rstrip("&"),
                {"west": west, "south": north - side, "east": west + side, "north": north,
                 "cell": side / CELLS, "filter": filter.condition(codes)},
            )

        return ask

    def groups(by, size=None):
        def ask(random):
            filter = packed(random, codes)
            path, condition = f"/api/v1/stats?group_by={by}&{filter.query()}", filter.condition(codes)
            if size:
                box = around(random, size)
                path += f"&bbox={box}"
                condition += f" AND geom && ST_MakeEnvelope({box}, 4326)"
            return Question(path, {"filter": condition})

        return ask

    def page_in_city(sort):
        def ask(random):
            box = around(random, (0.25, 0.2))
            path = f"/api/v1/enterprises?limit=100&sort={sort}&bbox={box}"
            return Question(path, {"box": box, "filter": Filter().condition(codes)})

        return ask

    def page_of_pair(random):
        regency, sector = random.choice(busy)
        path = f"/api/v1/enterprises?limit=100&sector={sector}&region={regency}"
        return Question(path, {"regency": codes["regency"][regency], "sector": codes["sector"][sector]})

    def nearest(random):
        lon, lat = round(random.uniform(111.2, 113.8), 6), round(random.uniform(-8.1, -7.1), 6)
        path = f"/api/v1/enterprises?limit=20&sort=distance&near={lon},{lat}"
        return Question(path, {"lon": lon, "lat": lat, "filter": Filter().condition(codes)})

    def any_packed(random):
        return packed(random, codes)

    def commodity(random):
        return Filter(commodities=random.sample(sorted(codes["commodity"]), random.randint(1, 3)))

    def nothing(_):
        return Filter()

    by_two, by_three = "regency,sector", "regency,sector,size_class"
    return [
        Operation("tile z6, filtered", Bar(20, 30, 200), tile([6], any_packed), "tile"),
        Operation("tile z8, filtered", Bar(5, 8, 400), tile([8], any_packed), "tile"),
        Operation("tile z10, filtered", Bar(1.5, 3, 400), tile([10], any_packed), "tile"),
        Operation("tile z12, filtered", Bar(0.7, 1.5, 300), tile([12], any_packed), "tile"),
        Operation("tile z8, by commodity", Bar(15, 24), tile([8], commodity), "tile"),
        Operation("tile z10, by commodity", Bar(4.5, 9), tile([10], commodity), "tile"),
        Operation("tile z6 to z14, no filter", Bar(0.5, 1, 1000), tile([6, 8, 10, 12, 14], nothing), "tile"),
        Operation("count regency × sector, filtered", Bar(20, 30, 25), groups(by_two), "groups"),
        Operation("the same in a box", Bar(5, 10, 70), groups(by_two, (0.7, 0.6)), "groups"),
        Operation("count by three dimensions, filtered", Bar(60, 80), groups(by_three)),
        Operation("page of 100 in a city's box", Bar(3, 10, 15, 2500), page_in_city("curve"), "page_box", gzip=False),
        Operation("the same, compressed", Bar(), page_in_city("curve")),
        Operation("the same by name", Bar(), page_in_city("name"), gzip=False),
        Operation("page of 100 by sector and regency", Bar(3, 10, 30), page_of_pair, "page_sector", gzip=False),
        Operation("nearest 20", Bar(0.6, 2, 0.8, 8000), nearest, "nearest", gzip=False),
    ]


def with_polygon(areas, codes):
    """A page with a word, three filters and a drawn polygon."""

    def ask(random):
        word = random.choice(["batik", "tas", "sepatu", "kopwan", "sari", "jaya", "melati", "bat"])
        kind, sector = random.choice(["ikm", "ukm"]), ",".join(random.sample(sorted(codes["sector"]), 3))
        area = random.choice(areas)
        return Question(
            f"/api/v1/enterprises?limit=100&q={word}&kind={kind}&women_led=true&sector={sector}&area={area}"
        )

    return Operation(POLYGON, Bar(20), ask, gzip=False)


def around(random, size):
    """A box of about this size about a city, as `west,south,east,north`."""
    lon, lat = random.choice(CITIES)
    west, south = lon + random.uniform(-0.6, -0.4) * size[0], lat + random.uniform(-0.6, -0.4) * size[1]
    return ",".join(f"{value:.6f}" for value in (west, south, west + size[0], south + size[1]))


def polygon(random, corners=60, reach=0.25):
    """A star about a city, as it may be drawn by hand."""
    lon, lat = random.choice(CITIES)
    ring = []
    for at in range(corners):
        turn, far = 2 * pi * at / corners, reach * random.uniform(0.6, 1.0)
        ring.append([round(lon + far * cos(turn), 7), round(lat + far * sin(turn), 7)])
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}

