/** Sentences made from parts of a record. */
import { codes } from './codes.svelte';
import { nameOf, number, t, word } from './i18n';
import type { Enterprise, InternalEnterprise } from './types';

type Product = NonNullable<Enterprise['products']>[number];

/** "200–400 pasang per bulan", or null where no capacity is given. */
export function capacityText(product: Product): string | null {
  if (!product.capacity) return null;
  const { min, max, unit, period } = product.capacity;
  const range = [...new Set([min, max])].map(number).join('–');
  return [range, nameOf(codes.unit(unit), unit).toLowerCase(), word('per', period)].join(' ');
}

/** "2 laki-laki, 3 perempuan": a number that was not given is said to be unknown. */
export function workersText(workers: NonNullable<InternalEnterprise['workers']>): string {
  const { male, female, total } = workers;
  const known = (value: number | null | undefined) =>
    typeof value === 'number' ? number(value) : t('record.unknown');
  if (typeof male !== 'number' && typeof female !== 'number') return known(total);
  return t('record.workersText', { male: known(male), female: known(female) });
}
