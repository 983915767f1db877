/** Questions: what an answer may be, when one is asked, and what is known of an usaha beforehand. */
import { codes } from './codes.svelte';
import { here } from './location.svelte';
import { nameOf, number, t, word } from './i18n';
import type { Enterprise, Question, QuestionType, QuestionnaireField } from './types';

export type AnswerKind = QuestionType | 'date' | 'point' | 'photo' | 'products';
export interface Choice {
  code: string;
  label: string;
}

/** Codes that a field takes, by the group of their words. */
const lists: Record<string, readonly string[]> = {
  kind: ['ikm', 'ukm', 'kopwan', 'koperasi'],
  form: ['perorangan', 'ud', 'cv', 'firma', 'pt', 'pt_perorangan', 'koperasi', 'yayasan', 'lainnya'],
  sex: ['female', 'male'],
  per: ['day', 'week', 'month', 'year'],
  need: ['capital', 'marketing', 'management', 'workers', 'materials', 'machines', 'skills', 'legality'],
  practice: [
    'waste_sorted', 'waste_treated', 'waste_collected', 'wastewater_treated', 'protective_equipment',
    'fire_extinguisher', 'first_aid', 'ventilation', 'clean_water', 'chemicals_stored',
  ],
  cert: ['halal', 'pirt', 'bpom', 'sni', 'tkdn', 'trademark', 'siinas', 'iso', 'haccp', 'svlk', 'batikmark', 'other'],
  platform: [
    'store', 'market', 'website', 'shopee', 'tokopedia', 'lazada', 'bukalapak', 'instagram', 'facebook', 'tiktok',
    'whatsapp', 'e_katalog', 'export', 'other',
  ],
  agree: ['publish', 'exact_point', 'contact', 'capacity', 'personal_name'],
};

interface FieldRule {
  kind: AnswerKind;
  list?: string;
  pattern?: RegExp;
  min?: number;
  max?: number;
}
const PHONE = /^(\+62|62|0)[0-9 .-]{7,15}$/;
const HEADS: FieldRule = { kind: 'integer', min: 0, max: 100_000 };
const RUPIAH: FieldRule = { kind: 'integer', min: 0, max: 1e15 };

/** The registry's own fields, as the server asks for them. */
const rules: Record<string, FieldRule> = {
  sector: { kind: 'select_one', list: 'sector' },
  kinds: { kind: 'select_many', list: 'kind' },
  legal_form: { kind: 'select_one', list: 'form' },
  founded_year: { kind: 'integer', min: 1800, max: new Date().getFullYear() },
  nib: { kind: 'text', pattern: /^\d{13}$/ },
  kbli: { kind: 'text', pattern: /^\d{5}$/ },
  products: { kind: 'products' },
  point: { kind: 'point' },
  owner_sex: { kind: 'select_one', list: 'sex' },
  owner_phone: { kind: 'text', pattern: PHONE },
  owner_nik: { kind: 'text', pattern: /^\d{16}$/ },
  owner_birth_date: { kind: 'date' },
  workers_male: HEADS,
  workers_female: HEADS,
  contact_phone: { kind: 'text', pattern: PHONE },
  certificates: { kind: 'select_many', list: 'cert' },
  platforms: { kind: 'select_many', list: 'platform' },
  needs: { kind: 'select_many', list: 'need' },
  practices: { kind: 'select_many', list: 'practice' },
  business_capital: RUPIAH,
  annual_sales: RUPIAH,
  consents: { kind: 'select_many', list: 'agree' },
  photo_place: { kind: 'photo' },
  photo_product: { kind: 'photo' },
};

export const nameOfQuestion = (question: Question): string => question.field ?? question.name ?? '';

export function ruleOf(question: Question): FieldRule {
  if (question.field) return rules[question.field] ?? { kind: 'text' };
  const { min, max } = question;
  return {
    kind: question.type ?? 'text',
    ...(typeof min === 'number' ? { min } : {}), ...(typeof max === 'number' ? { max } : {}),
  };
}
export const kindOf = (question: Question): AnswerKind => ruleOf(question).kind;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export function listOf(group: string): Choice[] {
  if (group === 'sector') return codes.sectors.map((item) => ({ code: item.code, label: nameOf(item) }));
  return (lists[group] ?? []).map((code) => ({
    code,
    label: capital(group === 'kind' ? `${word('kind', code)} (${word('kind', `${code}.long`)})` : word(group, code)),
  }));
}

/** What may be chosen; nothing where an answer is typed. */
export function choicesOf(question: Question): Choice[] {
  if (question.type === 'yes_no') return [{ code: 'ya', label: t('record.yes') }, { code: 'tidak', label: t('record.no') }];
  if (!question.field) return question.choices ?? [];
  const { list } = ruleOf(question);
  return list ? listOf(list) : [];
}

export function labelOf(question: Question, fields: ReadonlyMap<string, QuestionnaireField>): string {
  if (question.label) return question.label;
  const field = fields.get(question.field ?? '');
  if (field) return here.lang === 'en' ? field.label_en : field.label;
  return nameOfQuestion(question);
}

