/**
 * Web Mercator as MapLibre uses it (512-pixel world at zoom 0). Pure. Lets the
 * list ask for what the map will show before the map library has arrived.
 */
export interface View {
  zoom: number;
  lat: number;
  lon: number;
}
export type Bounds = [west: number, south: number, east: number, north: number];

const WORLD = 512;
const EARTH_CIRCUMFERENCE_M = 40_075_016.7;

/** East Java without its far eastern islands, which would leave the screen mostly sea. */
export const provinceBounds: Bounds = [110.88, -8.82, 114.64, -6.7];

const x = (lon: number) => (lon + 180) / 360;
const y = (lat: number) =>
  (1 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / Math.PI) / 2;
const lonAt = (value: number) => value * 360 - 180;
const latAt = (value: number) =>
  (Math.atan(Math.exp((1 - 2 * value) * Math.PI)) * 360) / Math.PI - 90;
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

export function fitView(bounds: Bounds, width: number, height: number, padding = 24): View {
  const [west, south, east, north] = bounds;
  const spanX = Math.max(x(east) - x(west), 1e-9);
  const spanY = Math.max(y(south) - y(north), 1e-9);
  const roomX = Math.max(width - 2 * padding, 40);
  const roomY = Math.max(height - 2 * padding, 40);
  const zoom = Math.log2(Math.min(roomX / (spanX * WORLD), roomY / (spanY * WORLD)));
  return {
    zoom: clamp(zoom, 5, 16),
    lon: (west + east) / 2,
    lat: latAt((y(south) + y(north)) / 2),
  };
}

export function viewBounds(view: View, width: number, height: number): Bounds {
  const size = WORLD * 2 ** view.zoom;
  const halfX = width / size / 2;
  const halfY = height / size / 2;
  const cx = x(view.lon);
  const cy = y(view.lat);
  return [
    clamp(lonAt(cx - halfX), -180, 180),
    clamp(latAt(clamp(cy + halfY, 0, 1)), -85, 85),
    clamp(lonAt(cx + halfX), -180, 180),
    clamp(latAt(clamp(cy - halfY, 0, 1)), -85, 85),
  ];
}

/** Five decimals are about a metre: enough for a screen, and short in a link. */
export const bboxText = (bounds: Bounds) => bounds.map((value) => value.toFixed(5)).join(',');

export function boundsOf(coordinates: unknown, into: Bounds = [180, 90, -180, -90]): Bounds {
  if (!Array.isArray(coordinates)) return into;
  if (typeof coordinates[0] === 'number') {
    const [lon, lat] = coordinates as [number, number];
    into[0] = Math.min(into[0], lon);
    into[1] = Math.min(into[1], lat);
    into[2] = Math.max(into[2], lon);
    into[3] = Math.max(into[3], lat);
    return into;
  }
  for (const part of coordinates) boundsOf(part, into);
  return into;
}

export const contains = (bounds: Bounds, lon: number, lat: number) =>
  lon >= bounds[0] && lon <= bounds[2] && lat >= bounds[1] && lat <= bounds[3];

/** How far a tile's whole-number grid (4096 a side) can move a point, in metres. */
export function tileGridMetres(zoom: number, lat: number): number {
  const metres = (EARTH_CIRCUMFERENCE_M * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom;
  return metres / 4096;
}

export function viewText({ zoom, lat, lon }: View): string {
  return `${zoom.toFixed(2)}/${lat.toFixed(5)}/${lon.toFixed(5)}`;
}

/** As the address will say it, so that a reload asks for exactly the same list. */
export const rounded = (view: View): View => parseView(viewText(view)) ?? view;

export function parseView(text: string | null): View | null {
  const parts = text?.split('/').map(Number) ?? [];
  const [zoom, lat, lon] = parts;
  if (parts.length !== 3 || zoom === undefined || lat === undefined || lon === undefined) return null;
  if (![zoom, lat, lon].every(Number.isFinite)) return null;
  if (zoom < 0 || zoom > 22 || Math.abs(lat) > 85 || Math.abs(lon) > 180) return null;
  return { zoom, lat, lon };
}
