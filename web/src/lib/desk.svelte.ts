/** The queue of the desk, the record that is open, what was decided last, and what is selected. */
import { enterprisePath, isClean, type Way } from './desk';
import { queryString, withQuery } from './filter';
import { getJson } from './http';
import { t } from './i18n';
import { Listing, Remote } from './remote.svelte';
import { session } from './session.svelte';
import type { BasisKind, DeskBatchResult, DeskDetail, DeskEntry, DeskOutcome, Enterprise, UnmergeResult } from './types';

/** What can be taken back: the record exists again, or stands for itself again. */
type Undoable = { name: string } & (
  | { how: 'reopen'; id: string; revision: number }
  | { how: 'unmerge'; survivor: string; revision: number; duplicate: string }
);

/** The last decision outlives the page. */
class Last {
  done = $state.raw<Undoable | null>(null);
  /** Whose it was: nobody else takes it back. */
  by: string | undefined;
}
const last = new Last();

/** What was done last in words: so does this. */
class Said {
  text = $state('');
  by: string | undefined;
}
const spoken = new Said();

export interface Basis {
  kind: BasisKind;
  text: string;
}

export class Desk {
  readonly listing = new Listing<DeskEntry>(({ id }) => id);
  readonly open = new Remote<DeskDetail>();
  /** Selected for a batch, at the revision that was looked at. */
  chosen = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** What the last batch left as it was, with its name. */
  left = $state.raw<(DeskOutcome & { name: string })[]>([]);

  /** What was done last, in words. */
  get said(): string {
    return spoken.by === session.user?.email ? spoken.text : '';
  }
  set said(text: string) {
    spoken.by = session.user?.email;
    spoken.text = text;
  }

  get undoable(): Undoable | null {
    return last.by === session.user?.email ? last.done : null;
  }

  /** The record before (-1) or after (1) one in the list. */
  beside(id: string | null, step: 1 | -1): DeskEntry | null {
    const { items } = this.listing;
    const at = items.findIndex((item) => item.id === id);
    return (at < 0 ? items[0] : items[at + step]) ?? null;
  }

  /** Which one is open once this one is gone. */
  #after(id: string): string | null {
    return (this.beside(id, 1) ?? this.beside(id, -1))?.id ?? null;
  }

  /** Forgets what cannot be selected any more. */
  keepChosen(): void {
    const there = new Map(this.listing.items.filter(isClean).map(({ id, revision }) => [id, revision]));
    const kept = [...this.chosen].filter(([id, revision]) => there.get(id) === revision);
    if (kept.length !== this.chosen.size) this.chosen = new Map(kept);
  }

  toggle(entry: DeskEntry): void {
    const chosen = new Map(this.chosen);
    if (!chosen.delete(entry.id) && isClean(entry)) chosen.set(entry.id, entry.revision);
    this.chosen = chosen;
  }

  chooseAll(all: boolean): void {
    this.chosen = new Map(all ? this.listing.items.filter(isClean).slice(0, 500).map(({ id, revision }) => [id, revision]) : []);
  }

  /** Verifies it. Answers the record to open next. */
  async verify(record: DeskDetail): Promise<string | null> {
    await getJson<Enterprise>(enterprisePath(record.id, '/verify'), { method: 'POST', body: {}, revision: record.revision });
    return this.#decided(record, t('desk.verified', { name: record.name }), null);
  }

  /** Decides in a way that has a reason. Answers the record to open next. */
  async decide(record: DeskDetail, way: Way, reason: string, other: string | null): Promise<string | null> {
    const { id, name, revision } = record;
    const post = (step: string) => getJson<Enterprise>(enterprisePath(id, step), { method: 'POST', body: { reason }, revision });
    if (way === 'return') {
      await post('/return');
      return this.#decided(record, t('desk.returned', { name }), null);
    }
    if (way === 'missing') {
      await post('/not-found');
      return this.#decided(record, t('desk.missed', { name }), null);
    }
    if (way === 'duplicate') return this.#merge(record, reason, other ?? '');
    const query = reason ? queryString([['reason', reason]]) : '';
    const done = way === 'move' ? await post('/move') : await getJson<Enterprise>(withQuery(enterprisePath(id), query), { method: 'DELETE', revision });
    const said = t(way === 'move' ? 'desk.moved' : 'desk.closed', { name });
    return this.#decided(record, said, { how: 'reopen', id, revision: done.revision, name });
  }

  async #merge(record: DeskDetail, reason: string, survivor: string): Promise<string | null> {
    const kept = await getJson<Enterprise>(enterprisePath(survivor));
    const done = await getJson<Enterprise>(enterprisePath(survivor, '/merge'), {
      method: 'POST', body: { duplicate: record.id, reason }, revision: kept.revision,
    });
    const said = t('desk.duplicated', { name: record.name, other: kept.name });
    return this.#decided(record, said, { how: 'unmerge', survivor, revision: done.revision, duplicate: record.id, name: record.name });
  }

  #decided(record: DeskDetail, said: string, undoable: Undoable | null): string | null {
    this.said = said;
    last.done = undoable;
    last.by = session.user?.email;
    const next = this.#after(record.id);
    this.#drop(new Set([record.id]));
    return next;
  }

  /** Takes the last decision back; the queue then has to be asked for anew. */
  async undo(): Promise<void> {
    const done = this.undoable;
    if (!done) {
      this.said = t('desk.undoNone');
      return;
    }
    const reason = t('desk.undoReason');
    if (done.how === 'reopen') {
      await getJson<Enterprise>(enterprisePath(done.id, '/reopen'), { method: 'POST', body: { reason }, revision: done.revision });
    } else {
      await getJson<UnmergeResult>(enterprisePath(done.survivor, '/unmerge'), {
        method: 'POST', body: { duplicate: done.duplicate, reason }, revision: done.revision,
      });
    }
    last.done = null;
    this.said = t('desk.undone', { name: done.name });
    await Promise.all([this.listing.again(), this.open.again()]);
  }

  /** Verifies what is selected; on a basis it is published too. */
  async batch(basis: Basis | null): Promise<void> {
    const names = new Map(this.listing.items.map(({ id, name }) => [id, name]));
    const records = [...this.chosen].map(([id, revision]) => ({ id, revision }));
    const body = basis ? { action: 'verify_and_publish', records, basis } : { action: 'verify', records };
    const result = await getJson<DeskBatchResult>('/api/v1/desk/batch', { method: 'POST', body });
    this.said = t('desk.batchDone', { done: result.done, left: result.left });
    this.left = result.items.filter(({ done }) => !done).map((item) => ({ ...item, name: names.get(item.id) ?? item.id }));
    this.chosen = new Map();
    last.done = null;
    this.#drop(new Set(result.items.filter(({ done }) => done).map(({ id }) => id)));
    // What was left may be another one now.
    if (result.left) await this.listing.again();
  }

  #drop(gone: ReadonlySet<string>): void {
    const { items, matched } = this.listing;
    const left = items.filter(({ id }) => !gone.has(id));
    this.listing.items = left;
    if (matched !== null) this.listing.matched = Math.max(0, matched - (items.length - left.length));
    this.keepChosen();
    // Not at the end of the list while the server has more.
    if (left.length < 5 && this.listing.next) void this.listing.more();
  }
}
