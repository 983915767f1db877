/** Types of the import API, until they are in the generated ones. */
export type ImportState =
  | 'uploaded' | 'previewing' | 'previewed' | 'importing' | 'stopping' | 'stopped' | 'done' | 'failed'
  | 'undoing' | 'undone';
export type RowOutcome = 'accepted' | 'warned' | 'rejected' | 'skipped' | 'unchanged';
export type ListKind = 'ikm' | 'ukm' | 'kopwan' | 'koperasi';

export interface ImportCounts {
  read: number;
  accepted: number;
  warned: number;
  rejected: number;
  skipped: number;
  unchanged: number;
  created: number;
  updated: number;
  duplicates: number;
}

export interface ImportColumn {
  column: string;
  header: string;
  field: string | null;
  confidence: number;
  why: string;
  samples: string[];
}

export interface ImportSheet {
  kind: 'list' | 'recapitulation' | 'no_names' | 'hidden';
  explanation?: string | null;
  header_rows: number[];
  rows: number;
  region?: string | null;
  layout: string;
  sheet?: string | null;
  columns: ImportColumn[];
}

export interface ImportSummary {
  id: string;
  file: { name: string; size: number; sha256: string; expires_at?: string | null; available: boolean };
  source?: string | null;
  state: ImportState;
  by: string;
  created_at: string;
  updated_at: string;
  finished_at?: string | null;
  options: {
    kind?: ListKind | null;
    all_or_nothing: boolean;
    publish?: { kind: 'consent' | 'public_duty' | 'already_public'; text: string; on?: string | null } | null;
  };
  progress?: { done: number; total: number } | null;
  preview?: ImportCounts | null;
  result?: ImportCounts | null;
  undo?: { removed: number; restored: number; skipped: number } | null;
  problem?: string | null;
  same_file: string[];
}

export interface Import extends ImportSummary {
  sheets: ImportSheet[];
}

export interface ImportField {
  field: string;
  label: string;
  label_en: string;
}

export interface RowMessage {
  field: string;
  cell?: string | null;
  value: string;
  code: string;
  text: string;
  suggestion?: string | null;
}

export interface ImportRow {
  row: number;
  sheet?: string | null;
  outcome: RowOutcome;
  id?: string | null;
  messages: RowMessage[];
}
