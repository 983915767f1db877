/** The log of reads in words, and its reports as tables. */
import type { Cell } from './csv';
import { dateTime } from './format';
import { number, t, word } from './i18n';
import { areaName, endOfDay } from './staff';
import type { ActorReadReport, LoggedRead, ReadKind, RecordReadReport } from './types';

export const readKinds: ReadKind[] = [
  'record', 'revision', 'restricted', 'person_match', 'person_export', 'list', 'suggestions', 'export', 'tile', 'quality', 'stats', 'changes', 'duplicates', 'import',
];

/** The period of the address, as the API wants it: whole days in Java. */
export function periodPairs({ since, until }: Record<string, string>): [string, string][] {
  return [
    ...(since ? [['since', `${since}T00:00:00+07:00`] as [string, string]] : []),
    ...(until ? [['until', endOfDay(until)] as [string, string]] : []),
  ];
}

/** "area:35.15" → "Kabupaten Sidoarjo" */
export function scopeName(scope: string): string {
  const [kind = '', of = ''] = scope.split(':');
  return kind === 'area' ? areaName(of) : word('readScope', kind);
}

/** A filter as it was typed: its commas are commas. */
export function filterText(filter: string | null | undefined): string {
  if (!filter) return t('read.noFilter');
  try {
    return decodeURIComponent(filter.replaceAll('+', ' '));
  } catch {
    return filter;
  }
}

/** What was read: how many of what. */
export function readWhat(read: LoggedRead): string {
  const parts = [];
  if (read.kind === 'tile') parts.push(t('read.tiles', { n: read.count }));
  else if (!read.entity_id) parts.push(t('read.rows', { n: read.count }));
  const { matched, unmasked, parts: held, revision, state } = read.detail;
  if (typeof matched === 'number') parts.push(t('read.matched', { n: matched }));
  if (typeof revision === 'number') parts.push(t('record.revision', { n: revision }));
  if (held?.length) parts.push(t('read.parts', { n: held.length }));
  if (unmasked) parts.push(t('read.unmasked'));
  if (state) parts.push(word('exportState', state));
  return parts.join(', ');
}

export interface ReportTable {
  key: string;
  title: string;
  hint: string;
  columns: string[];
  rows: Cell[][];
}

const span = (item: { first_at: string; last_at: string }) => [new Date(item.first_at), new Date(item.last_at)];

export function recordTables(report: RecordReadReport): ReportTable[] {
  const [who, what, times, first, last] = [t('read.actor'), t('read.kind'), t('read.times'), t('read.first'), t('read.last')];
  return [
    {
      key: 'direct', title: t('report.direct'), hint: t('report.directHint'),
      columns: [who, what, times, first, last, t('read.purpose'), t('read.unmaskedTimes')],
      rows: report.direct.map((item) => [
        item.actor, word('readKind', item.kind), item.times, ...span(item), item.purposes.join('; '), item.unmasked,
      ]),
    },
    {
      key: 'shown', title: t('report.shown'), hint: t('report.shownHint'),
      columns: [who, what, t('read.filter'), times, first, last, t('read.allRows'), t('read.certain')],
      rows: report.shown.map((item) => [
        item.actor, word('readKind', item.kind), filterText(item.filter), item.times, ...span(item), item.rows,
        t(item.certain ? 'read.sure' : 'read.perhaps'),
      ]),
    },
    {
      key: 'changed', title: t('report.changed'), hint: t('report.changedHint'),
      columns: [who, times, first, last],
      rows: report.changed_by.map((item) => [item.actor, item.times, ...span(item)]),
    },
  ];
}

export function actorTables(report: ActorReadReport): ReportTable[] {
  const times = t('read.times');
  return [
    {
      key: 'kinds', title: t('report.kinds'), hint: t('report.kindsHint', { n: report.records }),
      columns: [t('read.kind'), times, t('read.allRows'), t('read.first'), t('read.last')],
      rows: report.kinds.map((item) => [word('readKind', item.kind), item.times, item.rows, ...span(item)]),
    },
    {
      key: 'restricted', title: t('report.restricted'), hint: t('report.restrictedHint'),
      columns: [t('read.at'), t('read.kind'), t('read.id'), t('read.purpose'), t('read.what')],
      rows: report.restricted.map((item) => [
        new Date(item.at), word('readKind', item.kind), item.entity_id ?? '', item.purpose ?? '', readWhat(item),
      ]),
    },
    {
      key: 'filters', title: t('report.filters'), hint: t('report.filtersHint'),
      columns: [t('read.kind'), t('read.filter'), times, t('read.allRows')],
      rows: report.filters.map((item) => [word('readKind', item.kind), filterText(item.filter), item.times, item.rows]),
    },
  ];
}

/** As a reader writes it. */
export function shown(value: Cell): string {
  if (value instanceof Date) return dateTime(value.toISOString());
  return typeof value === 'number' ? number(value) : value;
}

const SEVEN_HOURS = 7 * 3_600_000;

/** As a spreadsheet sorts it: numbers stay numbers, times are Java's to the second. */
function filed(value: Cell): string | number {
  if (!(value instanceof Date)) return value;
  return `${new Date(value.getTime() + SEVEN_HOURS).toISOString().slice(0, 19)}+07:00`;
}

/** All tables of a report as one, each row with the name of its own. */
export function reportRows(tables: ReportTable[]): { header: string[]; rows: (string | number)[][] } {
  const columns = [...new Set(tables.flatMap((table) => table.columns))];
  const rows = tables.flatMap((table) =>
    table.rows.map((row) => [
      table.title,
      ...columns.map((column) => {
        const at = table.columns.indexOf(column);
        return at < 0 ? '' : filed(row[at] ?? '');
      }),
    ]),
  );
  return { header: [t('report.part'), ...columns], rows };
}
