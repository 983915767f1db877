/** Short names for the types of the API document; nothing is declared twice. */
import type { components, operations } from './api';

type Schemas = components['schemas'];
export type Enterprise = Schemas['EnterpriseView'];
export type InternalEnterprise = Extract<Enterprise, { tier: 'internal' }>;
export type Sector = Schemas['SectorView'];
export type Commodity = Schemas['CommodityView'];
export type Unit = Schemas['UnitView'];
export type Region = Schemas['RegionView'];
export type EnterpriseList = Schemas['EnterpriseList'];
export type Stats = Schemas['StatsView'];
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

/** What not everybody may do; the server's table says who may. */
export type Right =
  | 'read_internal' | 'filter_internal' | 'export_internal' | 'write_records' | 'decide' | 'write_documents'
  | 'follow_changes' | 'read_log' | 'manage_access' | 'read_restricted' | 'answer_persons'
  | 'import_lists';
export type Role = Schemas['Role'];
export type Account = Schemas['User'];
export type AccountCreated = Schemas['UserCreated'];
export type ResetCode = Schemas['ResetCode'];
export type OwnSession = Schemas['OwnSession'];
export type SecondFactorSecret = Schemas['SecondFactorSecret'];
export type Client = Schemas['Client'];
export type ClientWithSecret = Schemas['ClientWithSecret'];
export type LoggedRead = Schemas['LoggedRead'];
export type ReadKind = Schemas['ReadKind'];
export type RecordReadReport = Schemas['RecordReadReport'];
export type ActorReadReport = Schemas['ActorReadReport'];
export type RestrictedView = Schemas['RestrictedView'];
export type Import = Schemas['ImportView'];
export type ImportSummary = Schemas['ImportItem'];
export type ImportState = Schemas['ImportState'];
export type ImportSheet = Schemas['ImportSheet'];
export type ImportColumn = Schemas['ImportColumn'];
export type ImportCounts = Schemas['ImportCounts'];
export type ImportField = Schemas['ImportField'];
export type ImportRow = Schemas['ImportRow'];
export type ImportMapping = Schemas['ImportMapping'];
export type ImportPreview = Schemas['ImportPreview'];
export type ImportStart = Schemas['ImportStart'];
/** Of which run rows are asked for. */
export type ImportRun = NonNullable<NonNullable<operations['list_import_rows']['parameters']['query']>['run']>;
export type RowOutcome = Schemas['RowOutcome'];
export type ListKind = Schemas['Kind'];
export type DuplicateItem = Schemas['DuplicateItem'];
export type DuplicateDetail = Schemas['DuplicateDetail'];
export type DuplicateSide = Schemas['DuplicateSide'];
export type DuplicateField = Schemas['DuplicateField'];
export type DuplicateStatus = Schemas['DuplicateStatus'];
export type DeskEntry = Schemas['DeskEntry'];
export type DeskDetail = Schemas['DeskDetail'];
export type DeskCounts = Schemas['DeskCounts'];
export type DeskOffice = Schemas['DeskOffice'];
export type DeskOfficeList = Schemas['DeskOfficeList'];
export type DeskBatchResult = Schemas['DeskBatchResult'];
export type DeskOutcome = Schemas['DeskOutcome'];
export type UnmergeResult = Schemas['UnmergeResult'];
