/** Counts of what passes the filter, by region and by sector: for the map's colours and the tables. */
import { filterPairs, queryString, type Filter } from './filter';
import { getJson, isAbort } from './http';
import type { Stats } from './types';

export type CountedBy = 'regency' | 'district' | 'sector';

/** Below this zoom regencies are coloured, from it on districts. */
export const COUNT_DISTRICTS_FROM = 9;
/** From here on single usaha are looked at, not counts. */
export const COUNT_UNTIL = 11.5;

export function countLevel(zoom: number): 'regency' | 'district' | null {
  if (zoom >= COUNT_UNTIL) return null;
  return zoom < COUNT_DISTRICTS_FROM ? 'regency' : 'district';
}

export const statsPath = (by: CountedBy, filter: Filter) =>
  `/api/v1/stats?${queryString([['group_by', by], ...filterPairs(filter)])}`;

/** One row of the answer; null: the usaha that have no such value. */
export interface Counted {
  code: string | null;
  count: number;
}

class Counts {
  rows = $state.raw<Counted[] | null>(null);
  matched = $state(0);
  /** One usaha may be in several rows. */
  overlaps = $state(false);
  error = $state.raw<unknown>(null);
  busy = $state(false);
  byCode = $derived(new Map((this.rows ?? []).map(({ code, count }) => [code ?? '', count])));
  #abort: AbortController | null = null;
  #asked = '';

  constructor(private readonly by: CountedBy) {}

  /** What was there stays until the answer comes: a map that goes blank in between is restless. */
  async load(filter: Filter, epoch: number, again = false): Promise<void> {
    const path = statsPath(this.by, filter);
    const asked = `${epoch} ${path}`;
    if (asked === this.#asked && !again) return;
    this.#asked = asked;
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.busy = true;
    try {
      const answer = await getJson<Stats>(path, { signal: abort.signal });
      this.rows = answer.items.map(({ values, count }) => ({ code: values[0] ?? null, count }));
      this.matched = answer.matched;
      this.overlaps = answer.dimensions[0]?.overlaps ?? false;
      this.error = null;
      this.busy = false;
    } catch (error) {
      if (isAbort(error)) return;
      this.error = error;
      this.#asked = '';
      this.busy = false;
    }
  }
}

export const stats = {
  regency: new Counts('regency'),
  district: new Counts('district'),
  sector: new Counts('sector'),
};
