/** Short names for the types of the API document; nothing is declared twice. */
import type { components } from './api';

type Schemas = components['schemas'];
export type Enterprise = Schemas['EnterpriseView'];
export type InternalEnterprise = Extract<Enterprise, { tier: 'internal' }>;
export type Sector = Schemas['SectorView'];
export type Commodity = Schemas['CommodityView'];
export type Unit = Schemas['UnitView'];
export type Region = Schemas['RegionView'];
export type EnterpriseList = Schemas['EnterpriseList'];
export type ProblemBody = Schemas['Problem'];
export type SessionBody = Schemas['Session'];
