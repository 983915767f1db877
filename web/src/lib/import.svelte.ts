/** One import as it is now: asked for anew each second while something runs. */
import { getJson, isAbort } from './http';
import { importPath, isRunning } from './imports';
import type { Import } from './types';

const EVERY_MS = 1000;
/** While the server does not answer, it is asked less often. */
const LATER_MS = 4000;

export class OpenImport {
  doc = $state.raw<Import | null>(null);
  /** Why it could not be opened. */
  error = $state.raw<unknown>(null);
  /** What is shown may be old: the last time it was asked for there was no answer. */
  stale = $state.raw<unknown>(null);
  /** Counts what was done: lists of its rows are stale then. */
  changes = $state(0);
  #id: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | null = null;

  /** `ondone`: an import that was watched has run to its end. */
  constructor(private readonly ondone: () => void) {}

  open(id: string | null): void {
    this.close();
    if (id !== this.#id) this.doc = null;
    this.#id = id;
    this.error = null;
    if (id) void this.#ask(id);
  }

  /** Asks no more: the page is left. What runs goes on in the server. */
  close(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  again = () => this.open(this.#id);

  accept(doc: Import): void {
    if (doc.id !== this.#id) return;
    clearTimeout(this.#timer);
    this.#abort?.abort();
    const before = this.doc;
    if (before && before.state !== doc.state) this.changes += 1;
    this.doc = doc;
    this.error = null;
    this.stale = null;
    if (isRunning(doc.state)) this.#later(doc.id, EVERY_MS);
    if (before?.state === 'importing' && doc.state === 'done') this.ondone();
  }

  /** Something that changes it; the caller shows a refusal. */
  async take(rest: string, body: unknown = {}, method: 'POST' | 'PUT' = 'POST'): Promise<void> {
    const id = this.#id;
    if (id) this.accept(await getJson<Import>(importPath(id, rest), { method, body }));
  }

  #later(id: string, wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(id), wait);
  }

  async #ask(id: string): Promise<void> {
    const abort = (this.#abort = new AbortController());
    try {
      this.accept(await getJson<Import>(importPath(id), { signal: abort.signal }));
    } catch (error) {
      if (isAbort(error) || id !== this.#id) return;
      if (!this.doc) {
        this.error = error;
        return;
      }
      this.stale = error;
      if (isRunning(this.doc.state)) this.#later(id, LATER_MS);
    }
  }
}
