/** What an owner's form holds, and what of it is a change. */
import type { OwnChanges, OwnRecord } from './types';

type Written = OwnRecord['written'];
type Unpacked<List> = NonNullable<List> extends (infer Item)[] ? Item : never;
type Product = Unpacked<Written['products']>;
type Channel = Unpacked<Written['channels']>;
type Certificate = Unpacked<Written['certificates']>;
type Capacity = NonNullable<Product['capacity']>;
type Point = NonNullable<Written['point']>;

/** Everything as it is typed. */
export interface OwnerValues {
  name: string;
  address: string;
  businessPhone: string;
  businessEmail: string;
  url: string;
  ownPhone: string;
  ownEmail: string;
  male: string;
  female: string;
  products: ProductValues[];
  channels: ChannelValues[];
  certificates: CertificateValues[];
  /** Only where a new one was taken. */
  point: Point | null;
}

export interface ProductValues {
  /** Its place in the record; null where it is new. */
  was: number | null;
  name: string;
  commodity: string;
  amount: string;
  unit: string;
  period: string;
}

export interface ChannelValues {
  was: number | null;
  platform: string;
  url: string;
}

export interface CertificateValues {
  was: number | null;
  type: string;
  number: string;
}

const text = (value: string | number | null | undefined) => (value === null || value === undefined ? '' : String(value));
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

export function valuesOf(record: OwnRecord): OwnerValues {
  const { written } = record;
  const self = ownerOf(record);
  return {
    name: written.name,
    address: text(written.address),
    businessPhone: text(written.contact?.phone),
    businessEmail: text(written.contact?.email),
    url: text(written.contact?.url),
    ownPhone: text(self?.phone),
    ownEmail: text(self?.email),
    male: text(written.workers?.male),
    female: text(written.workers?.female),
    products: (written.products ?? []).map(productValues),
    channels: (written.channels ?? []).map(({ platform, url }, was) => ({ was, platform, url: text(url) })),
    certificates: (written.certificates ?? []).map(({ type, number }, was) => ({ was, type, number: text(number) })),
    point: null,
  };
}

/** Whom the link is for, among the owners. */
export const ownerOf = (record: OwnRecord) => record.written.owners?.find(({ name }) => name === record.owner);

function productValues({ name, commodity, capacity }: Product, was: number): ProductValues {
  const { min, max, unit = '', period = 'month' } = capacity ?? {};
  const amount = min === undefined ? '' : min === max ? text(min) : `${text(min)}-${text(max)}`;
  return { was, name, commodity: text(commodity), amount, unit, period };
}

export const newProduct = (): ProductValues => ({ was: null, name: '', commodity: '', amount: '', unit: '', period: 'month' });
export const newChannel = (): ChannelValues => ({ was: null, platform: 'store', url: '' });
export const newCertificate = (): CertificateValues => ({ was: null, type: 'halal', number: '' });

/** "200", "1.200,5" or "200-300" as people write them here; what is none of it the server refuses. */
function amounts(typed: string): [number, number] {
  const numbers = typed.split(/[-–]/).map((part) => {
    const plain = part.trim().replace(/\.(?=\d{3}(?:\D|$))/g, '').replace(',', '.');
    return plain === '' ? -1 : Number(plain);
  });
  const ends = numbers.map((value) => (Number.isFinite(value) ? value : -1));
  return [ends[0] ?? -1, ends[1] ?? ends[0] ?? -1];
}

function productOf(values: ProductValues, before: Product | undefined) {
  const { was, name, commodity, amount, unit, period } = values;
  const known = before && same(productValues(before, was ?? 0), { ...values, name: before.name, commodity: text(before.commodity) });
  const [min, max] = amounts(amount);
  // As it was, working days too, unless it was typed anew.
  const capacity = known ? before.capacity : amount.trim() ? { min, max, unit, period: period as Capacity['period'] } : null;
  return { ...(was === null ? {} : { was }), name, commodity: commodity || null, capacity: capacity ?? null };
}

const count = (typed: string) => {
  const value = typed.trim();
  return value === '' ? null : /^\d+$/.test(value) ? Number(value) : -1;
};

/** What was changed; null where nothing was. */
export function changesOf(values: OwnerValues, record: OwnRecord): OwnChanges | null {
  const before = valuesOf(record);
  const { written } = record;
  const changes: OwnChanges = {};
  const differs = (...fields: (keyof OwnerValues)[]) => fields.some((field) => !same(values[field], before[field]));
  const orNull = (typed: string) => typed.trim() || null;
  if (differs('name')) changes.name = values.name;
  if (differs('address')) changes.address = orNull(values.address);
  if (differs('businessPhone', 'businessEmail', 'url')) {
    changes.contact = { phone: orNull(values.businessPhone), email: orNull(values.businessEmail), url: orNull(values.url) };
  }
  if (differs('ownPhone', 'ownEmail')) {
    changes.owner = {
      ...(differs('ownPhone') ? { phone: orNull(values.ownPhone) } : {}),
      ...(differs('ownEmail') ? { email: orNull(values.ownEmail) } : {}),
    };
  }
  if (differs('male', 'female')) {
    const [male, female] = [count(values.male), count(values.female)];
    changes.workers = male === null && female === null ? null : { male, female };
  }
  if (differs('products')) {
    changes.products = values.products.map((product) => productOf(product, written.products?.[product.was ?? -1]));
  }
  if (differs('channels')) {
    changes.channels = values.channels.map(({ was, platform, url }) => ({
      ...(was === null ? {} : written.channels?.[was]), platform: platform as Channel['platform'], url: orNull(url),
    }));
  }
  if (differs('certificates')) {
    changes.certificates = values.certificates.map(({ was, type, number }) => ({
      ...(was === null ? {} : written.certificates?.[was]), type: type as Certificate['type'], number: orNull(number),
    }));
  }
  if (values.point) changes.point = values.point;
  return Object.keys(changes).length ? changes : null;
}
