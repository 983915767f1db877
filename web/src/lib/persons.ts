/** The correction of what is kept of a person: what was typed, and what of it is another way. */
import type { InternalEnterprise } from './types';

type Owner = NonNullable<InternalEnterprise['owners']>[number];

export interface CorrectionValues {
  name: string;
  sex: string;
  phone: string;
  email: string;
  /** Restricted: not shown, so empty means that it stays. */
  national_id: string;
  birth_date: string;
}

export const correctionOf = (owner: Owner | undefined): CorrectionValues => ({
  name: owner?.name ?? '',
  sex: owner?.sex ?? '',
  phone: owner?.phone ?? '',
  email: owner?.email ?? '',
  national_id: '',
  birth_date: '',
});

/** What is left out stays; null takes a value away. */
export function changesOf(typed: CorrectionValues, owner: Owner | undefined): Record<string, string | null> {
  const before = correctionOf(owner);
  const changes: Record<string, string | null> = {};
  for (const field of ['name', 'sex', 'phone', 'email', 'national_id', 'birth_date'] as const) {
    const after = typed[field].trim();
    if (after !== before[field]) changes[field] = after || (field === 'name' ? '' : null);
  }
  return changes;
}
