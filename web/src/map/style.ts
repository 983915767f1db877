/** What the map looks like: sources and layers, from palette.ts and nothing else. */
import type {
  ExpressionSpecification,
  LayerSpecification,
  StyleSpecification,
  SymbolLayerSpecification,
} from 'maplibre-gl';
import { inkOn, mapColours, sectorCodes, sectorColour, sectorStyle, unknownColour } from '../lib/palette';
import { COUNT_DISTRICTS_FROM, COUNT_UNTIL } from '../lib/stats.svelte';
import { stackImage } from './images';

export const TILE_MAX_ZOOM = 16;
/** From here on single dots are large enough to carry their sector's mark. */
const MARK_ZOOM = 12;
export const DISTRICT_ZOOM = 9.5;

export interface StyleOptions {
  dark: boolean;
  lang: 'id' | 'en';
  tiles: string;
  /** Tiles of regions, for counts. */
  regions: string;
  attribution: string;
}

// Without `glyphs` MapLibre draws letters with the reader's own fonts. It takes the
// weight from the first family's name, so that one names a weight and no font.
const FONT = ['system-ui'];
const FONT_BOLD = ['Bold', 'system-ui'];
const nothing = { type: 'FeatureCollection' as const, features: [] };

const count: ExpressionSpecification = ['to-number', ['get', 'count'], 1];
const isStack: ExpressionSpecification = ['to-boolean', ['get', 'stack']];
const isSingle: ExpressionSpecification = ['<=', count, 1];
const isMany: ExpressionSpecification = ['>', count, 1];

function bySector(value: (code: string) => string, other: string): ExpressionSpecification {
  const cases = sectorCodes.flatMap((code) => [code, value(code)]);
  return ['match', ['get', 'sector'], ...cases, other] as unknown as ExpressionSpecification;
}

/** 1.234 → "1,2rb" (id) or "1.2k" (en): a circle has room for four signs. */
function shortCount(lang: 'id' | 'en'): ExpressionSpecification {
  const [thousand, million] = lang === 'en' ? ['k', 'M'] : ['rb', 'jt'];
  const over = (by: number, unit: string): ExpressionSpecification => [
    'concat',
    ['number-format', ['/', count, by], { locale: lang, 'max-fraction-digits': 1 }],
    unit,
  ];
  return [
    'case',
    ['<', count, 1000], ['to-string', count],
    ['<', count, 1e6], over(1e3, thousand as string),
    over(1e6, million as string),
  ];
}

/** A name may stand beside its point where counts take the middle. */
const besides: SymbolLayerSpecification['layout'] = {
  'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'],
  'text-radial-offset': 1,
};

const radius: ExpressionSpecification = [
  'interpolate', ['linear'], ['log10', count],
  0.3, 7.5, 1, 10, 2, 14, 3, 18.5, 4, 24, 5, 30, 6, 36,
];

/** The layers that draw single usaha and cells of them. */
export const pointLayers = ['clusters', 'singles', 'stacks', 'marks', 'counts'];
/** The layers that colour regions by counts. */
export const countLayers = ['regency-counts', 'district-counts'];

/** Each of these codes in its colour; the others stay as the land is. */
export function colourByCode(colours: ReadonlyMap<string, string>): ExpressionSpecification | string {
  const none = 'rgba(0, 0, 0, 0)';
  if (!colours.size) return none;
  return ['match', ['get', 'code'], ...[...colours].flat(), none] as unknown as ExpressionSpecification;
}

export const enterpriseLayers = ['clusters', 'stacks', 'singles'];

