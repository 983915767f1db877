"""Forms filled in by JavaRosa (Fill.java), many at a time."""

import json
import os
import subprocess


def command(*more):
    return ["java", "-cp", f"{os.environ['ODK_JAR']}:{os.environ['FILL_CLASSES']}", "Fill", *map(str, more)]


def fill(cases, form=None, lists=None):
    """The answers to the cases, in their order. A case may name a form and a folder of its own."""
    asked = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run(command(*filter(None, (form, lists))), input=asked, capture_output=True, text=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(answers) != len(cases):
        raise SystemExit(f"Fill: {done.returncode}, {len(answers)} of {len(cases)}\n{done.stderr[-3000:]}")
    return answers


def describe(form, lists):
    """What a form asks."""
    done = subprocess.run(command("--describe", form, lists), stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout)
