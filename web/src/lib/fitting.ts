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

/** How long a line of them is. */
export const lineLength = (widths: number[], gap: number): number =>
  widths.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, widths.length - 1);

/** The places of those that stay: as many of the first as fit, and the one to keep. */
export function fitting(widths: number[], { room, menu, gap, keep }: Line): Set<number> {
  const all = new Set(widths.keys());
  if (lineLength(widths, gap) <= room) return all;
  const chosen = new Set(keep >= 0 ? [keep] : []);
  for (const place of widths.keys()) {
    if (chosen.has(place)) continue;
    const line = [...chosen, place].map((each) => widths[each] ?? 0);
    if (lineLength([...line, menu], gap) > room) break;
    chosen.add(place);
  }
  return chosen;
}
