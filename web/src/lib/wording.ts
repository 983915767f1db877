/** Sentences made from parts of a record. */
import { codes } from './codes.svelte';
import { nameOf, number, word } from './i18n';
import type { Enterprise } from './types';

type Product = Enterprise['products'][number];

/** "200–400 pasang per bulan", or null where no capacity is given. */
export function capacityText(product: Product): string | null {
  const capacity = 'capacity' in product ? product.capacity : null;
  if (!capacity) return null;
  const { min, max, unit, period } = capacity;
  const amounts = [min, max].filter((value) => typeof value === 'number');
  if (!amounts.length) return null;
  const range = [...new Set(amounts)].map(number).join('–');
  return [range, nameOf(codes.unit(unit), unit).toLowerCase(), word('per', period)].join(' ');
}
