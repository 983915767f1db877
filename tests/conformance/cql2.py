"""CQL2 as its JSON says it: written as text, and evaluated as plainly as can be, over three values."""

import re
import unicodedata
from datetime import date, datetime
from operator import eq, ge, gt, le, lt, ne

from shapes import intersects, rectangle

# What has several codes is one text with commas in a feature, and several values in an expression.
LISTS = ("kind", "sector", "kbli", "commodity", "certificate", "channel")
COMPARED = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def prop(name):
    return {"property": name}


def op(name, *args):
    return {"op": name, "args": list(args)}


def text(node):
    """The expression in CQL2 text."""
    if isinstance(node, bool):
        return "TRUE" if node else "FALSE"
    if isinstance(node, (int, float)):
        return repr(node)
    if isinstance(node, str):
        return "'" + node.replace("'", "''") + "'"
    if isinstance(node, list):
        return "(" + ",".join(map(text, node)) + ")"
    if "property" in node:
        name = node["property"]
        return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", name) else f'"{name}"'
    if "date" in node:
        return f"DATE('{node['date']}')"
    if "timestamp" in node:
        return f"TIMESTAMP('{node['timestamp']}')"
    if "bbox" in node:
        return "BBOX(" + ",".join(map(repr, node["bbox"])) + ")"
    if "type" in node:
        return wkt(node)
    name, args = node["op"], node["args"]
    if name in COMPARED:
        return f"{text(args[0])} {name} {text(args[1])}"
    if name in ("and", "or"):
        return "(" + f" {name.upper()} ".join(map(text, args)) + ")"
    if name == "not":
        return f"NOT ({text(args[0])})"
    if name == "isNull":
        return f"{text(args[0])} IS NULL"
    if name == "like":
        return f"{text(args[0])} LIKE {text(args[1])}"
    if name == "between":
        return f"{text(args[0])} BETWEEN {text(args[1])} AND {text(args[2])}"
    if name == "in":
        return f"{text(args[0])} IN {text(args[1])}"
    return f"{name.upper()}(" + ",".join(map(text, args)) + ")"


def wkt(geometry):
    def nested(part):
        if isinstance(part[0], (int, float)):
            return " ".join(map(repr, part[:2]))
        return "(" + ",".join(map(nested, part)) + ")"

    inner = nested(geometry["coordinates"])
    return f"{geometry['type'].upper()}{inner if inner.startswith('(') else f'({inner})'}"


def geometry_of(node):
    return rectangle(*node["bbox"]) if "bbox" in node else node


def folded(value):
    return value.casefold()


def bare(value):
    """Without accents."""
    return "".join(each for each in unicodedata.normalize("NFD", value) if not unicodedata.combining(each))


def told_of(feature, name):
    """A property as expressions take it."""
    value = feature["properties"].get(name, feature["id"] if name == "id" else None)
    return value.split(",") if name in LISTS and isinstance(value, str) else value


def value_of(node, feature, kinds):
    if isinstance(node, list):
        return [value_of(each, feature, kinds) for each in node]
    if not isinstance(node, dict):
        return node
    if "property" in node:
        name = node["property"]
        if name == "geometry":
            return feature.get("geometry")
        value = told_of(feature, name)
        if value is not None and kinds.get(name) == "date-time":
            return datetime.fromisoformat(value.replace("Z", "+00:00"))
        if value is not None and kinds.get(name) == "date":
            return date.fromisoformat(value)
        return value
    if "date" in node:
        return date.fromisoformat(node["date"])
    if "timestamp" in node:
        return datetime.fromisoformat(node["timestamp"].replace("Z", "+00:00"))
    if "op" in node:
        inner = value_of(node["args"][0], feature, kinds)
        if inner is None:
            return None
        by = {"casei": folded, "accenti": bare}[node["op"]]
        return [by(each) for each in inner] if isinstance(inner, list) else by(inner)
    return geometry_of(node)


def like(pattern):
    """The pattern as a regular expression: % any, _ one, \\ as it is."""
    written, at = "", 0
    while at < len(pattern):
        each = pattern[at]
        if each == "\\" and at + 1 < len(pattern):
            at += 1
            written += re.escape(pattern[at])
        else:
            written += {"%": ".*", "_": "."}.get(each, re.escape(each))
        at += 1
    return re.compile(written, re.DOTALL)


def holds(node, feature, kinds):
    """True, False, or None where nobody can say."""
    if isinstance(node, bool):
        return node
    name, args = node["op"], node["args"]
    if name == "and":
        told = [holds(each, feature, kinds) for each in args]
        return False if False in told else (None if None in told else True)
    if name == "or":
        told = [holds(each, feature, kinds) for each in args]
        return True if True in told else (None if None in told else False)
    if name == "not":
        told = holds(args[0], feature, kinds)
        return None if told is None else not told
    first = value_of(args[0], feature, kinds)
    if name == "isNull":
        return first is None or first == []
    if first is None or first == []:
        return None
    rest = [value_of(each, feature, kinds) for each in args[1:]]
    if name == "s_intersects":
        return intersects(first, rest[0])
    # Of several values one is enough, and `<>` asks that none of them is it.
    many = first if isinstance(first, list) else [first]
    if name == "<>":
        return not any(each == rest[0] for each in many)
    if name in COMPARED:
        return any(COMPARED[name](each, rest[0]) for each in many)
    if name == "in":
        return any(each in rest[0] for each in many)
    if name == "between":
        return any(rest[0] <= each <= rest[1] for each in many)
    if name == "like":
        pattern = like(rest[0])
        return any(pattern.fullmatch(each) is not None for each in many)
    raise ValueError(name)
