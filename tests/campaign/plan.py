"""What is to happen in the campaign, and from it the truth that the server is held against. It knows
neither the server's answers nor its names."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

PHONES = 6
DAYS = 10
# New ones, revisits, villages with nothing, corrections: 300 submissions.
NEW, ZERO, EDITS = 218, 20, 12
OUTCOMES = {"found": 33, "not_found": 5, "refused": 2, "needs_revisit": 1, "closed": 3, "moved": 2}
STALE, CHAINS, EARLY = 6, 2, 2
EXISTING = 60
FAULTS = {"other_regency": 5, "other_district": 3, "zero": 4, "inaccurate": 4, "swapped": 4}
DUPLICATES = 15
# How submissions arrive, beside plainly.
DELIVERIES = {"split": 15, "cut": 20, "lost": 25, "repeat": 30, "race": 20, "changed": 3}
# Sector, commodity, product, unit; the second spelling of the product is a duplicate's.
PRODUCTS = [
    ("pangan", "kerupuk", "Kerupuk", "Krupuk", "kg"), ("pangan", "tempe", "Tempe", "Tempeh", "kg"),
    ("pangan", "tahu", "Tahu", "Tau", "kg"), ("kulit-alas-kaki", "sandal", "Sandal", "Sendal", "pasang"),
    ("kulit-alas-kaki", "tas", "Tas", "Taas", "buah"), ("furnitur-kayu", "mebel", "Mebel", "Meubel", "buah"),
    ("kerajinan-batik", "batik-tulis", "Batik", "Bathik", "lembar"),
]


class Words:
    """Words that no two people would hear as one."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.there = []

    def word(self):
        while True:
            pick = self.random.choice
            word = "".join(pick("bdgklmnprstw") + pick("aeiou") for _ in range(3)) + pick("knrst")
            if all(sum(one != other for one, other in zip(word, known)) >= 3 for known in self.there):
                self.there.append(word)
                return word.capitalize()


@dataclass
class Business:
    village: str
    name: str
    owner: str
    phone: str
    product: tuple
    lat: float
    lon: float
    men: int = 1
    women: int = 1
    id: str = ""


@dataclass
class Visit:
    phone: int
    village: str
    kind: str  # new, revisit, none
    outcome: str
    business: Business = None
    fault: str = None
    twin_of: Business = None
    # stale: the office changed the record meanwhile; chain: the second of two without a connection;
    # early: arrives before the visit that found the business.
    base: str = None
    before: "Visit" = None
    delivery: str = "plain"
    photos: int = 0
    late: bool = False  # of the second half
    day: int = 0
    minute: int = 0
    number: int = 0
    answers: dict = field(default_factory=dict)
    xml: str = ""
    instance: str = ""


