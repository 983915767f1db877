/** The verification desk: what may be decided, and ages in words. */
import { number, t } from './i18n';
import type { DeskDetail, DeskEntry } from './types';

export const deskPath = (rest = '') => `/api/v1/desk${rest}`;
export const deskRecordPath = (id: string) => deskPath(`/${encodeURIComponent(id)}`);
export const enterprisePath = (id: string, rest = '') => `/api/v1/enterprises/${encodeURIComponent(id)}${rest}`;

/** What is decided with a reason; to verify needs none. */
export const ways = ['return', 'duplicate', 'close', 'move', 'missing'] as const;
export type Way = (typeof ways)[number];

const DAY = 86_400_000;

/** Whole days from one time to another. */
export const daysSince = (iso: string, now = Date.now()) => Math.max(0, Math.floor((now - new Date(iso).getTime()) / DAY));

export function ageText(iso: string | null | undefined, now = Date.now()): string {
  if (!iso) return '–';
  const days = daysSince(iso, now);
  return days ? t('desk.days', { n: days }) : t('desk.today');
}

/** Clean ones of others may be decided together. */
export const isClean = ({ rank, own }: DeskEntry) => rank === 'clean' && !own;

/** Whether it still waits, and not for somebody else. */
export function isTheirs({ review, own, document }: DeskDetail): boolean {
  return review === 'submitted' && !own && (!('existence' in document) || document.existence === 'active');
}

/** The id in what was typed: an id, or the address of a page of that record. */
export function idIn(text: string): string | null {
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text)?.[0].toLowerCase() ?? null;
}

export const percent = (part: number, whole: number) => number(whole ? Math.round((100 * part) / whole) : 0);
