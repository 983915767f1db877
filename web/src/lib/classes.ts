/** Counts in a few classes, as a map colours them. Pure. */

/** How many classes there are at most. */
export const CLASSES = 5;

/** The least and the greatest count of a class. */
export interface CountClass {
  from: number;
  to: number;
}

/** 1.234 → 1.200: a bound that can be read and kept in mind. */
function rounded(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.max(1, Math.round(value / unit) * unit);
}

/** Classes of about as many regions each, with round bounds; nothing is in none. */
export function classesOf(counts: number[]): CountClass[] {
  const sorted = counts.filter((count) => count > 0).sort((a, b) => a - b);
  const greatest = sorted.at(-1);
  if (greatest === undefined) return [];
  const starts = new Set([sorted[0] as number]);
  for (let at = 1; at < CLASSES; at += 1) {
    const bound = rounded(sorted[Math.floor((at * sorted.length) / CLASSES)] as number);
    if (bound > (sorted[0] as number) && bound <= greatest) starts.add(bound);
  }
  const from = [...starts].sort((a, b) => a - b);
  return from.map((start, at) => ({ from: start, to: (from[at + 1] ?? greatest + 1) - 1 }));
}

/** The class that a count is in; -1 for none. */
export function classAt(classes: CountClass[], count: number): number {
  return classes.findLastIndex(({ from }) => count >= from);
}

/** The place of a class among the colours: few classes take colours that are far apart. */
export function shadeOf(at: number, classes: number): number {
  return classes < 2 ? CLASSES - 1 : Math.round((at * (CLASSES - 1)) / (classes - 1));
}
