/**
 * The filter, in the API's own grammar: lists by comma mean "any of", parameters
 * are and-ed. Pure: no DOM, no fetch. What stands in the address bar is what is
 * sent, so a link to the page is also a request to the API.
 */
export interface Filter {
  q: string;
  kind: string[];
  sector: string[];
  commodity: string[];
  region: string[];
  size_class: string[];
  /** Ids of sentra: their members. */
  sentra: string[];
  /** Ids of cooperatives: their members. */
  cooperative: string[];
  /** Ids of campaigns: what was visited in one of them. For staff. */
  campaign: string[];
  /** "lon,lat" */
  near: string;
  radius_m: string;
  /** "", "true" or "false" */
  sample: string;
  /** Parameters of the grammar that have no control here yet; kept as they came. */
  other: [string, string][];
}

export const listFields = [
  'kind', 'sector', 'commodity', 'region', 'size_class', 'sentra', 'cooperative', 'campaign',
] as const;
export type ListField = (typeof listFields)[number];
const textFields = ['q', 'near', 'radius_m', 'sample'] as const;

/** Understood by the server's grammar, not (yet) by the filter bar. */
const passedOn = [
  'kbli', 'women_led', 'existence', 'as_of', 'area', 'review', 'publication', 'min_workers',
  'max_workers', 'quality', 'visited_since',
];

export function emptyFilter(): Filter {
  return {
    q: '', kind: [], sector: [], commodity: [], region: [],
    size_class: [], sentra: [], cooperative: [], campaign: [],
    near: '', radius_m: '', sample: '', other: [],
  };
}

export function parseFilter(params: URLSearchParams): Filter {
  const filter = emptyFilter();
  for (const field of listFields) {
    const values = params.getAll(field).flatMap((value) => value.split(','));
    filter[field] = [...new Set(values.map((value) => value.trim()).filter(Boolean))];
  }
  for (const field of textFields) filter[field] = params.get(field)?.trim() ?? '';
  filter.other = [...params].filter(([name, value]) => passedOn.includes(name) && value !== '');
  return filter;
}

/** Pairs in a fixed order: equal filters give equal addresses, and equal cache keys. */
export function filterPairs(filter: Filter): [string, string][] {
  const pairs: [string, string][] = [];
  if (filter.q) pairs.push(['q', filter.q]);
  for (const field of listFields) {
    if (filter[field].length) pairs.push([field, filter[field].join(',')]);
  }
  for (const field of ['near', 'radius_m', 'sample'] as const) {
    if (filter[field]) pairs.push([field, filter[field]]);
  }
  return [...pairs, ...filter.other];
}

/** Like URLSearchParams, but leaves `,` `:` `/` readable: they are legal in a query. */
export function queryString(pairs: [string, string][]): string {
  return pairs
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%2F/g, '/')}`)
    .join('&');
}

export function filterQuery(filter: Filter, extra: [string, string][] = []): string {
  return queryString([...filterPairs(filter), ...extra]);
}

export function withQuery(path: string, query: string): string {
  return query ? `${path}?${query}` : path;
}

/** How many filters are set: shown on the phone's filter button. */
export function filterCount(filter: Filter): number {
  const lists = listFields.reduce((sum, field) => sum + filter[field].length, 0);
  return lists + [filter.q, filter.near, filter.sample].filter(Boolean).length + filter.other.length;
}

export function toggled(values: string[], value: string): string[] {
  return values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
}
