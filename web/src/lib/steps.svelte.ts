/** What staff are about to do to a record, and what they typed for it so far. */
import type { Step } from './lifecycle';
import type { BasisKind, Grounds } from './types';

export class StepDraft {
  step = $state<Step | null>(null);
  reason = $state('');
  basisKind = $state<BasisKind>('consent');
  basisText = $state('');
  basisOn = $state('');
  problem = $state.raw<unknown>(null);
  working = $state(false);

  grounds(step: Step): Grounds {
    const reason = this.reason.trim() ? { reason: this.reason.trim() } : {};
    if (step !== 'publish') return reason;
    const on = this.basisOn ? { on: this.basisOn } : {};
    return { ...reason, basis: { kind: this.basisKind, text: this.basisText.trim(), ...on } };
  }
}

const drafts = new Map<string, StepDraft>();

/**
 * Kept beside the page: closing the panel, or a session that ends while somebody types, loses
 * nothing. Nobody else who signs in here sees it.
 */
export function draftFor(email: string, id: string): StepDraft {
  const key = `${email} ${id}`;
  let draft = drafts.get(key);
  if (!draft) drafts.set(key, (draft = new StepDraft()));
  return draft;
}

export function forgetDraft(email: string, id: string) {
  drafts.delete(`${email} ${id}`);
}
