/** Small GeoJSON collections that the map draws beside the tiles. */
import type { Feature, FeatureCollection, Point } from 'geojson';
import { number } from '../lib/i18n';
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

/** Counts by the code of the region. */
export type RegionCounts = ReadonlyMap<string, number>;

/** A name, and under it the count where counts are shown. */
function placeName(name: string, code: string, counts: RegionCounts | null): string {
  return counts ? `${name}\n${number(counts.get(code) ?? 0)}` : name;
}

export function regencyPlaces(regencies: Region[], counts: RegionCounts | null): FeatureCollection {
  return collection(
    regencies.map(({ lon, lat, name, code }) => point(lon, lat, { name: placeName(shortName(name), code, counts) })),
  );
}

export function districtPlaces(shapes: RegionShapes, counts: RegionCounts | null): FeatureCollection {
  return collection(
    shapes.features.map(({ properties: { lon, lat, name, code } }) => point(lon, lat, { name: placeName(name, code, counts) })),
  );
}

/** Names at their points, each with what is said of it below. */
export function saidPlaces(
  places: Pick<Region, 'lon' | 'lat' | 'name' | 'code'>[],
  said: (code: string) => string | null,
): FeatureCollection {
  return collection(
    places.map(({ lon, lat, name, code }) => {
      const text = said(code);
      return point(lon, lat, { name: text ? `${shortName(name)}\n${text}` : shortName(name) });
    }),
  );
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
