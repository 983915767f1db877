/** Roles, areas and times of accounts and service clients, as a person reads and gives them. */
import { codes } from './codes.svelte';
import { t } from './i18n';
import { session } from './session.svelte';
import type { Account, Client, Role } from './types';

export const roles: Role[] = [
  'viewer', 'analyst', 'verifier', 'enumerator', 'cooperative_officer', 'auditor', 'admin',
];

export const areaName = (area: string | null | undefined) =>
  area ? (codes.region(area)?.name ?? area) : t('area.province');

/** Which areas whoever is signed in may give; "" is the whole province. */
export function areasToGive(): { value: string; label: string }[] {
  const bounds = session.user?.area ?? '';
  const within = codes.regencies.filter(({ code }) => !bounds || code === bounds || code.startsWith(`${bounds}.`));
  const regencies = within.map(({ code, name }) => ({ value: code, label: name }));
  return bounds ? regencies : [{ value: '', label: t('area.province') }, ...regencies];
}

/** The last second of a day in Java, as the API wants it. */
export const endOfDay = (day: string) => (day ? `${day}T23:59:59+07:00` : '');

/** The day in so many days, in Java. */
export function dayIn(days: number): string {
  const when = new Date(Date.now() + days * 86_400_000);
  return when.toLocaleDateString('sv-SE', { timeZone: 'Asia/Jakarta' });
}

const ahead = (time: string | null | undefined) => Boolean(time && new Date(time).getTime() > Date.now());

export const isLocked = ({ locked_until }: Account) => ahead(locked_until);
export const hasGrant = ({ restricted_until }: Account) => ahead(restricted_until);

export function clientState({ revoked_at, expires_at }: Client): 'revoked' | 'expired' | 'active' {
  if (revoked_at) return 'revoked';
  return ahead(expires_at) ? 'active' : 'expired';
}

/** "internal:35.15" → "Membaca data internal Kabupaten Sidoarjo" */
export function scopeText(scope: string): string {
  const [name = '', area] = scope.split(':');
  if (name === 'internal') return t('scope.internalOf', { area: areaName(area) });
  if (name === 'public') return t('scope.public');
  return name === 'changes' ? t('scope.changes') : scope;
}

export const userPath = (email: string, rest = '') => `/api/v1/users/${encodeURIComponent(email)}${rest}`;
