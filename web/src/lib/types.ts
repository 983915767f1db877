/** Short names for the types of the API document; nothing is declared twice. */
import type { components } from './api';

type Schemas = components['schemas'];
export type Enterprise = Schemas['Enterprise'];
export type Sector = Schemas['Sector'];
export type Commodity = Schemas['Commodity'];
export type Unit = Schemas['Unit'];
export type Region = Schemas['Region'];
export type ProblemBody = Schemas['Problem'];
export type SessionBody = Schemas['Session'];

/** Every list of the API has this shape. */
export interface Page<Item> {
  items: Item[];
  next?: string | null;
  matched?: number | null;
}
