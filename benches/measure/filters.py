"""Filters as both sides are asked them."""

from dataclasses import dataclass, field

from .data import KINDS, SIZES


@dataclass
class Filter:
    """Any of each list; active records only."""

    kinds: list = field(default_factory=list)
    sectors: list = field(default_factory=list)
    sizes: list = field(default_factory=list)
    women_led: bool | None = None
    commodities: list = field(default_factory=list)
    regions: list = field(default_factory=list)

    def query(self):
        """For the address."""
        lists = {"kind": self.kinds, "sector": self.sectors, "size_class": self.sizes,
                 "commodity": self.commodities, "region": self.regions}
        parts = [f"{name}={','.join(values)}" for name, values in lists.items() if values]
        if self.women_led is not None:
            parts.append(f"women_led={str(self.women_led).lower()}")
        return "&".join(parts)

    def condition(self, codes):
        """For WHERE."""
        parts = ["existence = 0"]
        if self.kinds:
            parts.append(f"kinds & {sum(1 << KINDS.index(kind) for kind in self.kinds)} <> 0")
        if self.sectors:
            parts.append(f"sectors & {sum(1 << codes['sector'][sector] for sector in self.sectors)} <> 0")
        if self.sizes:
            parts.append(f"size_class IN ({', '.join(str(SIZES.index(size)) for size in self.sizes)})")
        if self.women_led is not None:
            parts.append("women_led" if self.women_led else "NOT women_led")
        if self.commodities:
            numbers = ",".join(str(codes["commodity"][code]) for code in self.commodities)
            parts.append(f"commodities && '{{{numbers}}}'::smallint[]")
        if self.regions:
            level = {5: "regency", 8: "district", 13: "village"}
            each = (f"{level[len(code)]} = {codes[level[len(code)]].get(code, -1)}" for code in self.regions)
            parts.append(f"({' OR '.join(each)})")
        return " AND ".join(parts)


def packed(random, codes):
    """One to three of the fields that a row has packed."""
    filter = Filter()
    for name in random.sample(["kinds", "sectors", "sizes", "women_led"], random.randint(1, 3)):
        if name == "kinds":
            filter.kinds = random.sample(KINDS, random.randint(1, 2))
        elif name == "sectors":
            filter.sectors = random.sample(sorted(codes["sector"]), random.randint(1, 3))
        elif name == "sizes":
            filter.sizes = random.sample(SIZES[:2] + SIZES[4:], random.randint(1, 2))
        else:
            filter.women_led = random.random() < 0.5
    return filter


def any_of(random, codes):
    """Any filter: none, packed ones, many-valued ones, regions."""
    if random.random() < 0.3:
        return Filter()
    filter = packed(random, codes)
    if random.random() < 0.3:
        filter.commodities = random.sample(sorted(codes["commodity"]), random.randint(1, 4))
    if random.random() < 0.2:
        level = random.choice(["regency", "district"])
        filter.regions = random.sample(sorted(codes[level]), random.randint(1, 3))
    return filter
