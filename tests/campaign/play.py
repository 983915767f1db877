"""A whole campaign on a running server, played by what is not the server's own code: see README.

    play.py BASE_URL ADMIN_EMAIL FOLDER     # the password in SENTRA_PASSWORD
"""

import datetime
import io
import itertools
import os
import random
import re
import sys
import time
import uuid
from collections import Counter
from pathlib import Path

from PIL import Image

import desk
import forms
from field import Field
from fill import describe, fill
from names import Api, Names, path
from phone import TAKEN, Phone, need
from plan import PHONES, Plan

DISTRICTS = ["35.15.06", "35.15.07", "35.14.06"]
# Questionnaires drawn at random.
DRAWN = 400
RACES = int(os.environ.get("RACES", "1000"))
PASSWORD = "kata sandi untuk uji saja 7"


class Table:
    """What was expected and what was found."""

    def __init__(self):
        self.wrong = 0

    def row(self, what, expected, found):
        fine = expected == found
        self.wrong += not fine
        short = [str(value) if len(str(value)) < 60 else f"{len(value)} of them" for value in (expected, found)]
        print(f"{'ok   ' if fine else 'WRONG'} {what:<58} {short[0]:>14} {short[1]:>14}", flush=True)
        if not fine and isinstance(expected, (dict, set, Counter)):
            expected, found = (set(value.items()) if isinstance(value, dict) else value for value in (expected, found))
            note(f"only expected: {sorted(map(str, expected - found))[:6]}")
            note(f"only found: {sorted(map(str, found - expected))[:6]}")


def note(text):
    print(f"      {text}", flush=True)


