/**
 * An owner's own record, by the link that they hold. Its token stands behind `#` in the address,
 * which browsers send to no server; here it goes to the API in a header, and is kept in memory only.
 */
import { ApiError, isAbort, problemOf } from './http';
import { t } from './i18n';
import { here } from './location.svelte';
import type { OwnChanges, OwnConsents, OwnRecord } from './types';

const PATH = '/api/v1/owner';
/** 256 bits in base64url. */
const TOKEN = /^#([\w-]{43})$/;

class OwnPage {
  record = $state.raw<OwnRecord | null>(null);
  error = $state.raw<unknown>(null);
  busy = $state(false);
  /** Without one there is nothing to ask for. */
  token = $state.raw<string | null>(null);

  /** Takes the token of the address, if there is one. */
  take(): void {
    const found = TOKEN.exec(location.hash)?.[1];
    if (found && found !== this.token) {
      this.token = found;
      this.record = null;
    } else if (!found && this.token) {
      // A link inside the page took its place: the page can be loaded anew all the same.
      history.replaceState(history.state, '', `${location.pathname}${location.search}#${this.token}`);
    }
  }

  async load(): Promise<void> {
    this.error = null;
    this.busy = true;
    try {
      this.record = await this.#ask('GET');
    } catch (error) {
      if (!isAbort(error)) this.error = error;
    }
    this.busy = false;
  }

  /** Corrects the record that is shown; the caller shows a refusal. */
  async change(changes: OwnChanges): Promise<void> {
    this.record = await this.#ask('PATCH', changes);
  }

  agree = (to: keyof OwnConsents, given: boolean) => this.change({ consents: { [to]: given } as OwnConsents });

  async #ask(method: 'GET' | 'PATCH', body?: OwnChanges): Promise<OwnRecord> {
    let response: Response;
    try {
      response = await fetch(PATH, {
        method,
        headers: {
          Accept: 'application/json',
          'Accept-Language': here.lang,
          Authorization: `Link ${this.token ?? ''}`,
          ...(body ? { 'Content-Type': 'application/json', 'If-Match': `"${this.record?.revision ?? 0}"` } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        // Whoever is signed in beside this is not meant.
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
      });
    } catch (error) {
      if (isAbort(error)) throw error;
      throw new ApiError(t('error.network'), 0);
    }
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as OwnRecord;
  }
}

export const own = new OwnPage();
