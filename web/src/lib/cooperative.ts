/** What the annual meetings say about a cooperative. */
import { dayAfter } from './format';
import { date, t } from './i18n';
import type { Cooperative } from './types';

export type Activity = 'active' | 'dormant' | 'unknown';

/** The server says until when its meetings carry it; whether that is over depends on the day. */
export function activity(item: Cooperative, day: string): Activity {
  if (!item.active_until) return 'unknown';
  return item.active_until >= day ? 'active' : 'dormant';
}

export function activityText(item: Cooperative, day: string): string {
  const until = item.active_until;
  if (!until) return t('cooperative.stateUnknown');
  return activity(item, day) === 'active'
    ? t('cooperative.activeUntil', { date: date(until) })
    : t('cooperative.dormantSince', { date: date(dayAfter(until)) });
}
