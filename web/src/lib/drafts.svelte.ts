/**
 * What was typed into a form and not yet saved: kept beside the pages, so that neither another page
 * nor a session that ends loses it. Nobody else who signs in here sees it. Never a secret.
 */
import { session } from './session.svelte';

export class Draft<Values> {
  values: Values;
  problem = $state.raw<unknown>(null);
  working = $state(false);

  constructor(
    values: Values,
    /** Forgets it: what was typed is saved, or given up. */
    readonly forget: () => void,
  ) {
    this.values = $state(values);
  }

  /** Does something with it; true if it went well. A refusal stays to be shown. */
  async save(action: () => Promise<void>): Promise<boolean> {
    this.working = true;
    this.problem = null;
    try {
      await action();
      this.working = false;
      return true;
    } catch (error) {
      this.problem = error;
      this.working = false;
      return false;
    }
  }
}

const kept = new Map<string, Draft<unknown>>();

/** The draft of that name of whoever is signed in. */
export function draftOf<Values>(name: string, empty: () => Values): Draft<Values> {
  const key = `${session.user?.email ?? ''} ${name}`;
  const found = kept.get(key);
  if (found) return found as Draft<Values>;
  const draft = new Draft(empty(), () => kept.delete(key));
  kept.set(key, draft as Draft<unknown>);
  return draft;
}
