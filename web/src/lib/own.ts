/** Parameters that only one page understands: elsewhere the same name may be a filter. */
const names: Record<string, readonly string[]> = {
  '/catatan': ['actor', 'enterprise', 'kind', 'since', 'until'],
  '/catatan/laporan': ['actor', 'enterprise', 'since', 'until'],
};

export const ownNames = (path: string): readonly string[] => names[path] ?? [];
