/** One answer of the API, or a list page by page, as reactive values. */
import { getJson, isAbort } from './http';

export class Remote<Body> {
  body = $state.raw<Body | null>(null);
  error = $state.raw<unknown>(null);
  busy = $state(false);
  #abort: AbortController | null = null;
  #path: string | null = null;

  /** What was there stays until the answer comes, unless it was about something else. */
  async load(path: string | null): Promise<void> {
    this.#abort?.abort();
    if (path !== this.#path) this.body = null;
    this.#path = path;
    this.error = null;
    this.busy = path !== null;
    if (path === null) return;
    const abort = (this.#abort = new AbortController());
    try {
      this.body = await getJson<Body>(path, { signal: abort.signal });
      this.busy = false;
    } catch (error) {
      if (isAbort(error)) return;
      this.body = null;
      this.error = error;
      this.busy = false;
    }
  }

  again = () => this.load(this.#path);
}

interface Page<Item> {
  items: Item[];
  next?: string | null;
  matched?: number;
}

export class Listing<Item> {
  items = $state.raw<Item[]>([]);
  next = $state<string | null>(null);
  /** How many there are in all, where the server counts them. */
  matched = $state<number | null>(null);
  error = $state.raw<unknown>(null);
  busy = $state<'first' | 'more' | null>(null);
  /** All of the page that came last: what else it tells beside its items. */
  page = $state.raw<Page<Item> | null>(null);
  /** It has answered: an empty list is empty, and not on its way. */
  known = $state(false);
  #abort: AbortController | null = null;
  #path = '';

  /** `keyOf`: what tells one from another, should two pages hold the same. */
  constructor(private readonly keyOf: (item: Item) => unknown = (item) => (item as { id: string }).id) {}

  async load(path: string): Promise<void> {
    if (path !== this.#path) this.known = false;
    this.#path = path;
    this.busy = 'first';
    await this.#fetch(path, []);
  }

  async more(): Promise<void> {
    if (!this.next || this.busy) return;
    this.busy = 'more';
    await this.#fetch(this.next, this.items);
  }

  again = () => this.load(this.#path);

  /** Nothing of it stays: who may read it is gone. */
  forget(): void {
    this.#abort?.abort();
    this.items = [];
    this.next = null;
    this.matched = null;
    this.page = null;
    this.error = null;
    this.busy = null;
    this.known = false;
    this.#path = '';
  }

  async #fetch(path: string, before: Item[]): Promise<void> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    try {
      const page = await getJson<Page<Item>>(path, { signal: abort.signal });
      const keys = new Set(before.map(this.keyOf));
      this.items = [...before, ...page.items.filter((item) => !keys.has(this.keyOf(item)))];
      this.page = page;
      this.next = page.next ?? null;
      this.matched = page.matched ?? null;
      this.known = true;
      this.error = null;
      this.busy = null;
    } catch (error) {
      if (isAbort(error)) return;
      this.error = error;
      this.busy = null;
    }
  }
}
