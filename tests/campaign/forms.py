"""Questionnaires drawn at random, as offices may write them: any fields of the registry, questions of
their own of every type, conditions, and words that are awkward in XML and XPath. What the server takes,
ODK Validate has to take; what it does not take, it has to say why."""

WORDS = ["Usaha & Co", "a < b > c", "Tanya \"ini\" dan 'itu'", "Berapa %?", "$ {name} $", "]]> <!-- -->", "/data/x", "Ünïcødé 漢字 🧵",
         "Dipimpin perempuan?", "jr:itext('x')", "x" * 120, "and or not", "concat('a', \"b\")"]
NAMES = ["catatan", "div", "mod", "and", "or", "position", "instance_id", "a", "q_1", "jumlah_mesin", "item", "entity", "label", "data",
         "today", "instance", "h_head", "text", "true", "self", "count", "itext", "bind", "model", "group", "repeat"]
CODES = ["satu", "dua", "lain", "other", "a_b", "a1", "not", "yes", "no"]
TYPES = ["text", "integer", "yes_no", "select_one", "select_many"]
# What is refused.
WRONG_WORDS, WRONG_NAMES, WRONG_CODES = ["  ", "baris\tini", "${q_1}"], ["name", "Besar", "1st", "x" * 70, "with-stroke", "products", "start", "meta", "village"], ["Besar", "dua kali"]


class Drawer:
    def __init__(self, random):
        self.random, self.wrong, self.names = random, random.random() < 0.3, random.sample(NAMES, len(NAMES))

    def of(self, right, wrong):
        return self.random.choice(wrong if self.wrong and self.random.random() < 0.1 else right)

    def word(self):
        return self.of(WORDS, WRONG_WORDS)

    def own(self):
        question = {"name": self.of([self.names.pop()], WRONG_NAMES), "type": self.random.choice(TYPES), "label": self.word()}
        if question["type"].startswith("select"):
            codes = self.random.sample(CODES, self.random.randint(2, 5)) + self.of([[]], [WRONG_CODES, CODES])
            question["choices"] = [{"code": code, "label": self.word()} for code in codes]
        if question["type"] == "integer" and self.random.random() < 0.5:
            question["min"], question["max"] = sorted(self.random.choice((-5, 0, 1, 40, 10**12)) for _ in range(2))
        return question


def codes_of(question, fields):
    """The codes that may be chosen as an answer."""
    if "field" in question:
        return [choice["code"] for choice in fields[question["field"]]["choices"]]
    return ["ya", "tidak"] if question["type"] == "yes_no" else [choice["code"] for choice in question.get("choices", ())]


def questionnaire(random, fields, number):
    """Fields by code, as /questionnaire-fields tells them."""
    drawer = Drawer(random)
    left = [code for code in random.sample(sorted(fields), len(fields)) if code not in ("name", "sector")]
    asked, sections = [], []
    for part in range(random.randint(1, 4)):
        questions = [] if part else [{"field": code, "required": True} for code in drawer.of([("name", "sector")], [("sector",), ()])]
        for _ in range(random.randint(1, 6)):
            question = {"field": left.pop()} if left and random.random() < 0.6 else drawer.own()
            if random.random() < 0.3:
                question["required"] = True
            if random.random() < 0.3:
                question["hint"] = drawer.word()
            if "field" in question and random.random() < 0.3:
                question["label"] = drawer.word()
            chosen = [one for one in asked if codes_of(one, fields)]
            if chosen and random.random() < 0.4:
                earlier = random.choice(chosen)
                known = codes_of(earlier, fields)
                question["only_if"] = {"question": earlier.get("field") or earlier["name"],
                                       "is": random.sample(known, random.randint(1, min(3, len(known))))}
            questions.append(question)
            asked.append(question)
        sections.append({"title": drawer.word(), "questions": questions})
    return {"form_id": f"undian-{number}", "title": drawer.word(), "sections": sections}


def draw(analyst, random, folder, count):
    """Writes the forms of those that the server takes. Answers how many it took, and the refusals that
    name no place in the questionnaire."""
    fields = {field["code"]: field for field in analyst.get("questionnaire-fields")["items"]}
    taken, unclear = 0, []
    folder.mkdir(parents=True)
    for number in range(count):
        drawn = questionnaire(random, fields, number)
        status, _, told = analyst.ask("POST", "/api/v1/questionnaires", drawn)
        if status == 201:
            taken += 1
            status, _, form = analyst.ask("GET", f"/api/v1/questionnaires/{told['id']}/xform")
            (folder / f"{number}.xml").write_bytes(form)
        named = status in (200, 201) or status == 422 and all(
            error["field"].split("[")[0].split(".")[0] in ("title", "sections") for error in told["errors"]) and told["errors"]
        if not named:
            unclear.append((drawn, status, told))
    return taken, unclear
