/** The list: what matches the filter inside the map's bounds, page by page. */
import { filterQuery, withQuery, type Filter } from './filter';
import { getJson, isAbort } from './http';
import { bboxText, type Bounds } from './mercator';
import type { Enterprise, EnterpriseList } from './types';

const PAGE_SIZE = '50';
const PATH = '/api/v1/enterprises';

export function listQuery(filter: Filter, bounds: Bounds | null): string {
  const extra: [string, string][] = [];
  if (bounds) extra.push(['bbox', bboxText(bounds)]);
  return filterQuery(filter, [...extra, ['limit', PAGE_SIZE]]);
}

class Results {
  items = $state.raw<Enterprise[]>([]);
  matched = $state<number | null>(null);
  next = $state<string | null>(null);
  /** "first": nothing to show yet. "again": the old list stays meanwhile. */
  busy = $state<'first' | 'again' | 'more' | null>('first');
  error = $state.raw<unknown>(null);
  /** Matches outside the screen; asked for only when the screen has none. */
  elsewhere = $state<number | null>(null);
  anySample = $derived(this.items.some((item) => item.sample));

  #abort: AbortController | null = null;

  async load(filter: Filter, bounds: Bounds | null): Promise<void> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.busy = this.matched === null ? 'first' : 'again';
    try {
      const path = withQuery(PATH, listQuery(filter, bounds));
      const page = await getJson<EnterpriseList>(path, { signal: abort.signal });
      let elsewhere: number | null = null;
      if (bounds && page.items.length === 0) {
        const all = withQuery(PATH, filterQuery(filter, [['limit', '1']]));
        elsewhere = (await getJson<EnterpriseList>(all, { signal: abort.signal })).matched;
      }
      this.items = page.items;
      this.matched = page.matched;
      this.next = page.next ?? null;
      this.elsewhere = elsewhere;
      this.error = null;
      this.busy = null;
    } catch (error) {
      if (isAbort(error)) return;
      this.error = error;
      this.busy = null;
    }
  }

  async more(): Promise<void> {
    if (!this.next || this.busy) return;
    const abort = (this.#abort = new AbortController());
    this.busy = 'more';
    try {
      const page = await getJson<EnterpriseList>(this.next, { signal: abort.signal });
      const known = new Set(this.items.map((item) => item.id));
      this.items = [...this.items, ...page.items.filter((item) => !known.has(item.id))];
      this.next = page.next ?? null;
      this.error = null;
      this.busy = null;
    } catch (error) {
      if (isAbort(error)) return;
      this.error = error;
      this.busy = null;
    }
  }
}

export const results = new Results();