export function buildStyle({ dark, lang, tiles, regions, attribution }: StyleOptions): StyleSpecification {
  const ground = dark ? mapColours.dark : mapColours.light;
  const colour = bySector((code) => sectorColour(code, dark), unknownColour(dark));
  const ink = bySector((code) => inkOn(sectorColour(code, dark)), inkOn(unknownColour(dark)));
  const label = { 'text-color': ground.label, 'text-halo-color': ground.halo, 'text-halo-width': 1.6 };
  const layers: LayerSpecification[] = [
    { id: 'outside', type: 'background', paint: { 'background-color': ground.outside } },
    { id: 'land', type: 'fill', source: 'regencies', paint: { 'fill-color': ground.land } },
    {
      id: 'regency-counts', type: 'fill', source: 'regions', 'source-layer': 'regencies',
      maxzoom: COUNT_DISTRICTS_FROM, layout: { visibility: 'none' },
      paint: { 'fill-color': colourByCode(new Map()), 'fill-outline-color': 'rgba(0, 0, 0, 0)' },
    },
    {
      id: 'district-counts', type: 'fill', source: 'regions', 'source-layer': 'districts',
      minzoom: COUNT_DISTRICTS_FROM, maxzoom: COUNT_UNTIL, layout: { visibility: 'none' },
      paint: { 'fill-color': colourByCode(new Map()), 'fill-outline-color': ground.district },
    },
    {
      id: 'chosen-region', type: 'fill', source: 'chosen',
      paint: { 'fill-color': ground.focus, 'fill-opacity': dark ? 0.12 : 0.07 },
    },
    {
      id: 'district-lines', type: 'line', source: 'districts', minzoom: DISTRICT_ZOOM,
      paint: { 'line-color': ground.district, 'line-width': 0.9, 'line-dasharray': [4, 3] },
    },
    {
      id: 'regency-lines', type: 'line', source: 'regencies',
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': ground.regency,
        'line-width': ['interpolate', ['linear'], ['zoom'], 6, 0.7, 10, 1.4, 14, 2],
      },
    },
    {
      id: 'chosen-line', type: 'line', source: 'chosen',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': ground.focus, 'line-width': 1.6, 'line-opacity': 0.8 },
    },
    {
      id: 'clusters', type: 'circle', source: 'enterprises', 'source-layer': 'enterprises',
      filter: ['all', isMany, ['!', isStack]],
      // Large ones below, so that none hides a small one wholly.
      layout: { 'circle-sort-key': ['-', 0, count] },
      paint: {
        'circle-color': colour, 'circle-radius': radius, 'circle-opacity': 0.92,
        'circle-stroke-color': ground.ring, 'circle-stroke-width': 1.5,
      },
    },
    {
      id: 'singles', type: 'circle', source: 'enterprises', 'source-layer': 'enterprises',
      filter: isSingle,
      paint: {
        'circle-color': colour,
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 7, 3.2, MARK_ZOOM - 0.5, 5, MARK_ZOOM + 0.5, 9],
        'circle-stroke-color': ground.ring,
        'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 7, 1, MARK_ZOOM, 2],
      },
    },
    {
      id: 'stacks', type: 'symbol', source: 'enterprises', 'source-layer': 'enterprises',
      filter: ['all', isMany, isStack],
      layout: {
        'icon-image': bySector(stackImage, stackImage('unknown')),
        'icon-size': ['interpolate', ['linear'], ['log10', count], 0.3, 0.72, 1, 0.86, 3, 1.15],
        'icon-allow-overlap': true, 'icon-ignore-placement': true,
      },
    },
    {
      id: 'district-names', type: 'symbol', source: 'district-places', minzoom: 10.5,
      layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 11.5, 'text-max-width': 7, ...besides },
      paint: label,
    },
    {
      id: 'regency-names', type: 'symbol', source: 'places', minzoom: 6.8, maxzoom: 12,
      layout: {
        'text-field': ['get', 'name'], 'text-font': FONT_BOLD, 'text-max-width': 7,
        'text-size': ['interpolate', ['linear'], ['zoom'], 7, 10.5, 10, 14],
        'text-letter-spacing': 0.02, ...besides,
      },
      paint: label,
    },
    {
      id: 'marks', type: 'symbol', source: 'enterprises', 'source-layer': 'enterprises', minzoom: MARK_ZOOM,
      filter: isSingle,
      layout: {
        'text-field': bySector((code) => sectorStyle(code).mark, '·'),
        'text-font': FONT_BOLD, 'text-size': 9.5, 'text-allow-overlap': true, 'text-ignore-placement': true,
      },
      paint: { 'text-color': ink },
    },
    {
      id: 'counts', type: 'symbol', source: 'enterprises', 'source-layer': 'enterprises',
      filter: isMany,
      layout: {
        'text-field': shortCount(lang), 'text-font': FONT_BOLD,
        'text-size': ['interpolate', ['linear'], ['log10', count], 0.3, 10, 2, 11, 4, 13],
        'text-offset': ['case', isStack, ['literal', [-0.32, 0.32]], ['literal', [0, 0]]],
        // Place names make room for counts, not the other way round.
        'text-allow-overlap': true, 'text-padding': 3,
      },
      paint: { 'text-color': ink },
    },
    {
      id: 'focus-ring', type: 'circle', source: 'focus',
      paint: {
        'circle-radius': ['case', ['==', ['get', 'role'], 'selected'], 15, 12],
        'circle-color': ground.focus,
        'circle-opacity': ['case', ['==', ['get', 'role'], 'selected'], 0.16, 0.08],
        'circle-stroke-color': ground.focus,
        'circle-stroke-width': ['case', ['==', ['get', 'role'], 'selected'], 3, 2],
      },
    },
    // The place itself, which may lie off the middle of the cell that holds it.
    {
      id: 'focus-point', type: 'circle', source: 'focus',
      filter: ['==', ['get', 'role'], 'selected'],
      paint: { 'circle-radius': 3, 'circle-color': ground.focus, 'circle-stroke-color': ground.ring, 'circle-stroke-width': 1.5 },
    },
  ];
  return {
    version: 8,
    sources: {
      regencies: { type: 'geojson', data: nothing, attribution },
      districts: { type: 'geojson', data: nothing },
      chosen: { type: 'geojson', data: nothing },
      places: { type: 'geojson', data: nothing },
      'district-places': { type: 'geojson', data: nothing },
      focus: { type: 'geojson', data: nothing },
      regions: { type: 'vector', tiles: [regions], minzoom: 0, maxzoom: 12 },
      enterprises: { type: 'vector', tiles: [tiles], minzoom: 0, maxzoom: TILE_MAX_ZOOM },
    },
    layers,
  };
}
