/** Sentences made from parts of a record. */
import { quantity } from './format';
import { number, t, word } from './i18n';
import type { Enterprise, InternalEnterprise, Observation, Product } from './types';

/** "200–400 pasang per hari (25 hari kerja sebulan)", or null where no capacity is given. */
export function capacityText(product: Product): string | null {
  if (!product.capacity) return null;
  const { min, max, unit, period, working_days } = product.capacity;
  const text = `${quantity(unit, min, max)} ${word('per', period)}`;
  return working_days ? `${text} (${t('record.workingDays', { n: working_days })})` : text;
}

/** "Rp 150.000–Rp 275.000 per pasang" */
export function priceText(product: Product): string | null {
  if (!product.price_band) return null;
  const { min, max, unit } = product.price_band;
  return t('record.pricePer', { price: quantity('rupiah', min, max), unit: quantity(unit, 1).replace(/^1 /, '') });
}

/** "2 laki-laki, 3 perempuan": a number that was not given is said to be unknown. */
export function workersText(workers: NonNullable<InternalEnterprise['workers']>): string {
  const { male, female, total } = workers;
  const known = (value: number | null | undefined) =>
    typeof value === 'number' ? number(value) : t('record.unknown');
  if (typeof male !== 'number' && typeof female !== 'number') return known(total);
  return t('record.workersText', { male: known(male), female: known(female) });
}

/** "sekitar 3.000 orang" */
export function figureText({ unit, value, max, approximate }: Observation): string {
  const text = quantity(unit, value, max);
  return approximate ? t('figure.about', { figure: text }) : text;
}

/** The three classes, each with its legal ground in that version of the rules. */
export function sizes(item: Enterprise): { group: string; name: string; value: string; rule: string }[] {
  const classes = [['size', item.size_class], ['ikm', item.ikm_class], ['bps', item.bps_class]] as const;
  return classes.map(([group, value]) => ({
    group,
    name: word('sizeOf', group),
    value: word(group, value),
    rule: word('rule', `${item.size_rule}.${group}`),
  }));
}
