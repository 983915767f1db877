/** Boundaries, fetched once: for the map to draw and to know where a region lies. */
import type { FeatureCollection, Geometry } from 'geojson';
import type { components } from './api';
import { getJson } from './http';
import { boundsOf, type Bounds } from './mercator';

export type RegionShapes = FeatureCollection<Geometry, components['schemas']['RegionProperties']>;

const path = (level: string) => `/api/v1/regions?level=${level}&f=geojson&limit=1000`;
const geo = { accept: 'application/geo+json' };

class Shapes {
  regencies = $state.raw<RegionShapes | null>(null);
  districts = $state.raw<RegionShapes | null>(null);
  failed = $state(false);
  #asked = { regency: false, district: false };

  async load(level: 'regency' | 'district'): Promise<void> {
    if (this.#asked[level]) return;
    this.#asked[level] = true;
    try {
      const shapes = await getJson<RegionShapes>(path(level), geo);
      if (level === 'regency') this.regencies = shapes;
      else this.districts = shapes;
      this.failed = false;
    } catch {
      // Points still draw without their ground; the next occasion tries again.
      this.#asked[level] = false;
      this.failed = true;
    }
  }

  /** Around all the given regions, as far as their shapes are known. */
  bounds(regions: string[]): Bounds | null {
    const found = regions.map((code) => this.#find(code)).filter((shape) => shape !== undefined);
    if (!found.length || found.length < regions.length) return null;
    const bounds: Bounds = [180, 90, -180, -90];
    for (const { geometry } of found) {
      if ('coordinates' in geometry) boundsOf(geometry.coordinates, bounds);
    }
    return bounds;
  }

  #find(code: string): RegionShapes['features'][number] | undefined {
    const level = code.length <= 5 ? this.regencies : this.districts;
    // A village has no shape here: its district stands for it.
    return level?.features.find(({ properties }) => properties.code === code.slice(0, 8));
  }
}

export const shapes = new Shapes();
