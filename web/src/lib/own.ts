/** Parameters that only one page understands: elsewhere the same name may be a filter. */
const names: Record<string, readonly string[]> = {
  // What the map shows (`wilayah`: counts by region), what stands beside it (`statistik`).
  '/': ['show', 'side'],
  '/catatan': ['actor', 'enterprise', 'kind', 'since', 'until'],
  '/catatan/laporan': ['actor', 'enterprise', 'since', 'until'],
};

export const ownNames = (path: string): readonly string[] => names[path] ?? [];