/** The words of a field's choices; those of open lists stand elsewhere. */
function choiceLabels(field: QuestionnaireField): string {
  if (field.list === 'commodities') return t('field.commodities');
  // In the reader's own words where we have them.
  const own = new Map((rules[field.code]?.list ? listOf(rules[field.code]?.list ?? '') : []).map(({ code, label }) => [code, label]));
  return field.choices.map(({ code, label }) => own.get(code) ?? label).join(', ');
}

/** What an answer to a field of the registry may be, line by line, as the server says. */
export function fieldFacts(field: QuestionnaireField): string[] {
  const first = [word('answer', field.type), ...(field.unit ? [field.unit] : [])];
  if (typeof field.min === 'number' && typeof field.max === 'number') {
    // A year is no quantity.
    const shown = (value: number) => (field.code === 'founded_year' ? String(value) : number(value));
    first.push(t('field.range', { min: shown(field.min), max: shown(field.max) }));
  }
  if (typeof field.max_length === 'number') first.push(t('field.upTo', { n: field.max_length }));
  const lines = [first.join(', ')];
  if (field.pattern_hint) lines.push(field.pattern_hint);
  if (field.list) lines.push(t('field.list', { list: choiceLabels(field) }));
  if (field.parts.length) lines.push(t('field.parts', { parts: field.parts.map((part) => (here.lang === 'en' ? part.label_en : part.label)).join(', ') }));
  return lines;
}

/** An answer as a person reads it: codes of lists in words. */
export function answerText(code: string, answer: unknown): string {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer ?? '');
  if (!text.trim()) return t('history.empty');
  const { list, kind } = rules[code] ?? { kind: 'text' };
  if (!list) return text;
  const names = new Map(listOf(list).map((choice) => [choice.code, choice.label]));
  const chosen = kind === 'select_many' ? text.split(/\s+/).filter(Boolean) : [text];
  return chosen.map((each) => names.get(each) ?? each).join('; ');
}

export const words = (answer: string | undefined) => (answer ?? '').split(/\s+/).filter(Boolean);

/** The questions that are asked, given what was answered: one that is not asked opens no other. */
export function askedOf(questions: Question[], answers: Readonly<Record<string, string>>): Set<string> {
  const asked = new Set<string>();
  for (const question of questions) {
    const { only_if: condition } = question;
    const given = condition && asked.has(condition.question) ? words(answers[condition.question]) : [];
    if (!condition || condition.is.some((code) => given.includes(code))) asked.add(nameOfQuestion(question));
  }
  return asked;
}

/** What is wrong with an answer, if anything is. */
export function answerFault(question: Question, answer: string): string | null {
  const { kind, pattern, min, max } = ruleOf(question);
  const text = answer.trim();
  if (!text) return null;
  if (pattern && !pattern.test(text)) return t('fill.faultPattern');
  if (kind === 'integer') {
    if (!/^-?\d+$/.test(text)) return t('fill.faultNumber');
    const value = Number(text);
    if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
      return t('fill.faultRange', { min: min ?? '…', max: max ?? '…' });
    }
  }
  return null;
}

/** What the reader may see of an usaha, as the answers that it would be. */
export function knownAnswers(item: Enterprise): Record<string, string> {
  const inner = item.tier === 'internal' ? item : null;
  const owner = inner?.owners?.[0];
  const text = (value: string | number | null | undefined) => (value === null || value === undefined ? '' : String(value));
  const answers: Record<string, string> = {
    name: item.name,
    sector: text(item.sectors?.[0]),
    kinds: (item.registrations ?? []).map(({ kind }) => kind).join(' '),
    legal_form: text(item.legal_form),
    founded_year: text(item.founded_year),
    kbli: text(item.kbli?.[0]?.code),
    certificates: (item.certificates ?? []).map(({ type }) => type).join(' '),
    platforms: (item.channels ?? []).map(({ platform }) => platform).join(' '),
    contact_phone: text(item.contact?.phone),
  };
  if (!inner) return answers;
  return {
    ...answers,
    nib: text(inner.nib),
    address: text(inner.address),
    owner_name: text(owner?.name),
    owner_sex: text(owner?.sex),
    owner_phone: text(owner?.phone),
    workers_male: text(inner.workers?.male),
    workers_female: text(inner.workers?.female),
    needs: (inner.needs ?? []).join(' '),
    practices: (inner.practices ?? []).join(' '),
    consents: (inner.consents ?? []).map(({ to }) => to).join(' '),
  };
}

/** "Ada listrik?" → "ada_listrik": what a question or a choice is called in the data. */
export function shortName(label: string, between = '_'): string {
  const plain = label.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  const name = plain.replace(/[^a-z0-9]+/g, between).replace(/^[^a-z]+/, '').slice(0, 60);
  return name.endsWith(between) ? name.slice(0, -1) : name;
}
