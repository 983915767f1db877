/** Parameters that only one page understands: elsewhere the same name may be a filter. */
const names: Record<string, readonly string[]> = {
  // What the map shows (`wilayah`: counts by region), what stands beside it (`statistik`).
  '/': ['show', 'side'],
  // By which regions, what colours them, the order, an earlier day, a raw material.
  '/produk': ['level', 'shade', 'order', 'compare', 'material'],
  '/duplikat': ['status', 'regency', 'min_score', 'import', 'pair'],
  '/pendataan/baru': ['dari'],
  '/pendataan/kuesioner': ['versi', 'susun'],
  // What is held, which one of it, in which state.
  '/meja': ['tab', 'visit', 'state'],
  // The order of the table; a sample: how many, by which lot.
  '/meja/kantor': ['by', 'order', 'view', 'n', 'seed'],
  // Any one of them.
  '/pendataan/*': ['tab', 'level', 'within', 'cover', 'district', 'state', 'visit', 'enumerator', 'village'],
  '/impor/*': ['tab', 'outcome'],
  // The campaign whose report is to be made.
  '/rilis': ['pendataan'],
  // Which regions, which sector; nothing of it is a filter of the map.
  '/rilis/*': ['of', 'in'],
  '/catatan': ['actor', 'enterprise', 'kind', 'since', 'until'],
  '/catatan/laporan': ['actor', 'enterprise', 'since', 'until'],
};

const oneOf = (path: string) => path.replace(/[^/]+$/, '*');

export const ownNames = (path: string): readonly string[] => names[path] ?? names[oneOf(path)] ?? [];
