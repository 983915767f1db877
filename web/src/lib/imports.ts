/** Imports in words, and the grammar of their pages' addresses. */
import { number, t, word } from './i18n';
import { pageLink } from './links';
import type { ImportColumn, ImportCounts, ImportState, ImportSummary, ListKind, RowOutcome } from './types';

export const importPath = (id: string, rest = '') => `/api/v1/imports/${encodeURIComponent(id)}${rest}`;
export const importLink = (id: string, own: Record<string, string> = {}) =>
  pageLink(`/impor/${encodeURIComponent(id)}`, { own });

/** The steps of one import, in their order; each has its address. */
export const importTabs = ['kolom', 'pratinjau', 'impor', 'hasil'] as const;
export type ImportTab = (typeof importTabs)[number];

const running: ImportState[] = ['previewing', 'importing', 'stopping', 'undoing'];
export const isRunning = (state: ImportState) => running.includes(state);

/** It has stored something: a preview of it now would hide that it can be undone or resumed. */
export const hasRun = (state: ImportState) => state === 'done' || state === 'stopped' || state === 'failed';

/** Which step somebody who opens it wants to see. */
export function tabOf(state: ImportState): ImportTab {
  if (state === 'uploaded') return 'kolom';
  if (state === 'previewing' || state === 'previewed') return 'pratinjau';
  return state === 'done' || state === 'undoing' || state === 'undone' ? 'hasil' : 'impor';
}

/** Below this a person should look at what a column was taken for. */
export const SURE = 0.75;
export const needsLook = ({ confidence }: ImportColumn) => confidence < SURE;

export function confidenceWord({ confidence, field }: ImportColumn): string {
  if (!field) return t('column.unknown');
  if (confidence >= 0.9) return t('column.certain');
  return t(confidence >= SURE ? 'column.likely' : 'column.doubtful');
}

export const percent = (share: number) => `${number(Math.round(share * 100))}%`;

export const outcomes: RowOutcome[] = ['rejected', 'warned', 'accepted', 'skipped', 'unchanged'];
/** Rows that ask for something: what is shown first. */
export const ASKING = 'rejected,warned';

/** How many rows an outcome of the address stands for. */
export function countOf(counts: ImportCounts, outcome: string): number {
  if (outcome === 'all') return counts.read;
  return outcome.split(',').reduce((sum, each) => sum + (counts[each as RowOutcome] ?? 0), 0);
}

/** Which rows are shown before somebody chooses. */
export const firstOutcome = (counts: ImportCounts | null | undefined) =>
  counts && countOf(counts, ASKING) > 0 ? ASKING : 'all';

export const kinds: ListKind[] = ['ikm', 'ukm', 'kopwan', 'koperasi'];

/** "12,3 MB" */
export function fileSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** step;
  return `${number(Number(value.toFixed(step && value < 100 ? 1 : 0)))}\u00a0${units[step] ?? 'B'}`;
}

/** The beginning of a file's hash is enough to tell two files apart. */
export const shortHash = (hash: string) => hash.slice(0, 12);

/** "1.200 dibaca, 1.100 diterima, …": only what there is. */
export function countsText(counts: ImportCounts): string {
  const shown = outcomes.filter((outcome) => counts[outcome] > 0);
  return [t('import.readCount', { n: counts.read }), ...shown.map((outcome) => `${number(counts[outcome])} ${word('outcomeRow', outcome)}`)].join(', ');
}

/** What it came to in one line, as far as it came. */
export function summary(item: ImportSummary): string {
  if (item.undo) return t('undo.counts', { removed: item.undo.removed, restored: item.undo.restored, skipped: item.undo.skipped });
  const counts = item.result ?? item.preview;
  return counts ? countsText(counts) : '';
}
