/** Parameters that only one page understands: elsewhere the same name may be a filter. */
const names: Record<string, readonly string[]> = {
  // What the map shows (`wilayah`: counts by region), what stands beside it (`statistik`).
  '/': ['show', 'side'],
  '/duplikat': ['status', 'regency', 'min_score', 'import', 'pair'],
  '/meja/kantor': ['by', 'order'],
  // Any one of them.
  '/impor/*': ['tab', 'outcome'],
  '/catatan': ['actor', 'enterprise', 'kind', 'since', 'until'],
  '/catatan/laporan': ['actor', 'enterprise', 'since', 'until'],
};

const oneOf = (path: string) => path.replace(/[^/]+$/, '*');

export const ownNames = (path: string): readonly string[] => names[path] ?? names[oneOf(path)] ?? [];
