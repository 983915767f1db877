/** Sends a file with its progress told, which `fetch` cannot do. */
import { ApiError, problemOf } from './http';
import { t } from './i18n';
import { here } from './location.svelte';
import { session } from './session.svelte';

interface Options {
  /** The share of the file that has gone, 0 to 1. */
  onprogress: (share: number) => void;
  signal?: AbortSignal;
}

function put(path: string, file: Blob | FormData, token: string | null, { onprogress, signal }: Options): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open('POST', path);
    // A form says itself how its parts are told from one another.
    if (file instanceof Blob) request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Accept-Language', here.lang);
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.upload.onprogress = ({ loaded, total }) => onprogress(total ? loaded / total : 0);
    request.onload = () => {
      const wait = request.getResponseHeader('Retry-After');
      const headers: Record<string, string> = wait ? { 'Retry-After': wait } : {};
      resolve(new Response(request.responseText || null, { status: request.status, headers }));
    };
    // A server that refuses a large file may close before it has come: then there is no answer.
    request.onerror = () => reject(new ApiError(t('error.network'), 0));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    request.onloadend = () => signal?.removeEventListener('abort', stop);
    signal?.addEventListener('abort', stop);
    request.send(file);
  });
}

export async function upload<Body>(path: string, file: Blob | FormData, options: Options): Promise<Body> {
  // Renewed beforehand if it is about to end: a large file is not sent twice for that.
  const token = await session.token();
  let response = await put(path, file, token, options);
  if (response.status === 401 && token) {
    response = await put(path, file, await session.renewed(token), options);
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Body;
}
