/** Which of several things in a line fit beside one another. Pure. */

interface Line {
  /** How wide the line is. */
  room: number;
  /** What the menu takes that the rest goes into. */
  menu: number;
  gap: number;
  /** The one that stays whatever happens; -1: none. */
  keep: number;
}

/** The places of those that stay: as many of the first as fit, and the one to keep. */
export function fitting(widths: number[], { room, menu, gap, keep }: Line): Set<number> {
  const all = new Set(widths.keys());
  const length = (places: Iterable<number>) => {
    let sum = 0;
    for (const place of places) sum += (widths[place] ?? 0) + gap;
    return sum;
  };
  if (length(all) - gap <= room) return all;
  const chosen = new Set(keep >= 0 ? [keep] : []);
  for (const place of widths.keys()) {
    if (chosen.has(place)) continue;
    if (length([...chosen, place]) + menu > room) break;
    chosen.add(place);
  }
  return chosen;
}
