/** The one usaha that is open in the panel: what is known of it, its past and its figures. */
import { queryString, withQuery } from './filter';
import { getJson, isAbort } from './http';
import type { Step } from './lifecycle';
import { Listing, Remote } from './remote.svelte';
import type { Enterprise, Grounds, Observation, RevisionDocument, RevisionList } from './types';

const pathOf = (id: string) => `/api/v1/enterprises/${encodeURIComponent(id)}`;

class OpenRecord {
  item = $state.raw<Enterprise | null>(null);
  error = $state.raw<unknown>(null);
  busy = $state(false);
  /** Counts the steps taken here: lists that show the record are stale then. */
  changes = $state(0);
  readonly revisions = new Remote<RevisionList>();
  readonly comparison = new Remote<RevisionDocument>();
  readonly figures = new Listing<Observation>();
  #abort: AbortController | null = null;

  async load(id: string | null): Promise<void> {
    this.#abort?.abort();
    this.error = null;
    if (!id) {
      this.item = null;
      this.busy = false;
      return;
    }
    if (this.item?.id !== id) this.item = null;
    const abort = (this.#abort = new AbortController());
    this.busy = true;
    try {
      this.item = await getJson<Enterprise>(pathOf(id), { signal: abort.signal });
      this.busy = false;
    } catch (error) {
      if (isAbort(error)) return;
      this.item = null;
      this.error = error;
      this.busy = false;
    }
  }

  /** Takes a step of the life cycle on the revision that is shown; the caller shows a refusal. */
  async take(step: Step, grounds: Grounds): Promise<void> {
    const item = this.item;
    if (!item) return;
    const path = pathOf(item.id);
    const { revision } = item;
    const reason: [string, string][] = grounds.reason ? [['reason', grounds.reason]] : [];
    const changed =
      step === 'close'
        ? await getJson<Enterprise>(withQuery(path, queryString(reason)), { method: 'DELETE', revision })
        : await getJson<Enterprise>(`${path}/${step}`, { method: 'POST', body: grounds, revision });
    this.accept(changed);
  }

  /** As it is after a change; somebody may have gone on to another usaha meanwhile. */
  accept(changed: Enterprise) {
    if (this.item?.id === changed.id) this.item = changed;
    this.changes += 1;
  }

  loadRevisions = (id: string) => this.revisions.load(`${pathOf(id)}/revisions`);

  /** A revision beside the one before it; the first has none. */
  compare(id: string, revision: number | null): Promise<void> {
    const known = revision !== null && revision > 1;
    return this.comparison.load(
      known ? `${pathOf(id)}/revisions/${revision}?against=${revision - 1}` : null,
    );
  }

  loadFigures = (id: string) => this.figures.load(`/api/v1/observations?subject=enterprise:${id}&limit=100`);
}

export const record = new OpenRecord();

/** Where to draw it: the true point where we may know it, else the public one. */
export function placeOf(item: Enterprise): { lon: number; lat: number } {
  return (item.tier === 'internal' && item.point) || item.public_place;
}
