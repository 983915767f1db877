/** Numbers, money, dates and places as a reader writes them. */
import { codes } from './codes.svelte';
import { known } from './known.svelte';
import { locale, nameOf, number, t, word } from './i18n';

/** "12 Maret 2020 pukul 09.15", as it was in Java. */
export function dateTime(iso: string): string {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return iso;
  return when.toLocaleString(locale(), { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Jakarta' });
}

/** A year, a month or a day: no more is said than is known. */
export function partialDate(text: string): string {
  const parts = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text);
  if (!parts) return text;
  const [, year, month, day] = parts;
  if (!month) return year ?? text;
  const when = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1)));
  const style: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'long', timeZone: 'UTC' };
  return when.toLocaleDateString(locale(), day ? { ...style, day: 'numeric' } : style);
}

/** Today's date in Java, wherever the reader is. */
export function today(): string {
  return new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Jakarta' });
}

export function dayAfter(day: string): string {
  const when = new Date(`${day}T00:00:00Z`);
  when.setUTCDate(when.getUTCDate() + 1);
  return when.toISOString().slice(0, 10);
}

/** "Rp 10 miliar": in words where they lose nothing, else digit by digit. */
export function money(value: number, currency: 'Rp' | 'US$'): string {
  const thousands = Math.floor(Math.log10(Math.max(Math.abs(value), 1)) / 3);
  const exact = thousands >= 2 && Number.isInteger((value / 1000 ** thousands) * 100);
  // Not as a currency: there "miliar" would be cut to an "M" that others read as a million.
  const amount = value.toLocaleString(
    locale(),
    exact ? { maximumFractionDigits: 2, notation: 'compact', compactDisplay: 'long' } : {},
  );
  return `${currency}\u00a0${amount}`;
}

/** The name of a unit of measure, or of one that only figures have. */
export function unitName(code: string): string {
  const unit = codes.unit(code);
  return unit ? nameOf(unit).toLowerCase() : word('unit', code);
}

/** "20–30 orang", "−50%", "Rp 10 miliar". */
export function quantity(unit: string, min: number, max: number | null | undefined = null): string {
  const ends = [...new Set([min, max ?? min])];
  const join = (write: (value: number) => string) => ends.map(write).join('–');
  if (unit === 'rupiah') return join((value) => money(value, 'Rp'));
  if (unit === 'usd') return join((value) => money(value, 'US$'));
  if (unit === 'persen') return `${join(number)}%`;
  return `${join(number)} ${unitName(unit)}`;
}

export function country(code: string): string {
  try {
    return new Intl.DisplayNames(locale(), { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** A region's name, or "impor". Those of other provinces must have been asked for. */
export function originName(origin: string | null | undefined): string {
  if (!origin) return t('record.originUnknown');
  if (origin === 'import') return t('record.originImport');
  return codes.region(origin)?.name ?? known.get('regions', origin)?.name ?? origin;
}

/** "1,2 MB": as much of it as says how much it is. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1);
  const shown = (value / 1000 ** step).toLocaleString(locale(), { maximumFractionDigits: step ? 1 : 0 });
  return `${shown}\u00a0${units[step]}`;
}
