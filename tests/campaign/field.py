"""What the phones do: forms filled in and sent, over connections as they are in the villages."""

import datetime
import io
import random
import re
import threading
import time

from PIL import Image

from fill import fill
from names import Names
from phone import TAKEN, need

MINUTES = 12
# Where a planted position lies.
ELSEWHERE = {"other_regency": (-7.9819, 112.6265), "zero": (0.0, 0.0)}


def photos():
    """Photos as a phone takes them, each with its position in EXIF."""
    made = []
    for number in range(4):
        picture = Image.radial_gradient("L").resize((1600, 1200)).rotate(37 * number).convert("RGB")
        exif = Image.Exif()
        gps = exif.get_ifd(0x8825)
        gps.update({1: "S", 2: (7.0, 30.0, float(number)), 3: "E", 4: (112.0, 43.0, 1.5)})
        exif[0x010F] = "Telepon"
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=85, exif=exif)
        made.append(file.getvalue())
    return made


class Field:
    """`phones` in the order of the plan; `monday` is the campaign's first day; `elsewhere`: village
    -> a position in another district of the same regency."""

    def __init__(self, plan, phones, monday, elsewhere, sent_already):
        self.plan, self.phones, self.monday, self.elsewhere = plan, phones, monday, elsewhere
        # Instance -> whether the server has it, as its office sees.
        self.sent_already = sent_already
        self.random = random.Random(11)
        self.photos = photos()
        self.refused_by_form = []
        self.posts = 0
        self.errors = []

    def case(self, visit, **more):
        phone = self.phones[visit.phone]
        form = phone.forms[phone.form]
        day = self.monday + datetime.timedelta(days=visit.day)
        clock = f"{day}T{visit.minute // 60:02}:{visit.minute % 60:02}:00+07:00"
        answers = {**Names.answers(visit), **self.photo_answers(visit)}
        return {"form": str(form), "lists": str(form.parent), "clock": clock, "minutes": MINUTES,
                "properties": {"deviceid": phone.device}, "answers": answers, **more}

    def photo_answers(self, visit):
        return {question: f"{visit.number}-{question}.jpg" for question in Names.PHOTOS[:visit.photos]}

    def files(self, visit):
        return {name: self.photos[number] for number, name in enumerate(self.photo_answers(visit).values())}

    def position(self, visit):
        """The planted position of a visit, as a phone writes it."""
        own = visit.business
        lat, lon = ELSEWHERE.get(visit.fault, (own.lat, own.lon))
        if visit.fault == "other_district":
            lat, lon = self.elsewhere[visit.village]
        if visit.fault == "swapped":
            lat, lon = lon, lat
        return f"{lat} {lon} 0.0 {500.0 if visit.fault == 'inaccurate' else 5.0}"

    # Filling.

    def fill_half(self, late):
        visits = self.plan.of_half(late)
        for visit in visits:
            if visit.kind == "revisit" and visit.outcome == "found":
                visit.answers = {"men": self.random.randrange(0, 9), "women": self.random.randrange(0, 9)}
        first = [visit for visit in visits if not visit.before]
        self.fill(first)
        # What is kept on the phone alone is what the next visit begins from.
        then = [visit for visit in visits if visit.before]
        for visit in then:
            before = visit.before
            phone = self.phones[visit.phone]
            before.business.id = phone.keep_change(phone.form, before.xml)
        self.fill(then)

    def fill(self, visits):
        cases = [self.case(visit) for visit in visits]
        for visit, case in zip(visits, cases):
            if visit.fault:
                case["answers"][Names.POINT] = self.position(visit)
        told = fill(cases)
        for number, (visit, answer) in enumerate(zip(visits, told)):
            refused = answer.get("error") == "constraint" and answer["at"].endswith(f"/{Names.POINT}")
            if visit.fault and refused:
                # The form itself refuses it: a phone that sends it all the same.
                self.refused_by_form.append(visit.fault)
                answer = fill([self.case(visit)])[0]
                if "xml" in answer:
                    tag = re.compile(f"<{Names.POINT}>[^<]*</{Names.POINT}>")
                    need(len(tag.findall(answer["xml"])) == 1, "no position in the submission")
                    answer["xml"] = tag.sub(f"<{Names.POINT}>{self.position(visit)}</{Names.POINT}>", answer["xml"])
            if "xml" not in answer:
                raise SystemExit(f"the form does not take {visit}\n{answer}\n{cases[number]['answers']}")
            visit.xml, visit.instance = answer["xml"], answer["instance_id"]

    # Sending.

    def send_half(self, late):
        """All phones at once, each one after the other of its own."""
        self.together(lambda phone: self.send_all([visit for visit in self.plan.of_half(late) if visit.phone == phone]))

    def together(self, work):
        def guarded(phone):
            try:
                work(phone)
            except Exception as error:  # Told by the thread that waits.
                self.errors.append(f"phone {phone}: {error!r}")

        threads = [threading.Thread(target=guarded, args=(number,)) for number in range(len(self.phones))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.errors:
            raise SystemExit("\n".join(self.errors))

    def send_all(self, visits):
        early = {id(visit.before): visit for visit in visits if visit.base == "early"}
        for visit in visits:
            if id(visit) in early:
                continue
            self.deliver(visit)
            if visit.base == "early":
                self.deliver(visit.before)

    def deliver(self, visit):
        phone, submission, files = self.phones[visit.phone], visit.xml, self.files(visit)
        how = visit.delivery
        if how == "split":
            phone.send_split(submission, files)
            self.posts += len(files)
            return
        if how == "cut":
            phone.cut(submission, files, at=self.random.choice((0.2, 0.5, 0.8, 0.99)))
            time.sleep(0.2)
            need(not self.sent_already(visit.instance), f"a post that was cut left something: {visit.instance}")
        elif how == "lost":
            phone.lose_answer(submission, files)
        elif how == "race":
            statuses = phone.race(submission, files, posts=4)
            need(all(status in TAKEN for status in statuses), f"racing posts: {statuses}")
            self.posts += 4
            return
        phone.send(submission, files)
        self.posts += 2 if how in ("cut", "lost") else 1
        if how == "repeat":
            phone.send(submission, files)
            phone.send(submission, files)
            self.posts += 2
        if how == "changed":
            other = submission.replace(f"<address>Jl. {visit.business.owner}</address>", "<address>Jl. Lain</address>")
            need(other != submission, "no address in the submission")
            status, message = phone.post(other)
            need(status == 409, f"another submission of the same id: {status} {message[:300]}")
            self.posts += 1

    # Corrections.

    def correct(self, visits, change):
        """Edits of what was sent. `change`: visit -> answers."""
        cases = [{**self.case(visit), "edit": visit.xml, "answers": change(visit)} for visit in visits]
        for visit, answer in zip(visits, fill(cases)):
            need("xml" in answer, f"an edit: {answer}")
            need(visit.instance in answer["xml"], "an edit names its original")
            visit.xml, visit.instance = answer["xml"], answer["instance_id"]
            self.phones[visit.phone].send(visit.xml, self.files(visit))
            self.posts += 1