class Play:
    def __init__(self, base, email, folder):
        self.base, self.folder, self.table = base, Path(folder), Table()
        self.admin = Api(base, email, os.environ["SENTRA_PASSWORD"])
        self.random = random.Random(3)
        self.used = set()

    # Before: people, places, records, the campaign.

    def person(self, email, role, area=None):
        told = self.admin.post("users", {"email": email, "role": role, "area": area})
        status, _, answer = self.admin.raw("POST", "/api/v1/auth/password-reset",
                                           {"email": email, "code": told["one_time_code"], "password": PASSWORD}, {})
        need(status == 204, f"a password for {email}: {status} {answer}")
        return Api(self.base, email, PASSWORD)

    def spot(self, village, near=None, tries=60):
        """A place in a village that its boundaries have, not the village's own point; None where
        none is found."""
        middle, wide = (near, 0.0004) if near else ((self.places[village]["lat"], self.places[village]["lon"]), 0.004)
        for _ in range(tries):
            lat, lon = (round(value + self.random.uniform(-wide, wide), 6) for value in middle)
            found = self.admin.get("regions/locate", lon=lon, lat=lat) if (lat, lon) not in self.used else {}
            district = (found.get("district") or {}).get("code")
            if found.get("regency", {}).get("code") == village[:5] and district in (None, village[:8]):
                self.used.add((lat, lon))
                return lat, lon
        return None

    def prepare(self):
        self.places = {row["code"]: row for district in DISTRICTS
                       for row in self.admin.items("regions", level="village", parent=district, limit=1000)}
        self.enumerators = [f"petugas{number + 1}@contoh.id" for number in range(PHONES)]
        villages = {}
        for number, district in enumerate(DISTRICTS):
            own = sorted(code for code in self.places if code.startswith(district + "."))
            # The better ones first: enterprises are put there.
            own.sort(key=lambda code: self.spot(code, tries=4) is None)
            villages[2 * number], villages[2 * number + 1] = own[::2], own[1::2]
        self.villages = villages
        self.plan = Plan(villages, lambda *at, **near: self.spot(*at, **near) or sys.exit(f"no place in {at}"))
        regions = sorted({district[:5] for district in DISTRICTS})
        for number, email in enumerate(self.enumerators):
            self.person(email, "enumerator", villages[number][0][:5])
        self.analyst = self.person("analis@contoh.id", "analyst")
        self.clerk = desk.Office(self.person("juru@contoh.id", "verifier"), self.plan)
        self.offices = [desk.Office(self.person(f"dinas{region}@contoh.id", "verifier", region), self.plan, region)
                        for region in regions]
        for business in self.plan.existing:
            desk.create(self.clerk, self.offices, business)
        self.monday = datetime.date.today() - datetime.timedelta(days=14)
        last = datetime.date.today() + datetime.timedelta(days=14)
        refused = {**Names.questionnaire(), "sections": []}
        status, _, _ = self.analyst.ask("POST", "/api/v1/questionnaires", refused)
        self.table.row("a questionnaire that makes no form is refused", True, status in (400, 422))
        taken, unclear = forms.draw(self.analyst, random.Random(29), self.folder / "drawn", DRAWN)
        self.table.row("drawn questionnaires that are refused without a place", [], unclear)
        self.table.row("of them enough make a form", True, taken >= DRAWN // 4)
        print(f"      {taken} of {DRAWN} drawn questionnaires make a form")
        questionnaire = self.analyst.post("questionnaires", Names.questionnaire())
        self.campaign = self.analyst.post("campaigns", Names.campaign(
            "Pemetaan uji", str(self.monday), str(last), DISTRICTS, questionnaire["id"]))["id"]
        given = [(village, number) for number, own in villages.items() for village in own]
        self.expected = {village: self.random.choice((None, 3, 8, 20)) for village, _ in given}
        self.analyst.put(path("campaigns", self.campaign, "targets"), Names.targets(
            [(village, count, None if count is None else "Sensus desa") for village, count in self.expected.items()]))
        self.analyst.put(path("campaigns", self.campaign, "assignments"), Names.assignments(
            [(village, self.enumerators[number]) for village, number in given]))
        self.step("start")
        self.phones, self.devices = [], []
        for number, email in enumerate(self.enumerators):
            told = self.analyst.post("devices", Names.device(email, f"HP {number + 1}"))
            self.devices.append(told["id"])
            base = Names.device_base(self.base, told)
            self.phones.append(Phone(base, self.folder / f"phone{number}", f"hp-{number + 1}"))
        elsewhere = {}
        for village in self.places:
            other = next(code for code in ("35.15.01", "35.14.04") if code[:5] == village[:5])
            if other not in elsewhere:
                near = self.admin.get(path("regions", other))
                elsewhere[other] = (near["lat"], near["lon"])
            elsewhere[village] = elsewhere[other]
        self.field = Field(self.plan, self.phones, self.monday, elsewhere, self.is_there)

    def step(self, what):
        where = "/api/v1/" + path("campaigns", self.campaign)
        _, headers, _ = self.analyst.ask("GET", where)
        self.analyst.must("POST", f"{where}/{what}", None, headers["ETag"])

    # The server's word, as the office reads it.

    def visits(self, **query):
        return list(self.analyst.items("visits", campaign=self.campaign, limit=1000, **query))

    def is_there(self, instance):
        return any(Names.visit(told)[0] == instance for told in self.visits())

    def there(self):
        """Instance -> visit, of those that stand."""
        told = (Names.visit(one) for one in self.visits())
        return {one[0]: one for one in told if one[3] not in Names.GONE}

    def records(self):
        """Id -> record, of all that are there in the districts."""
        return {row["id"]: row for row in self.analyst.items(
            "enterprises", region=",".join(DISTRICTS), existence="active", limit=1000)}

    def counts(self, *groups):
        told = self.analyst.get("stats", group_by=",".join(groups), region=",".join(DISTRICTS), existence="active")
        return {tuple(row["values"]): row["count"] for row in told["items"]}

    # The campaign.

    def update_phones(self):
        for number, phone in enumerate(self.phones):
            forms = phone.update()
            need(len(forms) == 1, f"forms of phone {number}: {list(forms)}")
            need(phone.largest() >= 1_000_000, "at least a megabyte a post")

    def lists_are_own(self):
        """What a phone has found itself keeps the phone's own id, or it would stand there twice."""
        entity = re.compile(r'<(?:\w+:)?entity [^>]*\bid="([^"]+)"')
        made = [(visit.village, entity.search(visit.xml).group(1)) for visit in self.plan.visits
                if visit.kind == "new" and visit.xml]
        known = [(business.village, business.id) for business in self.plan.existing]
        for number, phone in enumerate(self.phones):
            own = {id for village, id in known + made if village in self.villages[number]}
            listed = {row["name"] for row in phone.entities(phone.form, Names.ENTITIES)}
            self.table.row(f"enterprises on phone {number + 1}: its own villages' alone", own, listed)

    def first_half(self):
        self.update_phones()
        self.lists_are_own()
        form = self.phones[0].forms[self.phones[0].form]
        (self.folder / "questions.txt").write_text("\n".join(map(str, describe(form, form.parent))))
        (self.folder / "validated.xml").write_bytes(form.read_bytes())
        self.field.fill_half(late=False)
        self.field.send_half(late=False)

    def second_half(self):
        self.update_phones()
        self.lists_are_own()
        for visit in self.plan.visits:
            if visit.base == "stale":
                self.clerk.step(visit.business.id, "", {"address": "Jl. Dinas 1"}, "PATCH")
        self.field.fill_half(late=True)
        self.field.send_half(late=True)

        def one_more(visit):
            visit.business.men += 10
            return {"workers_male": str(visit.business.men)}

        self.field.correct(self.plan.corrected, one_more)

    def learn_ids(self):
        there = self.there()
        for visit in self.plan.visits:
            if visit.kind == "new" and visit.instance in there:
                visit.business.id = there[visit.instance][4]
        return there

    def check_field(self):
        table, plan = self.table, self.plan
        there = self.learn_ids()
        table.row("submissions that the field sent", 300, len(plan.visits) + len(plan.corrected))
        table.row("visits, each once", {visit.instance for visit in plan.visits}, set(there))
        table.row("visits of each enumerator and day",
                  {(self.enumerators[phone], str(self.monday + datetime.timedelta(days=day))): count
                   for (phone, day), count in plan.progress().items()},
                  {(enumerator, day): count for enumerator, day, count in map(
                      Names.progress, self.analyst.items(path("campaigns", self.campaign, "progress"))) if count})
        table.row("changes of what the office had changed meanwhile are conflicts",
                  {visit.instance for visit in plan.visits if visit.base == "stale"},
                  {instance for instance, told in there.items() if told[3] == Names.CONFLICT})
        table.row("enterprises by name",
                  Counter(business.name for business in self.all_businesses()),
                  Counter(row["name"] for row in self.records().values()))
        self.check_faults(there)
        pairs = {frozenset(side["id"] for side in pair["records"]) for office in self.offices
                 for pair in office.api.items("duplicates", status="open", limit=1000)}
        table.row("planted duplicates, and no others, are told",
                  {frozenset((first.id, second.id)) for first, second in plan.duplicates()}, pairs)
        held = {visit.instance for visit in plan.visits if visit.base == "stale"}
        self.check_coverage("coverage of each village", plan.coverage(held=held))
        self.check_doubts()

    def all_businesses(self):
        met = [visit.business for visit in self.plan.visits if visit.kind == "new"]
        return self.plan.existing + met

    def check_faults(self, there):
        records = self.records()
        told = Counter()
        for visit in self.plan.faults():
            flags = {flag["rule"] for flag in records.get(visit.business.id, {}).get("quality") or []}
            said = flags | there[visit.instance][5]
            told[visit.fault] += bool(said & Names.TOLD[visit.fault])
            if not said & Names.TOLD[visit.fault]:
                note(f"{visit.fault} at {self.field.position(visit)}: told is {sorted(said)}")
        self.table.row("planted positions that are flagged", Counter(visit.fault for visit in self.plan.faults()), told)
        faulty = {visit.business.id for visit in self.plan.faults()}
        rules = set.union(*Names.TOLD.values())
        wrongly = {row["name"] for row in records.values() if row["id"] not in faulty
                   and rules & {flag["rule"] for flag in row.get("quality") or []}}
        self.table.row("good positions that are flagged", set(), wrongly)

    def check_doubts(self):
        ids = {told["id"]: Names.visit(told)[0] for told in self.visits()}
        doubts = map(Names.doubt, self.analyst.items("plausibility", campaign=self.campaign))
        told = {ids[id]: kinds for id, kinds in doubts}
        faulty = {visit.instance: visit.fault for visit in self.plan.faults()}
        self.table.row("planted positions whose visits are doubtful",
                       {instance for instance, fault in faulty.items() if fault in Names.DOUBTED},
                       {instance for instance, kinds in told.items()
                        if Names.DOUBTED.get(faulty.get(instance)) in kinds})
        # Nobody gets from a place that is none to the next one so fast.
        self.table.row("honest visits that are doubtful", {},
                       {instance: kinds for instance, kinds in told.items()
                        if instance not in faulty and kinds != {Names.TOO_FAST}})

    def check_coverage(self, what, truth):
        rows = self.analyst.items("coverage", campaign=self.campaign)
        told = {row[0]: row[1:] for row in map(Names.coverage, rows)}
        truth = {village: (self.expected[village], *rest) for village, rest in truth.items()}
        self.table.row(what, truth, told)

    def check_photos(self):
        taken = [(visit, name) for visit in self.plan.visits for name in self.field.photo_answers(visit).values()]
        ids = {Names.visit(told)[0]: told["id"] for told in self.visits()}
        fine = 0
        for visit, name in taken:
            status, _, body = self.analyst.ask("GET", "/api/v1/" + path("visits", ids[visit.instance], "photos", name))
            if status == 200:
                picture = Image.open(io.BytesIO(body))
                fine += not picture.getexif().get_ifd(0x8825) and max(picture.size) <= 1600
        self.table.row("photos that are there, without their position", len(taken), fine)

    # The desk.

    def clear_desks(self):
        conflicts = [told for told in self.visits() if Names.visit(told)[3] == Names.CONFLICT]
        won = {}
        for office in self.offices:
            office.resolve(conflicts, won)
        self.lost = {instance for instance, phone in won.items() if not phone}
        for visit in self.plan.visits:
            # Who won says how many workers there are.
            if visit.answers and won.get(visit.instance, True):
                visit.business.men, visit.business.women = visit.answers["men"], visit.answers["women"]
        returned = {}
        for office in self.offices:
            office.close_and_move()
            office.clear(returned)
        self.field.correct(list(returned.values()),
                           lambda visit: {Names.POINT: f"{visit.business.lat} {visit.business.lon} 0 5"})
        for office in self.offices:
            office.clear(returned)
            note(f"{office.api.email}: {', '.join(f'{count} {what}' for what, count in office.done.items() if count)}")
        self.table.row("records that were returned and came again", 10, len(returned))

    def check_end(self):
        table = self.table
        table.row("what waits at the desks", [], [one for office in self.offices for one in office.queue()])
        table.row("open pairs", [], [pair["id"] for office in self.offices
                                     for pair in office.api.items("duplicates", status="open")])
        table.row("visits that nobody has decided", [], [one for one in self.there().values() if one[3] != "applied"])
        truth = self.plan.counts()
        table.row("enterprises of each village and sector", truth, self.counts("village", "sector"))
        table.row("all of them verified", {("verified",): sum(truth.values())}, self.counts("review"))
        records = self.records()
        table.row("workers of each",
                  {business.id: (business.men, business.women) for business in self.all_businesses()
                   if business.id in records},
                  {id: (row["workers"].get("male"), row["workers"].get("female")) for id, row in records.items()})
        rules = sorted(set.union(*Names.TOLD.values()))
        table.row("positions that are still flagged", [], [row["name"] for row in records.values()
                  if set(rules) & {flag["rule"] for flag in row.get("quality") or []}])
        self.check_coverage("coverage once the desks are clear", self.plan.coverage(gone=self.lost, merged=True))

    # Afterwards.

    def race(self):
        """Two racing posts of one submission, again and again, each of another one."""
        village = self.villages[0][0]
        model = next(visit for visit in self.plan.visits if visit.kind == "new" and visit.village == village
                     and not visit.fault and not visit.twin_of)
        case = self.field.case(model)
        for question in Names.PHOTOS:
            case["answers"].pop(question, None)
        told = fill([case])[0]
        entity = re.search(r'<(?:\w+:)?entity [^>]*\bid="([^"]+)"', told["xml"]).group(1)
        before = (len(self.visits()), sum(self.counts("village").values()))
        odd, began = Counter(), time.monotonic()
        for number in range(RACES):
            submission = told["xml"]
            own = model.business
            for old, new in ((told["instance_id"], f"uuid:{uuid.uuid4()}"), (entity, str(uuid.uuid4())),
                             (own.name, f"Balapan {number:04}"), (own.phone, f"+62813{number:08}")):
                submission = submission.replace(old, new)
            statuses = self.phones[0].race(submission)
            if not all(status in TAKEN for status in statuses):
                odd[str(sorted(map(str, statuses)))] += 1
        note(f"{RACES} races in {time.monotonic() - began:.0f} s")
        self.table.row("racing posts that were not both taken", {}, dict(odd))
        after = (len(self.visits()), sum(self.counts("village").values()))
        self.table.row(f"visits and records of {RACES} races", (RACES, RACES),
                       tuple(new - old for old, new in zip(before, after)))

    def open_to(self, phone):
        statuses = [phone.ask("GET", "formList")[0], phone.ask("HEAD", "submission")[0],
                    phone.post(self.plan.visits[0].xml)[0]]
        return [status for status in statuses if status not in (401, 403, 404)]

    def close(self):
        made_up = Phone(self.phones[0].base[:-6] + "abcdef", self.folder / "made-up", "hp-0")
        self.table.row("what a made-up key opens", [], self.open_to(made_up))
        self.analyst.must("DELETE", "/api/v1/" + path("devices", self.devices[0]))
        self.table.row("what a key that was revoked opens", [], self.open_to(self.phones[0]))
        self.step("close")
        self.table.row("forms of a campaign that is closed", {}, self.phones[1].update())

    def run(self):
        steps = [self.prepare, self.first_half, self.second_half, self.check_field, self.check_photos, self.clear_desks,
                 self.check_end, self.race, self.close]
        for step in steps:
            began = time.monotonic()
            print(f"== {step.__name__.replace('_', ' ')}", flush=True)
            step()
            note(f"{time.monotonic() - began:.0f} s")
        refused = Counter(self.field.refused_by_form)
        note(f"{self.field.posts} posts; positions that the form itself refused: {dict(refused) or 'none'}")
        print(f"{self.table.wrong} differences")
        return 1 if self.table.wrong else 0


if __name__ == "__main__":
    sys.exit(Play(*itertools.islice(sys.argv, 1, 4)).run())
