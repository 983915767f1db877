"""What the suite stands on: requirements as functions, an API to ask, faults to tell."""

import contextlib
import http.client
import json
import time
import traceback
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

GEOJSON, JSON, HTML = "application/geo+json", "application/json", "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
FEATURES1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0"
FEATURES2 = "http://www.opengis.net/spec/ogcapi-features-2/1.0"
FEATURES3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0"
CQL2 = "http://www.opengis.net/spec/cql2/1.0"
SCHEMAS = "http://www.opengis.net/spec/ogcapi-common-3/1.0"
TILES1 = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
# Named in the clients' own terms: no paragraph of a standard says so, but clients fail without it.
CLIENTS = "clients"


class Fault(AssertionError):
    """A requirement that is not met."""


class Skipped(Exception):
    """There is nothing that the requirement could be held against."""


def expect(holds, told):
    if not holds:
        raise Fault(told)


def same(found, wanted, what):
    expect(found == wanted, f"{what}: {shown(found)} where {shown(wanted)} is wanted")


def same_ids(found, wanted, what):
    found, wanted = set(found), set(wanted)
    if found != wanted:
        more, less = sorted(found - wanted), sorted(wanted - found)
        raise Fault(f"{what}: {len(found)} found, {len(wanted)} wanted; "
                    f"{len(more)} too many {more[:3]}, {len(less)} missing {less[:3]}")


def shown(value):
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "…"


@dataclass
class Requirement:
    uri: str
    check: object
    each: bool


REQUIREMENTS = []


def requirement(*uris):
    """A check of what the URIs ask for; one with a parameter `collection` is asked of each."""

    def keep(check):
        names = check.__code__.co_varnames[: check.__code__.co_argcount]
        REQUIREMENTS.append(Requirement(" ".join(uris), check, "collection" in names))
        return check

    return keep


@dataclass
class Answer:
    url: str
    status: int
    headers: dict
    body: bytes
    before: float
    after: float

    @property
    def type(self):
        return self.headers.get("content-type", "")

    @property
    def media_type(self):
        return self.type.split(";")[0].strip().lower()

    @cached_property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Fault(f"{self.url}: no JSON ({error}): {shown(self.body[:200])}") from None

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def ok(self, type=None):
        expect(self.status == 200, f"{self.url}: {self.status} where 200 is wanted: {shown(self.text[:300])}")
        if type:
            same(self.media_type, type, f"{self.url}: type")
        return self

    def refused(self, *statuses):
        wanted = statuses or (400,)
        expect(self.status in wanted, f"{self.url}: {self.status} where {wanted} is wanted: {shown(self.text[:200])}")
        return self


@dataclass
class Collection:
    """A collection with all its features, read once through the API itself."""

    api: object
    document: dict

    @property
    def id(self):
        return self.document["id"]

    @property
    def path(self):
        return f"/collections/{quote(self.id)}"

    def items(self, accept=GEOJSON, **params):
        """A page; `bbox_crs`, `filter_lang` and `filter_crs` are written with a hyphen."""
        return self.api.get(f"{self.path}/items", named(params), accept)

    def ids(self, limit=10_000, **params):
        """All ids through `next`, in order."""
        return [str(feature["id"]) for feature in self.pages(limit, **params)]

    def pages(self, limit=10_000, **params):
        answer = self.items(limit=limit, **params).ok(GEOJSON)
        seen = 0
        while True:
            yield from answer.json["features"]
            seen += 1
            following = link(answer.json["links"], "next")
            if following is None:
                return
            expect(seen < 10_000, f"{self.id}: `next` without an end")
            answer = self.api.get(following["href"], accept=GEOJSON).ok(GEOJSON)

    @cached_property
    def features(self):
        return list(self.pages())

    @cached_property
    def placed(self):
        """Those that have a geometry."""
        found = [feature for feature in self.features if feature.get("geometry")]
        if not found:
            raise Skipped(f"{self.id}: no feature has a geometry")
        return found

    @cached_property
    def queryables(self):
        return self.api.get(f"{self.path}/queryables", accept=SCHEMA).ok().json

    @cached_property
    def schema(self):
        return self.api.get(f"{self.path}/schema", accept=SCHEMA).ok().json

    @property
    def crs(self):
        listed = self.document.get("crs", [])
        return [one for uri in listed for one in (self.api.global_crs if uri == "#/crs" else [uri])]


def named(params):
    hyphened = {"bbox_crs": "bbox-crs", "filter_lang": "filter-lang", "filter_crs": "filter-crs"}
    return [(hyphened.get(name, name), value) for name, value in params.items()]


def link(links, rel, type=None):
    """The first link of a relation, and type."""
    for one in links or ():
        if one.get("rel") == rel and (type is None or same_type(one.get("type", ""), type)):
            return one
    return None


def same_type(one, other):
    """Whether two media types are the same, their parameters too, in any order."""

    def parts(text):
        first, *rest = text.lower().split(";")
        return first.strip(), sorted(part.strip().replace('"', "") for part in rest if part.strip())

    return parts(one) == parts(other)


