"""What the server calls things: paths, fields of its JSON, questions of its forms. All that depends on
these names stands here."""

import http.client
import json
from urllib.parse import quote, urlencode, urlsplit


class Api:
    """A signed-in person at the API."""

    def __init__(self, base, email, password):
        self.base, self.email, self.password = base, email, password
        self.token = None

    def ask(self, method, path, body=None, etag=None):
        """Status, headers, JSON. Signs in when that is needed."""
        for fresh in (self.token is None, True):
            if fresh:
                self.sign_in()
            sent = {"Authorization": f"Bearer {self.token}", **({"If-Match": etag} if etag else {})}
            status, headers, answer = self.raw(method, path, body, sent)
            if status != 401:
                break
        return status, headers, answer

    def raw(self, method, path, body, headers):
        where = urlsplit(self.base)
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=180)
        try:
            sent = {"Accept-Language": "en", **headers}
            if body is not None:
                kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
                sent["Content-Type"], body = kind, json.dumps(body)
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            content = answer.read()
            read = json.loads(content) if "json" in (answer.headers["Content-Type"] or "") else content
            return answer.status, answer.headers, read
        finally:
            connection.close()

    def sign_in(self):
        status, _, told = self.raw("POST", "/api/v1/auth/session", {"email": self.email, "password": self.password}, {})
        if status != 200:
            raise SystemExit(f"{self.email} cannot sign in: {status} {told}")
        self.token = told["access_token"]

    def get(self, path, **query):
        return self.must("GET", f"/api/v1/{path}{'?' + urlencode(query, doseq=True) if query else ''}")

    def must(self, method, path, body=None, etag=None):
        status, _, told = self.ask(method, path, body, etag)
        if not 200 <= status < 300:
            raise SystemExit(f"{method} {path} as {self.email}: {status} {str(told)[:1500]}")
        return told

    def post(self, path, body=None):
        return self.must("POST", f"/api/v1/{path}", body)

    def put(self, path, body):
        return self.must("PUT", f"/api/v1/{path}", body)

    def items(self, path, **query):
        """All pages of a list."""
        told = self.get(path, **query)
        while True:
            yield from told["items"]
            if not told.get("next"):
                return
            told = self.must("GET", told["next"])


class Names:
    ENTITIES = "enterprises"
    # The point as it stands in a submission.
    POINT = "point"
    # What a planted fault may be told as: a flag of the record or a problem of the visit.
    TOLD = {
        "other_regency": {"point_outside_region"},
        "other_district": {"point_outside_region"},
        "zero": {"point_outside_province"},
        "inaccurate": {"gps_accuracy"},
        "swapped": {"point_unusable", "point_swapped"},
    }
    # States of visits that stand for themselves no more.
    GONE = {"partial", "superseded", "dismissed"}
    CONFLICT = "conflict"

    @staticmethod
    def questionnaire():
        def ask(code, required=False):
            return {"field": code, "required": required}

        return {
            "form_id": "pemetaan-uji", "title": "Pemetaan uji",
            "sections": [
                {"title": "Usaha", "questions": [
                    ask("name", True), ask("sector", True), ask("address"), ask("point"), ask("products")]},
                {"title": "Pemilik", "questions": [ask("owner_name", True), ask("owner_sex"), ask("owner_phone")]},
                {"title": "Tenaga kerja", "questions": [ask("workers_male", True), ask("workers_female", True)]},
                {"title": "Foto", "questions": [ask("photo_place"), ask("photo_product")]},
            ],
        }

    PHOTOS = ("photo_place", "photo_product")

    @staticmethod
    def campaign(name, first, last, districts, questionnaire):
        return {"name": name, "from": first, "until": last, "regions": districts, "questionnaire": questionnaire}

    @staticmethod
    def targets(rows):
        return {"targets": [{"village": village, "expected": expected, "source": source}
                            for village, expected, source in rows]}

    @staticmethod
    def assignments(rows):
        return {"villages": [village for village, _ in rows],
                "assignments": [{"village": village, "enumerator": enumerator} for village, enumerator in rows]}

    @staticmethod
    def device(enumerator, label):
        return {"enumerator": enumerator, "label": label}

    @staticmethod
    def device_base(base, told):
        """The address for a phone's settings in the answer that made its device."""
        return f"{base}{urlsplit(told['server_url']).path}"

    @staticmethod
    def answers(visit):
        """A visit as the form's questions ask for it."""
        told = {"village": visit.village, "kind": visit.kind}
        if visit.kind == "none":
            return told
        business = visit.business
        if visit.kind == "revisit":
            told.update({"enterprise": business.id, "outcome": visit.outcome})
            if visit.outcome == "found":
                told.update({"workers_male": str(visit.answers["men"]), "workers_female": str(visit.answers["women"])})
                told["point"] = f"{business.lat} {business.lon} 0 5"
                # A phone knows no products of what it has found itself.
                told.update({} if visit.base == "early" else {"keep_products": "ya"})
            return told
        sector, commodity, product, _, unit = business.product
        told.update({
            "name": business.name, "sector": sector, "owner_name": business.owner, "owner_phone": business.phone,
            "workers_male": str(business.men), "workers_female": str(business.women),
            "point": f"{business.lat} {business.lon} 0 5", "address": f"Jl. {business.owner}",
            "products/product_name": product, "products/product_commodity": commodity,
            "products/capacity_quantity": "100", "products/capacity_unit": unit, "products/capacity_period": "month",
        })
        return told

    # Answers of the server.

    @staticmethod
    def visit(told):
        """instance, enumerator, village, state, enterprise, problems, day."""
        return (told["instance_id"], told["enumerator"], told["village"], told["state"], told["enterprise"],
                {one["code"] for one in told["problems"]}, told["visited_on"])

    @staticmethod
    def coverage(row):
        """village, expected, found, new, confirmed zero, visited."""
        zero, visited = row["coverage"] == "confirmed_zero", row["coverage"] != "not_visited"
        return row["region"], row["target"], row["found"], row["new"], zero, visited

    @staticmethod
    def doubt(row):
        """id of a visit, and why it is doubtful."""
        return row["visit"], set(row["doubts"])

    # Of faults that are doubtful as visits, too.
    DOUBTED = {"other_regency": "far_from_village", "zero": "far_from_village", "inaccurate": "inaccurate",
               "swapped": "no_position"}
    TOO_FAST = "too_fast"

    @staticmethod
    def progress(row):
        """enumerator, day, visits."""
        return row["enumerator"], row["day"], row["visits"]

    @staticmethod
    def resolution(take_visit):
        return {"take": "submitted" if take_visit else "current"}

    @staticmethod
    def waiting(item):
        """id and revision of what waits at a desk; whether it is clean."""
        return item["id"], item["revision"], item.get("rank") == "clean"

    @staticmethod
    def batch(records):
        return {"action": "verify", "records": [{"id": id, "revision": revision} for id, revision in records]}

    @staticmethod
    def batched(told):
        """id -> whether it was verified."""
        return {row["id"]: row["done"] for row in told["items"]}


def path(*parts):
    return "/".join(quote(str(part), safe="") for part in parts)
