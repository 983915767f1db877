/** One way to the API: language, token, one renewal on 401, problems as errors. */
import { t } from './i18n';
import { here } from './location.svelte';
import { session } from './session.svelte';
import type { ProblemBody } from './types';

export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly problem: Partial<ProblemBody> | null = null,
    /** Seconds to wait before trying again, where the server says so. */
    readonly wait: number | null = null,
  ) {
    super(message);
  }
  /** The stable name of the kind of problem: "second-factor-needed". */
  get kind(): string | null {
    return this.problem?.type?.split(':').at(-1) ?? null;
  }
  get requestId(): string | null {
    return this.problem?.request_id ?? null;
  }
}

export const isAbort = (error: unknown) => error instanceof DOMException && error.name === 'AbortError';

/** The text for a person: the server's own where it gave one. */
export function errorText(error: unknown): string {
  return error instanceof ApiError ? error.message : t('error.unexpected');
}

export async function problemOf(response: Response): Promise<ApiError> {
  let problem: Partial<ProblemBody> | null = null;
  try {
    problem = (await response.json()) as Partial<ProblemBody>;
  } catch {
    // A proxy's HTML page, say. The status is all we know.
  }
  const text = problem?.detail || problem?.title || `${t('error.unexpected')} (${response.status})`;
  const wait = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  return new ApiError(text, response.status, problem, Number.isNaN(wait) ? null : wait);
}

/** What is wrong with each field that was sent, where the server says so. */
export function fieldProblems(error: unknown): string[] {
  const errors = error instanceof ApiError ? (error.problem?.errors ?? []) : [];
  return [...new Set(errors.map(({ detail }) => detail))];
}

/** What is wrong with one field, and what is inside it. */
export function fieldProblem(error: unknown, field: string): string | null {
  const errors = error instanceof ApiError ? (error.problem?.errors ?? []) : [];
  const inside = (name: string) => name === field || name.startsWith(`${field}[`) || name.startsWith(`${field}.`);
  return errors.filter((each) => inside(each.field)).map(({ detail }) => detail).join(' ') || null;
}

export interface Options {
  signal?: AbortSignal;
  accept?: string;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  body?: unknown;
  /** The revision that the reader knows: nothing is changed if there is a newer one. */
  revision?: number;
  /** The same key with the same body makes one thing, however often it is sent. */
  key?: string;
}

async function ask(path: string, options: Options, token: string | null) {
  const { signal, accept, method = 'GET', body, revision, key } = options;
  const headers: Record<string, string> = {
    Accept: accept ?? 'application/json',
    'Accept-Language': here.lang,
  };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (revision !== undefined) headers['If-Match'] = `"${revision}"`;
  if (key) headers['Idempotency-Key'] = key;
  try {
    return await fetch(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ?? null,
      credentials: 'same-origin',
      // What staff may see must never come from, or stay in, the browser's cache.
      cache: token ? 'no-store' : 'default',
    });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(t('error.network'), 0);
  }
}

export async function getResponse(path: string, options: Options = {}): Promise<Response> {
  const token = await session.token();
  let response = await ask(path, options, token);
  if (response.status === 401 && token) {
    response = await ask(path, options, await session.renewed(token));
  }
  // What we may do has changed, perhaps: the pages should not go on offering it.
  if (response.status === 403 && token) void session.renewed(token);
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function getJson<Body>(path: string, options: Options = {}): Promise<Body> {
  const response = await getResponse(path, options);
  try {
    return (await response.json()) as Body;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(t('error.unexpected'), response.status);
  }
}

/** For what answers nothing that is of use here. */
export async function send(path: string, options: Options): Promise<void> {
  await getResponse(path, options);
}
