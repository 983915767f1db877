/** What is chosen for an import and not yet sent: its columns, and how it is to run. */
import { draftOf, type Draft } from './drafts.svelte';
import type { BasisKind, Import, ImportColumn, ImportMapping, ImportPreview, ImportSheet, ImportStart, ListKind } from './types';

export interface MappingChoice {
  /** By sheet and column: a field, `ignored`, or "" for unknown. Only what was changed. */
  chosen: Record<string, string>;
  /** Keep it for the source; null where nobody has said. */
  save: boolean | null;
}

export const mappingDraft = (id: string): Draft<MappingChoice> =>
  draftOf(`mapping ${id}`, () => ({ chosen: {}, save: null }));

export const columnKey = (sheet: number, { column }: ImportColumn) => `${sheet}/${column}`;

export const sheetsOf = ({ sheets }: Import): ImportSheet[] => sheets ?? [];

/** The columns that were changed; those that are left out stay as they are. */
export function mappingBody(sheets: ImportSheet[], chosen: MappingChoice['chosen'], save: boolean): ImportMapping {
  const changed = (at: number, columns: ImportColumn[]) =>
    columns.flatMap((column) => {
      const choice = chosen[columnKey(at, column)];
      return choice === undefined ? [] : [{ header: column.header, column: column.column, field: choice || null }];
    });
  return {
    sheets: sheets
      .map(({ sheet, columns }, at) => ({ sheet: sheet ?? null, columns: changed(at, columns) }))
      .filter(({ columns }) => columns.length),
    save,
  };
}

export interface RunChoice {
  kind: ListKind | '';
  whole: boolean;
  publish: boolean;
  basisKind: BasisKind;
  basisText: string;
}

export const runDraft = ({ id, options }: Import): Draft<RunChoice> =>
  draftOf(`import ${id}`, () => ({
    kind: options.kind ?? '',
    whole: options.all_or_nothing,
    publish: Boolean(options.publish),
    basisKind: options.publish?.kind ?? 'already_public',
    basisText: options.publish?.text ?? '',
  }));

export const previewBody = ({ kind, whole }: RunChoice): ImportPreview => ({ ...(kind ? { kind } : {}), all_or_nothing: whole });

/** Who may not decide publishes nothing, whatever was chosen before. */
export function startBody(choice: RunChoice, decides: boolean): ImportStart {
  const { publish, basisKind, basisText } = choice;
  const basis = { kind: basisKind, text: basisText.trim() };
  return { ...previewBody(choice), ...(publish && decides ? { publish: basis } : {}) };
}
