"""The offices: records at first, changes behind the phones' backs, and the desk until it is clear."""

from collections import Counter

from names import Names, path


class Office:
    """A verifier at the API, of a regency or of all."""

    def __init__(self, api, plan, region=None):
        self.api, self.plan, self.region = api, plan, region
        self.done = Counter()

    def record(self, id):
        status, headers, told = self.api.ask("GET", f"/api/v1/enterprises/{id}")
        if status != 200:
            raise SystemExit(f"{self.api.email} does not see {id}: {status} {told}")
        return told, headers["ETag"]

    def step(self, id, action, body=None, method="POST"):
        _, etag = self.record(id)
        action = f"/{action}" if action else ""
        return self.api.must(method, f"/api/v1/enterprises/{id}{action}", body, etag)

    def queue(self):
        return [Names.waiting(item) for item in self.api.items("desk", limit=200)]

    def clear(self, returned, rounds=4):
        """Decides all that waits. What was returned stands in `returned`, to be sent again."""
        for _ in range(rounds):
            waiting = self.queue()
            if not waiting:
                return
            clean = [(id, revision) for id, revision, clean in waiting if clean and not self.is_special(id)]
            if clean:
                told = Names.batched(self.api.post("desk/batch", Names.batch(clean[:500])))
                self.done["in batches"] += sum(told.values())
            for id, _, _ in waiting:
                self.decide(id, returned)
        raise SystemExit(f"{self.api.email}: the desk is not clear: {self.queue()[:5]}")

    def is_special(self, id):
        return any(visit.business.id == id and (visit.fault or visit.twin_of or visit.outcome in ("closed", "moved"))
                   for visit in self.plan.visits if visit.business)

    def decide(self, id, returned):
        record, _ = self.record(id)
        if record["review"] != "submitted" or record["existence"] != "active":
            return
        visits = [visit for visit in self.plan.visits if visit.business and visit.business.id == id]
        twin = next((visit for visit in visits if visit.twin_of), None)
        fault = next((visit for visit in visits if visit.fault), None)
        if twin:
            self.step(twin.twin_of.id, "merge", {"duplicate": id, "reason": "Usaha yang sama"})
            self.done["merged"] += 1
            return
        if fault and fault.instance not in returned and len(returned) < 10:
            self.step(id, "return", {"reason": "Titik lokasi salah, ambil lagi di tempat usaha"})
            returned[fault.instance] = fault
            self.done["returned"] += 1
            return
        if fault and fault.business.id not in {visit.business.id for visit in returned.values()}:
            self.step(id, "", {"point": None}, "PATCH")
            self.done["points removed"] += 1
        self.step(id, "verify")
        self.done["verified"] += 1

    def close_and_move(self):
        """What the visits report as closed and moved, and is still there."""
        for visit in self.plan.visits:
            if visit.outcome not in ("closed", "moved") or not self.sees(visit.village):
                continue
            record, _ = self.record(visit.business.id)
            if record["existence"] != "active":
                continue
            if visit.outcome == "closed":
                self.step(visit.business.id, "", method="DELETE")
            else:
                self.step(visit.business.id, "move", {"reason": "Pindah ke luar provinsi"})
            self.done[visit.outcome] += 1

    def sees(self, village):
        return self.region is None or village.startswith(self.region + ".")

    def resolve(self, visits, won):
        """Conflicts: every second one goes to the phone. `won`: instance -> whether the phone won."""
        for told in visits:
            instance, _, village, state, *_ = Names.visit(told)
            if state == Names.CONFLICT and self.sees(village):
                won[instance] = len(won) % 2 == 0
                self.api.post(path("visits", told["id"], "resolve"), Names.resolution(won[instance]))


def create(clerk, verifiers, business):
    """A record that the registry had before: written by one, verified by another."""
    sector, commodity, product, _, unit = business.product
    draft = {
        "name": business.name, "sectors": [sector], "commodities": [commodity], "region": business.village,
        "point": {"lon": business.lon, "lat": business.lat, "accuracy_m": 5, "method": "gps"},
        "owners": [{"name": business.owner, "phone": business.phone}], "registrations": [{"kind": "ikm"}],
        "workers": {"male": business.men, "female": business.women},
        "products": [{"name": product, "commodity": commodity,
                      "capacity": {"min": 100, "max": 100, "unit": unit, "period": "month"}}],
    }
    business.id = clerk.api.must("POST", "/api/v1/enterprises", draft)["id"]
    clerk.step(business.id, "submit")
    next(one for one in verifiers if one.sees(business.village)).step(business.id, "verify")