def links_hold(api, links, where, features=False, rels=("self", "alternate")):
    """A link to itself, one for each other media type, all with `rel` and `type`, all absolute."""
    itself = link(links, "self")
    expect(itself, f"{where}: no link `self`")
    for one in links:
        expect(one.get("href", "").startswith(("http://", "https://")), f"{where}: not absolute: {one}")
        expect(one.get("rel") and one.get("type"), f"{where}: a link without rel or type: {one}")
    wanted = api.media_types(features) - {itself["type"]}
    missing = [type for type in wanted if not link(links, "alternate", type)]
    expect(not missing, f"{where}: no link `alternate` of type {missing}")
    for rel in rels:
        expect(link(links, rel), f"{where}: no link `{rel}`")


@dataclass
class Api:
    """One connection to the API at `root`, such as http://localhost:8080/ogc."""

    root: str
    token: str | None = None
    # The token of somebody who sees the internal tier of an area, and the area.
    staff: tuple | None = None
    asked: int = 0
    connection: object = field(default=None, repr=False)

    def __post_init__(self):
        self.root = self.root.rstrip("/")
        self.site = "{0.scheme}://{0.netloc}".format(urlsplit(self.root))

    def url(self, address, params=()):
        address = address if "://" in address else f"{self.root}{address}"
        if params:
            pairs = [(name, as_text(value)) for name, value in params if value is not None]
            # As they are written by hand: commas and slashes stay.
            query = urlencode(pairs, quote_via=quote, safe=",:/")
            address += ("&" if "?" in address else "?") + query
        return address

    def get(self, address, params=(), accept=JSON, method="GET", **headers):
        url = self.url(address, params)
        parts = urlsplit(url)
        same(f"{parts.scheme}://{parts.netloc}", self.site, f"{url}: a link to the server itself")
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if accept is not None:
            headers["Accept"] = accept
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        self.asked += 1
        before = time.time()
        for attempt in (0, 1):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
            try:
                # As Java and GDAL ask: without a word on compression.
                self.connection.putrequest(method, target, skip_host="Host" in headers, skip_accept_encoding=True)
                for name, value in headers.items():
                    self.connection.putheader(name, value)
                self.connection.endheaders()
                answer = self.connection.getresponse()
                body = answer.read()
                break
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()
                self.connection = None
                if attempt:
                    raise
        fields = {}
        for name, value in answer.getheaders():
            fields[name.lower()] = value if name.lower() not in fields else f"{fields[name.lower()]}, {value}"
        self.version = answer.version
        return Answer(url, answer.status, fields, body, before, time.time())

    @cached_property
    def landing(self):
        return self.get("/").ok().json

    @cached_property
    def definition(self):
        """The API definition that the landing page links to."""
        found = link(self.landing["links"], "service-desc", OPENAPI)
        expect(found, f"the landing page has no link `service-desc` of type {OPENAPI}")
        return self.get(found["href"], accept=OPENAPI).ok().json

    @cached_property
    def conforms_to(self):
        return self.get("/conformance").ok().json["conformsTo"]

    @cached_property
    def collections_document(self):
        return self.get("/collections").ok().json

    @property
    def global_crs(self):
        return self.collections_document.get("crs", [])

    @cached_property
    def collections(self):
        return [Collection(self, document) for document in self.collections_document["collections"]]

    def media_types(self, features=False):
        """What the declared classes say that a resource comes in."""
        found = {GEOJSON if features else JSON} if f"{FEATURES1}/conf/geojson" in self.conforms_to else set()
        return found | ({HTML} if f"{FEATURES1}/conf/html" in self.conforms_to else set())


def as_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(map(as_text, value))
    return repr(value) if isinstance(value, float) else str(value)


def pairs_of(url):
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


@dataclass
class Outcome:
    uri: str
    name: str
    outcome: str
    told: str
    seconds: float


def run(api, only=None):
    """Every requirement in turn; what became of each."""
    for one in REQUIREMENTS:
        name = f"{one.check.__module__}.{one.check.__name__}"
        if only and only not in name and only not in one.uri:
            continue
        if one.each:
            with contextlib.suppress(Exception):
                for collection in api.collections:
                    yield outcome(one, f"{name} [{collection.id}]", api, collection)
                continue
        yield outcome(one, name, api)


def outcome(one, name, api, collection=None):
    started = time.monotonic()
    told, became = "", "pass"
    try:
        if one.each and collection is None:
            raise Fault("the collections cannot be read")
        one.check(api, collection) if one.each else one.check(api)
    except Skipped as why:
        became, told = "skip", str(why)
    except Fault as fault:
        became, told = "FAIL", str(fault)
    except Exception as error:  # a document of another shape than the requirement asks for
        line = traceback.extract_tb(error.__traceback__)[-1]
        became, told = "FAIL", f"{type(error).__name__}: {error} ({line.filename.rsplit('/', 1)[-1]}:{line.lineno})"
    return Outcome(one.uri, name, became, told, time.monotonic() - started)
