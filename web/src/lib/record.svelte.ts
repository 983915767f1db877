/** The one usaha that is open in the panel. */
import { getJson, isAbort } from './http';
import type { Enterprise } from './types';

class OpenRecord {
  item = $state.raw<Enterprise | null>(null);
  error = $state.raw<unknown>(null);
  busy = $state(false);
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
      const path = `/api/v1/enterprises/${encodeURIComponent(id)}`;
      this.item = await getJson<Enterprise>(path, { signal: abort.signal });
      this.busy = false;
    } catch (error) {
      if (isAbort(error)) return;
      this.item = null;
      this.error = error;
      this.busy = false;
    }
  }
}

export const record = new OpenRecord();

/** Where to draw it: the true point where we may know it, else the public one. */
export function placeOf(item: Enterprise): { lon: number; lat: number } {
  return (item.tier === 'internal' && item.point) || item.public_place;
}
