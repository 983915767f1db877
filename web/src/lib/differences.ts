/** Fields and values of two revisions in words, as far as there are words for them. */
import { codes } from './codes.svelte';
import { dateTime, originName, unitName } from './format';
import { date, hasWord, nameOf, number, t, word } from './i18n';
import { known, type KnownKind } from './known.svelte';

/** Which group of words a field's codes belong to. */
const groups: Record<string, string> = {
  review: 'review', publication: 'publication', existence: 'existence', legal_form: 'form',
  size_class: 'size', ikm_class: 'ikm', bps_class: 'bps', sex: 'sex', needs: 'need',
  practices: 'practice', platform: 'platform', period: 'per', method: 'method', outcome: 'outcome',
  severity: 'severity', type: 'cert', status: 'certStatus', to: 'consent', precision: 'precision',
};
/** Numbers that are names, not amounts. */
const labels = ['founded_year', 'year', 'row', 'edition', 'code'];
const pointers: Record<string, KnownKind> = {
  sentra: 'sentra', cooperative: 'cooperatives', duplicate_of: 'enterprises',
};

const parts = (field: string) => field.split(/\.|(?=\[)/).filter(Boolean);

/** "products[0].capacity.max" → "Produk 1, kapasitas, paling banyak" */
export function fieldName(field: string): string {
  let text = '';
  for (const part of parts(field)) {
    const place = /^\[(\d+)\]$/.exec(part);
    if (place) text += ` ${Number(place[1]) + 1}`;
    else text += (text ? ', ' : '') + (text ? fieldWord(part).toLowerCase() : fieldWord(part));
  }
  return text;
}

const fieldWord = (part: string) => (hasWord('field', part) ? word('field', part) : part);

/** The last part that is a name, and the one that it is part of. */
function ends(field: string): [name: string, parent: string] {
  const names = parts(field).filter((part) => !part.startsWith('['));
  return [names.at(-1) ?? '', names.at(-2) ?? ''];
}

export function valueText(field: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return t('history.empty');
  if (typeof value === 'boolean') return t(value ? 'record.yes' : 'record.no');
  const [name, parent] = ends(field);
  if (typeof value === 'number') return labels.includes(name) || name === 'lat' || name === 'lon' ? String(value) : number(value);
  if (typeof value === 'string') return codeText(name, parent, value);
  if (Array.isArray(value)) {
    return value.length ? value.map((each) => valueText(field, each)).join('; ') : t('history.empty');
  }
  return Object.entries(value)
    .map(([key, each]) => `${fieldWord(key).toLowerCase()}: ${valueText(`${field}.${key}`, each)}`)
    .join(', ');
}

function codeText(name: string, parent: string, value: string): string {
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return dateTime(value);
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return date(value);
  if (name === 'kind') return word(parent === 'publication_basis' ? 'basis' : 'kind', value);
  if (name === 'rule') return nameOf(codes.rule(value), value);
  if (name === 'sectors') return nameOf(codes.sector(value), value);
  if (name === 'commodities' || name === 'commodity') return nameOf(codes.commodity(value), value);
  if (name === 'unit') return unitName(value);
  if (name === 'region' || name === 'origin' || name === 'responsible_region') return originName(value);
  const pointer = pointers[name];
  if (pointer) return known.name(pointer, value);
  const group = groups[name];
  return group ? word(group, value) : value;
}

/** What a difference points at, so that it can be named. */
export function pointedAt(field: string, values: unknown[]): [KnownKind, string[]] | null {
  const [name] = ends(field);
  const kind = pointers[name] ?? (name === 'region' || name === 'origin' ? 'regions' : null);
  const ids = values.filter((value): value is string => typeof value === 'string' && value !== 'import');
  return kind && ids.length ? [kind, ids] : null;
}
