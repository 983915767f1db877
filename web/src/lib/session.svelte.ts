/**
 * Who is signed in. The access token lives in memory only; the refresh cookie is
 * HttpOnly. A hint in localStorage says whether asking for a new token is worth a
 * request, so that anonymous visits cause none.
 */
import type { Right, SessionBody } from './types';

const PATH = '/api/v1/auth/session';
const HINT = 'signed_in';
/** Renew this long before the token ends, for slow networks and skewed clocks. */
const EARLY_MS = 30_000;

function hint(value?: boolean): boolean {
  try {
    if (value === true) localStorage.setItem(HINT, '1');
    if (value === false) localStorage.removeItem(HINT);
    return localStorage.getItem(HINT) !== null;
  } catch {
    return false;
  }
}

class Session {
  user = $state.raw<SessionBody['user'] | null>(null);
  /** The session ended by itself: said once, so that nobody wonders. */
  ended = $state(false);
  /** Until it is known whether somebody is signed in, nobody is turned away. */
  restoring = $state(hint());
  /** Changes whenever who we are changes: what was fetched before is stale then. */
  epoch = $state(0);

  #token: string | null = null;
  #until = 0;
  #renewal: Promise<string | null> | null = null;

  /** Whether a right is ours: the server decides, this only spares a refusal. */
  may = (right: Right): boolean => this.user?.rights.includes(right) ?? false;

  /** The token for a request, renewed when it is about to end. */
  async token(): Promise<string | null> {
    if (this.#renewal) return this.#renewal;
    if (!this.#token) return null;
    return Date.now() < this.#until - EARLY_MS ? this.#token : this.renewed(this.#token);
  }

  /** A token newer than `old`, or null: then nobody is signed in any more. */
  async renewed(old: string): Promise<string | null> {
    if (this.#token !== old) return this.#token;
    return (this.#renewal ??= this.#renew().finally(() => (this.#renewal = null)));
  }

  /** When the page opens, and where there was no network then (`late`), when it comes back. */
  async restore(late = false): Promise<void> {
    if (this.user || !hint()) return;
    await (this.#renewal ??= this.#renew(!late).finally(() => (this.#renewal = null)));
    this.restoring = false;
  }

  /** `code`: of the second factor. Answers the refusal, if it is one. */
  async signIn(email: string, password: string, code: string, language: string): Promise<Response | null> {
    const response = await fetch(PATH, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', 'Accept-Language': language },
      body: JSON.stringify({ email, password, ...(code ? { code } : {}) }),
    });
    if (!response.ok) return response;
    this.#accept((await response.json()) as SessionBody);
    return null;
  }

  async signOut(): Promise<void> {
    const token = this.#token;
    this.#forget();
    try {
      await fetch(PATH, {
        method: 'DELETE',
        credentials: 'same-origin',
        headers: token ? { Authorization: `Bearer ${token}` } : {},
      });
    } catch {
      // Signed out here in any case; the cookie ends by itself.
    }
  }

  async #renew(first = false): Promise<string | null> {
    // A refresh token may be used once, and reuse ends the whole session: two tabs
    // must not renew at the same moment.
    const ask = () => fetch(`${PATH}/refresh`, { method: 'POST', credentials: 'same-origin' });
    let response: Response;
    try {
      response = navigator.locks ? await navigator.locks.request('sentra.session', ask) : await ask();
    } catch {
      return this.#token; // no network: not a reason to sign anyone out
    }
    if (response.ok) {
      this.#accept((await response.json()) as SessionBody, first);
      return this.#token;
    }
    if (response.status === 401 || response.status === 403) {
      this.ended = this.user !== null;
      this.#forget();
    }
    return null;
  }

  /** `first`: every request so far has waited for this token, so nothing is stale. */
  #accept(body: SessionBody, first = false) {
    this.#token = body.access_token;
    this.#until = Date.now() + body.expires_in * 1000;
    // A renewal may bring another role, area or grant.
    const other = JSON.stringify(this.user) !== JSON.stringify(body.user);
    if (other && !first) this.epoch += 1;
    if (other) this.user = body.user;
    this.ended = false;
    hint(true);
  }

  #forget() {
    this.#token = null;
    this.#until = 0;
    if (this.user) this.epoch += 1;
    this.user = null;
    hint(false);
  }
}

export const session = new Session();