class Plan:
    """`villages`: phone -> the villages given to it, the first of which have good places in them;
    `spot`: village -> lat, lon of a place that is there, near another one where that is given."""

    def __init__(self, villages, spot, seed=7):
        self.random = random.Random(seed)
        self.words = Words(seed)
        self.villages = villages
        self.spot = spot
        # Half of them have enterprises, some have none, the last is never visited.
        self.producing = {phone: given[:len(given) // 2] for phone, given in villages.items()}
        self.existing = [self.business(self.place(number)) for number in range(EXISTING)]
        self.visits = [*self.revisits(), *self.zeros(), *self.news()]
        for number, visit in enumerate(self.visits):
            visit.number = number
        self.plant()
        self.corrected = [visit for visit in self.visits if visit.kind == "new" and not visit.late and not visit.fault
                          and not visit.twin_of and not self.is_twinned(visit)][:EDITS]
        self.schedule()

    def place(self, number):
        phone = number % PHONES
        return self.random.choice(self.producing[phone])

    def business(self, village):
        word = self.words.word
        product = self.random.choice(PRODUCTS)
        lat, lon = self.spot(village)
        phone = f"+62812{self.random.randrange(10**7, 10**8)}"
        return Business(village, f"{product[2]} {word()}", f"{word()} {word()}", phone, product, lat, lon,
                        self.random.randrange(0, 6), self.random.randrange(0, 6))

    def whose(self, village):
        return next(phone for phone, given in self.villages.items() if village in given)

    def revisits(self):
        outcomes = [outcome for outcome, count in OUTCOMES.items() for _ in range(count)]
        visits = [Visit(self.whose(business.village), business.village, "revisit", outcome, business)
                  for business, outcome in zip(self.existing, outcomes)]
        for visit in visits[:STALE]:
            visit.base, visit.late = "stale", True
        for first in visits[STALE:STALE + CHAINS]:
            first.late = True
            visits.append(Visit(first.phone, first.village, "revisit", "found", first.business,
                                base="chain", before=first, late=True))
        return visits

    def zeros(self):
        """Round the phones, so that each keeps at least one village that nobody visits."""
        free = {phone: given[len(self.producing[phone]):-1] for phone, given in self.villages.items()}
        visits = []
        while len(visits) < ZERO:
            for phone, given in free.items():
                if given and len(visits) < ZERO:
                    visits.append(Visit(phone, given.pop(0), "none", "no_enterprises"))
            if not any(free.values()):
                raise SystemExit("too few villages for so many without enterprises")
        return visits

    def news(self):
        visits = []
        for number in range(NEW):
            village = self.place(number)
            visits.append(Visit(number % PHONES, village, "new", "found", self.business(village),
                                late=number // PHONES % 2 == 1))
        for first in visits[PHONES:PHONES + EARLY]:
            visits.append(Visit(first.phone, first.village, "revisit", "found", first.business,
                                base="early", before=first, late=True))
        return visits

    def plant(self):
        new = [visit for visit in self.visits if visit.kind == "new" and not self.is_followed(visit)]
        self.random.shuffle(new)
        faults = [fault for fault, count in FAULTS.items() for _ in range(count)]
        for visit, fault in zip(new, faults):
            visit.fault = fault
        new = new[len(faults):]
        originals = [visit.business for visit in self.visits if visit.kind == "revisit" and visit.outcome == "found"
                     and not visit.base and not visit.late][:DUPLICATES // 2]
        rest = DUPLICATES - len(originals)
        originals += [visit.business for visit in new[DUPLICATES:DUPLICATES + rest]]
        for visit, original in zip(new, originals):
            own, product = visit.business, original.product
            own.village, own.owner, own.phone, own.product = original.village, original.owner, original.phone, product
            own.name = original.name.replace(product[2], product[3])
            own.lat, own.lon = self.spot(original.village, near=(original.lat, original.lon))
            visit.village, visit.twin_of = original.village, original
            visit.phone = self.whose(visit.village)
        plain = [visit for visit in self.visits if not visit.base and not self.is_followed(visit)]
        self.random.shuffle(plain)
        for visit in [visit for visit in plain if visit.kind == "new"][:60]:
            visit.photos = self.random.choice((1, 2, 2))
        for delivery, count in DELIVERIES.items():
            fitting = [visit for visit in plain
                       if visit.delivery == "plain" and (delivery != "split" or visit.photos > 1)]
            for visit in fitting[:count]:
                visit.delivery = delivery

    def is_followed(self, visit):
        return any(other.before is visit for other in self.visits)

    def is_twinned(self, visit):
        return any(other.twin_of is visit.business for other in self.visits)

    def schedule(self):
        """Days and minutes; what follows another visit comes after it."""
        for phone in range(PHONES):
            for late in (False, True):
                own = [visit for visit in self.visits if visit.phone == phone and visit.late == late]
                self.random.shuffle(own)
                own.sort(key=lambda visit: visit.before is not None)
                for number, visit in enumerate(own):
                    half = DAYS // 2
                    visit.day = half * late + number * half // len(own)
                    visit.minute = 8 * 60 + 25 * sum(1 for other in own[:number] if other.day == visit.day)

    # The truth.

    def of_half(self, late):
        """Of one half, phone by phone in the order of the day."""
        own = [visit for visit in self.visits if visit.late == late]
        return sorted(own, key=lambda visit: (visit.phone, visit.day, visit.minute))

    def duplicates(self):
        return [(visit.twin_of, visit.business) for visit in self.visits if visit.twin_of]

    def faults(self):
        return [visit for visit in self.visits if visit.fault]

    def coverage(self, held=(), gone=(), merged=False):
        """Village -> enterprises found, new ones, whether it was confirmed to have none, whether it
        was visited. Visits that are `held` (their instances) have found nothing yet, those that are
        `gone` were never there."""
        truth = {}
        for village in (village for given in self.villages.values() for village in given):
            there = [visit for visit in self.visits if visit.village == village and visit.instance not in gone]
            found = [visit for visit in there if visit.outcome == "found" and visit.instance not in held]
            one = {id(visit): id(visit.twin_of or visit.business if merged else visit.business) for visit in found}
            new = {one[id(visit)] for visit in found if visit.kind == "new"}
            zero = any(visit.kind == "none" for visit in there)
            truth[village] = (len(set(one.values())), len(new), zero, bool(there))
        return truth

    def progress(self):
        """(phone, day) -> visits."""
        return Counter((visit.phone, visit.day) for visit in self.visits)

    def counts(self):
        """(village, sector) -> enterprises that are there once the desk is clear."""
        gone = {id(visit.business) for visit in self.visits if visit.outcome in ("closed", "moved") or visit.twin_of}
        met = {id(visit.business): visit.business for visit in self.visits if visit.business}
        met.update({id(business): business for business in self.existing})
        counts = defaultdict(int)
        for key, business in met.items():
            if key not in gone:
                counts[business.village, business.product[0]] += 1
        return dict(counts)
