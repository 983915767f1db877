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
export type Product = Schemas['Product'] | Schemas['PublicProduct'];
export type Sentra = Schemas['Sentra'];
export type Cooperative = Schemas['Cooperative'];
export type Observation = Schemas['Observation'];
export type Citation = Schemas['Citation'];
export type Milestone = Schemas['Milestone'];
export type RevisionEntry = Schemas['RevisionEntry'];
export type RevisionList = Schemas['RevisionList'];
export type RevisionDocument = Schemas['RevisionDocument'];
export type Difference = Schemas['Difference'];
export type Grounds = Schemas['Grounds'];
export type BasisKind = Schemas['BasisKind'];
export type QualityRule = Schemas['QualityRuleView'];
