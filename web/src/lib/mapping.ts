/** Types of the mapping exercise. */
export type CampaignState = 'planned' | 'running' | 'closed';
export interface CampaignDraft {
  name: string;
  from: string;
  until: string;
  regions: string[];
  questionnaire: string;
  teams?: { name: string; members: string[] }[];
  budget?: number | null;
  note?: string | null;
}
export interface Campaign extends CampaignDraft {
  id: string;
  revision: number;
  created_at: string;
  created_by: string;
  updated_at: string;
  state: CampaignState;
  started_at?: string | null;
  closed_at?: string | null;
  clone_of?: string | null;
}
export interface Target {
  village: string;
  expected?: number | null;
  source?: string | null;
}
export interface Assignment {
  village: string;
  enumerator: string;
}
export interface ProgressDay {
  enumerator: string;
  day: string;
  visits: number;
  new: number;
  revisits: number;
  villages: number;
}
export type VisitKind = 'new' | 'revisit' | 'none';
export type Finding = 'found' | 'not_found' | 'refused' | 'needs_revisit' | 'closed' | 'moved' | 'no_enterprises';
export type VisitState = 'partial' | 'applied' | 'conflict' | 'faulty' | 'waiting' | 'superseded' | 'dismissed';
export interface Visit {
  id: string;
  instance_id: string;
  campaign: string;
  enumerator: string;
  village: string;
  kind: VisitKind;
  outcome: Finding;
  state: VisitState;
  enterprise?: string | null;
  revision?: number | null;
  started_at?: string | null;
  ended_at?: string | null;
  received_at: string;
  visited_on: string;
  lon?: number | null;
  lat?: number | null;
  accuracy_m?: number | null;
  problems: Record<string, never>[];
  answers: Record<string, never>;
}
export interface VisitDetail extends Visit {
  photos: string[];
  differences: import('./types').Difference[];
}
export type Coverage = 'not_visited' | 'confirmed_zero' | 'visited' | 'complete';
export interface CoverageRow {
  region: string;
  name: string;
  coverage?: Coverage | null;
  villages: number;
  not_visited: number;
  confirmed_zero: number;
  target?: number | null;
  without_target: number;
  known?: number | null;
  visits: number;
  found: number;
  new: number;
  not_found: number;
  refused: number;
  held: number;
}
export interface Doubt {
  visit: string;
  enumerator: string;
  village: string;
  enterprise?: string | null;
  doubts: string[];
}
export type QuestionType = 'text' | 'integer' | 'yes_no' | 'select_one' | 'select_many';
export interface Question {
  field?: string | null;
  name?: string | null;
  type?: QuestionType | null;
  label?: string | null;
  hint?: string | null;
  required?: boolean;
  choices?: { code: string; label: string }[];
  min?: number | null;
  max?: number | null;
  only_if?: { question: string; is: string[] } | null;
}
export interface Section {
  title: string;
  questions: Question[];
}
export interface QuestionnaireDraft {
  form_id: string;
  title: string;
  sections: Section[];
}
export interface Questionnaire extends QuestionnaireDraft {
  id: string;
  version: number;
  created_at: string;
  created_by: string;
}
export interface QuestionnaireField {
  code: string;
  label: string;
  label_en: string;
  hint?: string | null;
  restricted: boolean;
}
export interface Device {
  id: string;
  enumerator: string;
  label: string;
  created_by: string;
  created_at: string;
  last_used_at?: string | null;
  revoked_at?: string | null;
}
export interface DeviceWithKey extends Device {
  server_url: string;
  settings: string;
}
