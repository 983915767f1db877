"""The table."""

import platform
import re


def number(value):
    """Three digits, as few decimals as that takes."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def both(measured):
    return f"{number(measured.p50)} / {number(measured.p99)}"


def table(head, lines):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for line in lines:
        yield "| " + " | ".join(line) + " |"


def bar_text(bar):
    parts = []
    if bar.p50 is not None:
        parts.append(f"{bar.p50:g}" + (f" / {bar.p99:g}" if bar.p99 is not None else ""))
    if bar.rate:
        parts.append(f"{bar.rate:,.0f}/s")
    if bar.ratio:
        parts.append(f"≥ {bar.ratio:g}×")
    return ", ".join(parts) or "–"


def missed(bar, alone, crowded, ratio):
    """Which parts of the bar are not met."""
    found = []
    if bar.p50 is not None and alone.p50 > bar.p50:
        found.append("p50")
    if bar.p99 is not None and alone.p99 > bar.p99:
        found.append("p99")
    if bar.rate and crowded and crowded.rate < bar.rate:
        found.append("req/s")
    if bar.ratio and ratio is not None and ratio < bar.ratio:
        found.append("ratio")
    return found


def operation_line(operation, ours, theirs):
    """`ours` and `theirs`: alone and under eight connections; theirs may be None."""
    alone, crowded = ours
    their_alone, their_crowded = theirs or (None, None)
    ratio = their_alone.p50 / alone.p50 if their_alone else None
    short = missed(operation.bar, alone, crowded, ratio)
    verdict = "–" if bar_text(operation.bar) == "–" else ("met" if not short else "not: " + ", ".join(short))
    return [
        operation.name,
        both(alone),
        f"{both(crowded)}, {crowded.rate:,.0f}/s" if crowded else "–",
        both(their_alone) if their_alone else "–",
        f"{both(their_crowded)}, {their_crowded.rate:,.1f}/s" if their_crowded else "–",
        f"{number(ratio)}×" if ratio else "–",
        bar_text(operation.bar),
        verdict,
    ]


HEAD = ["operation", "p50 / p99 ms alone", "8 connections, req/s", "PostGIS alone", "PostGIS, 8 connections",
        "ratio", "bar (10 million)", ""]


def machine():
    with open("/proc/cpuinfo") as file:
        models = re.findall(r"model name\s*:\s*(.*)", file.read())
    with open("/proc/meminfo") as file:
        memory = int(re.search(r"MemTotal:\s+(\d+)", file.read()).group(1)) * 1024 / 1e9
    return f"{len(models)} cores ({models[0] if models else platform.machine()}), {memory:.0f} GB of memory"
