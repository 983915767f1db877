/** Pairs of the queue in words, and which of the two is kept. */
import { valueText } from './differences';
import { here } from './location.svelte';
import { number, t, word } from './i18n';
import type { DuplicateDetail, DuplicateField, DuplicateItem, DuplicateSide, DuplicateStatus } from './types';

export const statuses: DuplicateStatus[] = ['open', 'merged', 'not_the_same'];
export const scores = ['', '60', '70', '80', '90'];

export const pairPath = (id: string, rest = '') => `/api/v1/duplicates/${encodeURIComponent(id)}${rest}`;

export const sideName = ({ name }: DuplicateSide) => name ?? t('dup.hidden');
export const pairName = ({ records }: Pick<DuplicateItem, 'records'>) =>
  t('dup.pairOf', { one: records[0] ? sideName(records[0]) : '', two: records[1] ? sideName(records[1]) : '' });

export const scoreText = ({ score }: { score?: number | null }) =>
  typeof score === 'number' ? t('dup.score', { n: score }) : t('dup.noScore');

type Reason = DuplicateItem['reasons'][number];
export const reasonText = (reason: Reason) => (here.lang === 'en' ? reason.text_en : reason.text);

/** What speaks for it, and what against, the weightiest first. */
export function weighed(reasons: Reason[]): { speaks: Reason[]; against: Reason[] } {
  const sorted = [...reasons].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return { speaks: sorted.filter(({ weight }) => weight > 0), against: sorted.filter(({ weight }) => weight <= 0) };
}

/** A reason to begin with, from what the comparison says; whoever decides writes their own over it. */
export function offeredReason(pair: DuplicateDetail, merge: boolean): string {
  const { speaks, against } = weighed(pair.reasons);
  return (merge ? speaks : against).slice(0, 3).map(reasonText).join('; ');
}

/** Who may decide of both may merge and part them. */
export const isOurs = ({ records }: DuplicateDetail) => records.every(({ ask_other_office }) => !ask_other_office);

/** The one that is published, else the one that says more. */
export function fuller({ documents, fields }: DuplicateDetail): 0 | 1 {
  const published = documents.map((document) => (document && 'publication' in document && document.publication === 'published' ? 1 : 0));
  if (published[0] !== published[1]) return (published[1] ?? 0) > (published[0] ?? 0) ? 1 : 0;
  const said = [0, 1].map((at) => fields.filter(({ values }) => says(values[at])).length);
  return (said[1] ?? 0) > (said[0] ?? 0) ? 1 : 0;
}

export const says = (value: unknown) => value !== null && value !== undefined;

interface Point {
  lat: number;
  lon: number;
}
const isPoint = (value: unknown): value is Point =>
  typeof value === 'object' && value !== null && 'lat' in value && 'lon' in value && typeof value.lat === 'number' && typeof value.lon === 'number';

/** As a person reads it: a point is two numbers. */
export function fieldText({ field }: DuplicateField, value: unknown): string {
  if ((field === 'point' || field === 'public_place') && isPoint(value)) return `${value.lat}, ${value.lon}`;
  return valueText(field, value);
}

/** The two points, where both are known: the true ones if we may see them, else those for the public. */
export function pointsOf({ fields }: DuplicateDetail): [Point, Point] | null {
  for (const wanted of ['point', 'public_place']) {
    const [one, two] = fields.find(({ field }) => field === wanted)?.values ?? [];
    if (isPoint(one) && isPoint(two)) return [one, two];
  }
  return null;
}

const EARTH_M = 6_371_000;
const DIRECTIONS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'];

/** "Jarak kedua titik: 120 m; titik 2 di timur laut titik 1." Near enough for what a person walks. */
export function distanceText([one, two]: [Point, Point]): string {
  const radians = Math.PI / 180;
  const north = (two.lat - one.lat) * radians * EARTH_M;
  const east = (two.lon - one.lon) * radians * EARTH_M * Math.cos(one.lat * radians);
  const metres = Math.hypot(north, east);
  if (metres < 1) return t('dup.samePoint');
  const direction = DIRECTIONS[(Math.round(Math.atan2(east, north) / (Math.PI / 4)) + 8) % 8] ?? 'n';
  const distance = metres < 1000 ? `${number(Math.round(metres))} m` : `${number(Number((metres / 1000).toFixed(1)))} km`;
  return t('dup.distance', { distance, direction: word('compass', direction) });
}
