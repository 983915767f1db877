/** The verification desk: what may be decided, and ages in words. */
import { number, t } from './i18n';
import { pageLink } from './links';
import type { CheckOutcome, DeskDetail, DeskEntry } from './types';

export const deskPath = (rest = '') => `/api/v1/desk${rest}`;
export const deskRecordPath = (id: string) => deskPath(`/${encodeURIComponent(id)}`);
export const enterprisePath = (id: string, rest = '') => `/api/v1/enterprises/${encodeURIComponent(id)}${rest}`;

/** What is decided with a reason; to verify needs none. */
export const ways = ['return', 'duplicate', 'close', 'move', 'missing'] as const;
export type Way = (typeof ways)[number];

/** The tab of what is held, in the address. */
export const HELD_TAB = 'tertahan';
export const heldLink = (visit: string) => pageLink('/meja', { own: { tab: HELD_TAB, visit } });

/** The sample, in the address of the offices. */
export const SAMPLE_VIEW = 'sampel';
export const checkOutcomes: CheckOutcome[] = ['confirmed', 'wrong', 'not_found'];
/** What may be wrong, as the server takes it. */
export const checkFields = [
  'name', 'registrations', 'legal_form', 'founded_year', 'nib', 'kbli', 'sectors', 'commodities', 'products', 'region', 'point',
  'address', 'owners', 'workers', 'contact', 'certificates', 'channels', 'needs', 'practices', 'cooperative', 'sentra',
] as const;

/** "850 m", "2,4 km" */
export const distanceText = (metres: number) =>
  metres < 1000 ? t('desk.metres', { n: Math.round(metres) }) : t('desk.kilometres', { n: Math.round(metres / 100) / 10 });

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
