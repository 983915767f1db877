/** Small GeoJSON collections that the map draws beside the tiles. Pure. */
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { RegionShapes } from '../lib/shapes.svelte';
import type { Region } from '../lib/types';

export interface FocusPoint {
  lon: number;
  lat: number;
  role: 'selected' | 'hovered';
}

const collection = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features });

function point(lon: number, lat: number, properties: Record<string, string>): Feature<Point> {
  return { type: 'Feature', properties, geometry: { type: 'Point', coordinates: [lon, lat] } };
}

/** "Kabupaten" is what most are; "Kota" is said, since eight names exist as both. */
export const shortName = (name: string) => name.replace(/^Kab(upaten|\.) /, '');

export function regencyPlaces(regencies: Region[]): FeatureCollection {
  return collection(regencies.map(({ lon, lat, name }) => point(lon, lat, { name: shortName(name) })));
}

export function districtPlaces(shapes: RegionShapes): FeatureCollection {
  return collection(shapes.features.map(({ properties: { lon, lat, name } }) => point(lon, lat, { name })));
}

export function chosenShapes(
  codes: string[],
  regencies: RegionShapes | null,
  districts: RegionShapes | null,
): FeatureCollection {
  const chosen = new Set(codes.map((code) => code.slice(0, 8)));
  const all = [...(regencies?.features ?? []), ...(districts?.features ?? [])];
  return collection(all.filter(({ properties }) => chosen.has(properties.code)));
}

export function focusPoints(points: FocusPoint[]): FeatureCollection {
  return collection(points.map(({ lon, lat, role }) => point(lon, lat, { role })));
}
