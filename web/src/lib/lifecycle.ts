/**
 * Which steps are offered at a record. The server decides; this only keeps buttons away that it
 * would refuse (its own table says the same).
 */
import type { InternalEnterprise, Right, SessionBody } from './types';

export const steps = [
  'submit', 'verify', 'return', 'publish', 'unpublish', 'move', 'close', 'reopen',
] as const;
export type Step = (typeof steps)[number];

/** Steps that cannot do without a reason. */
export const needsReason = (step: Step) => step === 'return' || step === 'move';
/** Steps that are done at once: nothing has to be said for them. */
export const plain = (step: Step) => step === 'submit' || step === 'verify';

export function offered(item: InternalEnterprise, user: SessionBody['user'] | null): Step[] {
  const may = (right: Right) => user?.rights.includes(right) ?? false;
  if (!user || !may('write_records')) return [];
  const decides = may('decide');
  const { review, existence, publication } = item;
  const own = item.author === user.email;
  const active = existence === 'active';
  const allowed: Record<Step, boolean> = {
    // What came in without an author is submitted by whoever decides for the area.
    submit: active && (review === 'draft' || review === 'returned') && (own || (!item.author && decides)),
    // Nobody verifies their own submission.
    verify: decides && active && review === 'submitted' && !own,
    return: decides && active && review === 'submitted',
    publish: decides && active && review === 'verified' && publication === 'unpublished',
    unpublish: decides && publication === 'published',
    move: decides && active,
    close: decides && active,
    reopen: decides && (existence === 'closed' || existence === 'moved'),
  };
  return steps.filter((step) => allowed[step]);
}
