/** Campaigns of the mapping exercise: addresses, places in words, what coverage comes to. Pure but for names. */
import { codes } from './codes.svelte';
import { fieldName } from './differences';
import { number, t } from './i18n';
import { pageLink } from './links';
import { here } from './location.svelte';
import type { Campaign, CoverageRow, Visit, VisitState } from './types';
import { session } from './session.svelte';
import { villages } from './villages.svelte';

export const FIELD = '/pendataan';
export const campaignPath = (id: string, rest = '') => `/api/v1/campaigns/${encodeURIComponent(id)}${rest}`;
export const campaignLink = (id: string, own: Record<string, string> = {}) =>
  pageLink(`${FIELD}/${encodeURIComponent(id)}`, { own });

/** Who plans and leads; others go to the field, or look. */
export const leads = () => session.may('manage_campaigns');
export const goesOut = () => session.may('submit_visits') && !leads();

/** A team while it is written: addresses by line or comma. */
export interface TeamValues {
  name: string;
  members: string;
}
export interface PlanValues {
  name: string;
  from: string;
  until: string;
  regions: string[];
  questionnaire: string;
  note: string;
  /** "250.000.000": whole rupiah. */
  budget: string;
  budget_source: string;
  teams: TeamValues[];
}

export const addresses = (text: string): string[] => [...new Set(text.split(/[,;\s]+/).filter(Boolean))];
/** A number as typed with or without points; what is none is sent as it is, and the server says so. */
const rupiah = (text: string): number | string => (/^[\d.\s]+$/.test(text) ? Number(text.replace(/[.\s]/g, '')) : text);

/** As the server takes it: what was left empty is missing, and it says so. */
export function campaignBody({ name, from, until, regions, questionnaire, note, budget, budget_source, teams }: PlanValues) {
  const given = Object.entries({ from, until, questionnaire, note: note.trim(), budget_source: budget_source.trim() }).filter(([, value]) => value);
  return {
    name: name.trim(), regions, ...Object.fromEntries(given), ...(budget.trim() ? { budget: rupiah(budget.trim()) } : {}),
    teams: teams.map((team) => ({ name: team.name.trim(), members: addresses(team.members) })),
  };
}

/** A campaign as it is edited. */
export function planOf({ name, from, until, regions, questionnaire, note, budget, budget_source, teams }: Campaign): PlanValues {
  return {
    name, from, until, regions: [...regions], questionnaire, note: note ?? '',
    budget: budget === undefined || budget === null ? '' : number(budget), budget_source: budget_source ?? '',
    teams: (teams ?? []).map((team) => ({ name: team.name, members: team.members.join('\n') })),
  };
}

/** What waits for somebody to choose. */
export const heldStates: VisitState[] = ['conflict', 'faulty', 'waiting'];
export const visitStates: VisitState[] = ['applied', 'conflict', 'faulty', 'waiting', 'partial', 'superseded', 'dismissed'];

interface Told { field: string; text: string; text_en: string }

/** What of a visit was left out, or why it is held; that it is in conflict its state says already. */
export function problemsOf({ state, problems }: Pick<Visit, 'state' | 'problems'>): { name: string; text: string }[] {
  const all = problems as unknown as Told[];
  return all
    .filter(({ field }) => !(state === 'conflict' && field === 'revision'))
    .map(({ field, text, text_en: english }) => ({ name: fieldName(field), text: here.lang === 'en' ? english : text }));
}

/** The name of a region of any level, as far as it has been asked for. */
export function placeName(code: string): string {
  if (code === '35') return t('area.province');
  return code.length > 8 ? villages.name(code) : (codes.region(code)?.name ?? code);
}

/** "Kedungturi, Taman": a village's name alone is borne by many. */
export function villagePlace(code: string): string {
  const district = codes.region(code.slice(0, 8))?.name;
  return district ? `${placeName(code)}, ${district}` : placeName(code);
}

/** Asks for the names of these regions. */
export function wantPlaces(regions: (string | null | undefined)[]): void {
  for (const code of regions) {
    if (!code) continue;
    if (code.length >= 8) void codes.loadDistricts(code.slice(0, 5));
    if (code.length > 8) villages.want(code.slice(0, 8));
  }
}

export const levels = ['regency', 'district', 'village'] as const;
export type FieldLevel = (typeof levels)[number];

/** How much of a region somebody has been to, in four steps. */
export type Seen = 'none' | 'some' | 'most' | 'all';
export const seenSteps: Seen[] = ['none', 'some', 'most', 'all'];

export function seenOf({ villages: all, not_visited }: Pick<CoverageRow, 'villages' | 'not_visited'>): Seen {
  const share = all ? (all - not_visited) / all : 0;
  if (share === 0) return 'none';
  if (share === 1) return 'all';
  return share < 0.5 ? 'some' : 'most';
}

/** "12 dari 19 desa didatangi" */
export const seenText = ({ villages: all, not_visited }: Pick<CoverageRow, 'villages' | 'not_visited'>) =>
  t('cover.seen', { n: all - not_visited, of: all });

/** Nobody was there: then nothing was counted, and no number is shown. */
export const countedText = (row: CoverageRow, value: number): string =>
  row.not_visited === row.villages ? '–' : number(value);

/** Sums rows of districts for the regencies that they are in. */
export function byRegency(rows: CoverageRow[]): Map<string, { villages: number; not_visited: number }> {
  const sums = new Map<string, { villages: number; not_visited: number }>();
  for (const { region, villages: all, not_visited } of rows) {
    const sum = sums.get(region.slice(0, 5)) ?? { villages: 0, not_visited: 0 };
    sums.set(region.slice(0, 5), { villages: sum.villages + all, not_visited: sum.not_visited + not_visited });
  }
  return sums;
}

/** The districts of these villages, in the order of their codes. */
export const districtsOf = (codesOfVillages: string[]): string[] =>
  [...new Set(codesOfVillages.map((code) => code.slice(0, 8)))].sort();

export interface TargetLine {
  /** From 1, as typed. */
  line: number;
  village: string;
  expected: number | null;
  source: string;
  fault: 'village' | 'number' | 'source' | null;
}

/** "3515062001" or "35.15.06.2001" */
function villageCode(text: string): string | null {
  const digits = text.replace(/[.\s]/g, '');
  if (!/^\d{10}$/.test(digits)) return null;
  return [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6), digits.slice(6)].join('.');
}

/** Lines of "code, number, source", out of a spreadsheet or typed; a heading may stand above them. */
export function targetLines(text: string): TargetLine[] {
  const lines: TargetLine[] = [];
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    if (!raw.trim()) continue;
    const by = raw.includes('\t') ? '\t' : raw.includes(';') ? ';' : ',';
    const [code = '', count = '', ...rest] = raw.split(by).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    if (!lines.length && !/\d/.test(code)) continue;
    const village = villageCode(code);
    const unknown = /^(|-|–|\?)$/.test(count);
    const whole = /^(\d+|\d{1,3}(\.\d{3})+)$/.test(count) ? Number(count.replaceAll('.', '')) : null;
    const source = rest.join(by === '\t' ? ' ' : `${by} `).trim();
    const fault = !village ? 'village' : !unknown && whole === null ? 'number' : whole !== null && !source ? 'source' : null;
    lines.push({ line: at + 1, village: village ?? code, expected: whole, source, fault });
  }
  return lines;
}
