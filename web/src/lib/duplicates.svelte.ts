/** The queue, the pair that is open, and what was decided last. */
import { getJson } from './http';
import { pairPath, sideName } from './duplicates';
import { fieldName } from './differences';
import { t } from './i18n';
import { Listing, Remote } from './remote.svelte';
import { session } from './session.svelte';
import type { DuplicateDetail, DuplicateItem, Enterprise, UnmergeResult } from './types';

interface Merged {
  survivor: string;
  revision: number;
  duplicate: string;
  kept: string;
  gone: string;
}

/** The last merge outlives the page: whoever looks at a record first can still take it back. */
class Last {
  merged = $state.raw<Merged | null>(null);
  /** Whose it was: nobody else takes it back. */
  by: string | undefined;
}
const last = new Last();

const recordPath = (id: string, rest: string) => `/api/v1/enterprises/${encodeURIComponent(id)}${rest}`;

export class Queue {
  readonly listing = new Listing<DuplicateItem>(({ id }) => id);
  readonly open = new Remote<DuplicateDetail>();
  /** What was done last, in words. */
  said = $state('');

  get undoable(): Merged | null {
    return last.by === session.user?.email ? last.merged : null;
  }

  /** The pair before (-1) or after (1) one in the list. */
  beside(id: string | null, step: 1 | -1): DuplicateItem | null {
    const { items } = this.listing;
    const at = items.findIndex((item) => item.id === id);
    return (at < 0 ? items[0] : items[at + step]) ?? null;
  }

  /** Which one is open once this one is gone. */
  #after(id: string): string | null {
    return (this.beside(id, 1) ?? this.beside(id, -1))?.id ?? null;
  }

  /** Makes record `kept` the one that stays. Answers the pair to open next. */
  async merge(pair: DuplicateDetail, kept: 0 | 1, reason: string): Promise<string | null> {
    const [survivor, other] = [pair.records[kept], pair.records[1 - kept]];
    if (!survivor?.id || !other?.id || typeof survivor.revision !== 'number') return pair.id;
    const done = await getJson<Enterprise>(recordPath(survivor.id, '/merge'), {
      method: 'POST', body: { duplicate: other.id, reason }, revision: survivor.revision,
    });
    const [keptName, goneName] = [sideName(survivor), sideName(other)];
    last.merged = { survivor: survivor.id, revision: done.revision, duplicate: other.id, kept: keptName, gone: goneName };
    last.by = session.user?.email;
    this.said = t('dup.mergedNow', { kept: keptName, gone: goneName });
    const next = this.#after(pair.id);
    this.#drop(({ id }) => id === pair.id);
    return next;
  }

  async reject(pair: DuplicateDetail, reason: string): Promise<string | null> {
    await getJson<DuplicateDetail>(pairPath(pair.id, '/not-the-same'), { method: 'POST', body: { reason } });
    const [one, two] = pair.records;
    this.said = t('dup.notNow', { one: one ? sideName(one) : '', two: two ? sideName(two) : '' });
    const next = this.#after(pair.id);
    this.#drop(({ id }) => id === pair.id);
    return next;
  }

  /** Takes the last merge back; the queue then has to be asked for anew. */
  async unmerge(): Promise<void> {
    const merge = this.undoable;
    if (!merge) {
      this.said = t('dup.undoNone');
      return;
    }
    const { left } = await getJson<UnmergeResult>(recordPath(merge.survivor, '/unmerge'), {
      method: 'POST', body: { duplicate: merge.duplicate, reason: t('dup.undoReason') }, revision: merge.revision,
    });
    last.merged = null;
    this.said = left.length
      ? t('dup.undoneLeft', { fields: left.map(fieldName).join(', ') })
      : t('dup.undone', { kept: merge.kept, gone: merge.gone });
    await this.listing.again();
  }

  /** It is decided, or is not there any more. */
  drop(id: string): void {
    this.#drop((item) => item.id === id);
  }

  #drop(gone: (item: DuplicateItem) => boolean): void {
    const { items, matched } = this.listing;
    const left = items.filter((item) => !gone(item));
    this.listing.items = left;
    if (matched !== null) this.listing.matched = Math.max(0, matched - (items.length - left.length));
    // Not at the end of the list while the server has more.
    if (left.length < 5 && this.listing.next) void this.listing.more();
  }
}
