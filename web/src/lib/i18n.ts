/** Words, numbers and dates in the reader's language. */
import { here } from './location.svelte';
import { en } from './words.en';
import { id } from './words.id';

export type WordKey = keyof typeof id;

const locales = { id: 'id-ID', en: 'en-GB' } as const;

export const locale = () => locales[here.lang];

/** Reactive: reads the language of the address. */
export function t(key: WordKey, values: Record<string, string | number> = {}): string {
  const text: string = here.lang === 'en' ? en[key] : id[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(value) : value;
  });
}

export const hasWord = (group: string, code: string) => `${group}.${code}` in id;

/** A word for a code of the API, or the code itself where we have none yet. */
export function word(group: string, code: string): string {
  const key = `${group}.${code}`;
  return key in id ? t(key as WordKey) : code.replaceAll('_', ' ');
}

/** What a kind's short name stands for, where it stands for something. */
export function kindHint(kind: string): string | undefined {
  const long = word('kind', `${kind}.long`);
  return long === word('kind', kind) ? undefined : long;
}

export function number(value: number): string {
  return value.toLocaleString(locales[here.lang]);
}

/** Dates are shown as they fell in Java, wherever the reader is. */
export function date(iso: string): string {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return iso;
  return when.toLocaleDateString(locales[here.lang], { dateStyle: 'long', timeZone: 'Asia/Jakarta' });
}

/** Code lists carry both languages. */
export function nameOf(item: { name: string; name_en?: string | null } | undefined, code = ''): string {
  if (!item) return code;
  return (here.lang === 'en' && item.name_en) || item.name;
}
