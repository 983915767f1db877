/** The file that is chosen or on its way: another page, and coming back, changes nothing of it. */
import { draftOf, type Draft } from './drafts.svelte';
import { queryString } from './filter';
import { ApiError, isAbort } from './http';
import { t } from './i18n';
import { importLink } from './imports';
import { goTo } from './links';
import { here } from './location.svelte';
import type { Import } from './types';
import { upload } from './upload';

export interface Upload {
  file: File | null;
  source: string;
  /** The share that has gone, 0 to 1; null: nothing is on its way. */
  sent: number | null;
  abort: AbortController | null;
}

const LARGEST = 1024 ** 3;

export const uploadDraft = (): Draft<Upload> =>
  draftOf('upload', () => ({ file: null, source: '', sent: null, abort: null }));

export async function sendFile(draft: Draft<Upload>): Promise<void> {
  const { values } = draft;
  const { file } = values;
  const source = values.source.trim();
  let made: Import | null = null;
  await draft.save(async () => {
    if (!file) throw new ApiError(t('import.noFile'), 0);
    if (file.size > LARGEST) throw new ApiError(t('import.tooLarge'), 0);
    const pairs: [string, string][] = [['name', file.name], ...(source ? [['source', source] as [string, string]] : [])];
    const abort = new AbortController();
    values.abort = abort;
    values.sent = 0;
    try {
      made = await upload<Import>(`/api/v1/imports?${queryString(pairs)}`, file, {
        onprogress: (share) => (values.sent = share),
        signal: abort.signal,
      });
    } catch (error) {
      if (!isAbort(error)) throw error;
    } finally {
      values.sent = null;
      values.abort = null;
    }
  });
  const done = made as Import | null;
  if (!done) return;
  draft.forget();
  if (here.path === '/impor') goTo(importLink(done.id));
}
