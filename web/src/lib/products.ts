/** What a product's page asks for and how it reads the answer. Pure. */
import { filterPairs, queryString, type Filter } from './filter';
import type { StatsItem } from './types';

export type Level = 'regency' | 'district';
export type Order = 'count' | 'name' | 'lq' | 'change';

export interface Asked {
  /** Location quotients: only where goods are chosen. */
  lq?: boolean;
  /** An earlier day to compare with. */
  compare?: string;
  /** Sums for signed-in staff. */
  sums?: boolean;
}

export function productPath(by: Level | 'commodity' | 'sector', filter: Filter, { lq, compare, sums }: Asked = {}): string {
  const pairs: [string, string][] = [['group_by', by]];
  if (lq) pairs.push(['lq', 'true']);
  if (compare) pairs.push(['compare_as_of', compare]);
  if (sums) pairs.push(['measure', 'workers,capacity']);
  return `/api/v1/stats?${queryString([...pairs, ...filterPairs(filter)])}`;
}

/** A filter asks for goods: only then is a region more or less specialised in them. */
export const asksForGoods = (filter: Filter) =>
  filter.commodity.length > 0 || filter.sector.length > 0 || filter.other.some(([name]) => name === 'kbli');

export interface Row {
  /** Null: the usaha that state no such region. */
  code: string | null;
  name: string;
  count: number;
  lq: number | null;
  before: { count: number; lq: number | null } | null;
  change: { count: number; lq: number | null } | null;
  workers: StatsItem['workers'] | null;
  capacity: NonNullable<StatsItem['capacity']>;
}

export const rowOf = (item: StatsItem, name: (code: string) => string, none: string): Row => {
  const code = item.values[0] ?? null;
  const { before, change } = item;
  return {
    code,
    name: code === null ? none : name(code),
    count: item.count,
    lq: item.lq ?? null,
    before: before ? { count: before.count, lq: before.lq ?? null } : null,
    change: change ? { count: change.count, lq: change.lq ?? null } : null,
    workers: item.workers ?? null,
    capacity: item.capacity ?? [],
  };
};

/** The greatest first; what is not known last. */
export function ordered(rows: Row[], by: Order): Row[] {
  const value = (row: Row) => (by === 'lq' ? row.lq : by === 'change' ? (row.change?.count ?? null) : row.count);
  return rows.toSorted((a, b) => {
    const alike = a.name.localeCompare(b.name, 'id');
    if (by === 'name') return alike;
    return (value(b) ?? -Infinity) - (value(a) ?? -Infinity) || b.count - a.count || alike;
  });
}

/** Fewer usaha than this say little about a region. */
export const FEW = 5;

/** How special a region is: upper bounds, and words (`product.lq.…`) for each. */
export const QUOTIENTS = [
  { below: 0.5, word: 'rare' },
  { below: 0.8, word: 'less' },
  { below: 1.25, word: 'alike' },
  { below: 2, word: 'more' },
  { below: Infinity, word: 'special' },
] as const;

export type QuotientWord = (typeof QUOTIENTS)[number]['word'];

/** The place among these of a quotient; -1 where there is none. */
export const quotientClass = (lq: number | null): number => (lq === null ? -1 : QUOTIENTS.findIndex(({ below }) => lq < below));

export const isDay = (text: string | undefined): text is string => /^\d{4}-\d\d-\d\d$/.test(text ?? '');
