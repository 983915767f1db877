/**
 * The map library behind a small interface. Loaded lazily: only this file, and
 * what it imports, knows MapLibre.
 */
import * as maplibre from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { FeatureCollection } from 'geojson';
import { type Bounds, type View } from '../lib/mercator';
import { mapColours } from '../lib/palette';
import { stackImages } from './images';
import { COUNT_UNTIL } from '../lib/stats.svelte';
import { buildStyle, colourByCode, countLayers, enterpriseLayers, pointLayers, type StyleOptions } from './style';

maplibre.setWorkerUrl(workerUrl);

declare global {
  interface Window {
    /** For tests and the curious: the page itself never reads it. */
    __sentraMap?: maplibre.Map;
  }
}

/** A cell of the tile under the pointer. */
export interface Hit {
  count: number;
  sector?: string;
  id?: string;
  name?: string;
  stack: boolean;
  lon: number;
  lat: number;
  /** Where on the map's element, for the tooltip. */
  x: number;
  y: number;
}

/** A region under the pointer while counts are shown. */
export interface RegionHit {
  code: string;
  name: string;
  x: number;
  y: number;
}

/** Colours of the regions by their codes. */
export type RegionColours = Record<'regency' | 'district', ReadonlyMap<string, string>>;

export interface EngineOptions extends StyleOptions {
  view: View;
  /** Reduced motion: jump instead of gliding. */
  still: boolean;
  words: { map: string; zoomIn: string; zoomOut: string; attribution: string };
  token(): Promise<string | null>;
  onMove(view: View): void;
  onZoom(zoom: number): void;
  onPick(hit: Hit | null): void;
  onHover(hit: Hit | null): void;
  onRegion(hit: RegionHit | null): void;
  onPickRegion(code: string): void;
  onError(status: number): void;
  onReady(): void;
}

export type SourceName = 'regencies' | 'districts' | 'chosen' | 'places' | 'district-places' | 'focus';
export type Engine = ReturnType<typeof createEngine>;

/** Fingers are thicker than pointers. */
const REACH = { mouse: 3, touch: 12 };

export function createEngine(container: HTMLElement, options: EngineOptions) {
  const { view } = options;
  // Moves that follow from the layout are not the reader's, and not for the address.
  let ours = false;
  const map = new maplibre.Map({
    container,
    style: buildStyle(options),
    center: [view.lon, view.lat],
    zoom: view.zoom,
    minZoom: 4.5,
    maxZoom: 19,
    maxPitch: 0,
    dragRotate: false,
    pitchWithRotate: false,
    trackResize: false,
    attributionControl: false,
    fadeDuration: options.still ? 0 : 200,
    locale: {
      'Map.Title': options.words.map,
      'NavigationControl.ZoomIn': options.words.zoomIn,
      'NavigationControl.ZoomOut': options.words.zoomOut,
      'AttributionControl.ToggleAttribution': options.words.attribution,
    },
    transformRequest: async (url, kind) => {
      // Who asks makes no difference to the outlines of regions, and they may be kept.
      const asks = kind === 'Tile' && !url.includes('/tiles/regions/');
      const token = asks ? await options.token() : null;
      if (!token) return { url };
      return { url, headers: { Authorization: `Bearer ${token}` }, cache: 'no-store' };
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), 'top-right');
  const narrow = container.clientWidth < 700;
  map.addControl(new maplibre.AttributionControl({ compact: narrow }), 'bottom-right');
  if (!narrow) map.addControl(new maplibre.ScaleControl({ maxWidth: 90 }), 'bottom-right');
  window.__sentraMap = map;

  const data = new Map<SourceName, FeatureCollection>();
  let ready = false;
  let colours: RegionColours | null = null;
  /** Between which zooms each layer is drawn when there are no counts. */
  const zooms = new Map(
    buildStyle(options).layers.map(({ id, minzoom = 0, maxzoom = 24 }) => [id, { minzoom, maxzoom }]),
  );

  map.on('style.load', () => {
    for (const { name, data: image, pixelRatio } of stackImages(options.dark)) {
      map.addImage(name, image, { pixelRatio });
    }
    ready = true;
    for (const [name, value] of data) setSource(name, value);
    showCounts();
    options.onReady();
  });

  // A small map starts with its sources folded behind the "i".
  map.once('idle', () => {
    const sources = container.querySelector('.maplibregl-ctrl-attrib.maplibregl-compact');
    sources?.classList.remove('maplibregl-compact-show');
    sources?.removeAttribute('open');
  });
  map.on('moveend', () => {
    if (ours) return;
    const { lng, lat } = map.getCenter();
    options.onMove({ zoom: map.getZoom(), lat, lon: lng });
  });
  map.on('zoom', () => options.onZoom(map.getZoom()));
  map.on('error', ({ error }) => {
    if (error instanceof Error && error.name === 'AbortError') return;
    options.onError('status' in error && typeof error.status === 'number' ? error.status : 0);
  });
  map.on('click', (event) => {
    const touch = 'pointerType' in event.originalEvent && event.originalEvent.pointerType === 'touch';
    const hit = hitAt(event.point, touch ? REACH.touch : REACH.mouse);
    const region = hit ? null : regionAt(event.point);
    options.onPick(hit);
    if (region) options.onPickRegion(region.code);
  });
  map.on('mousemove', (event) => {
    const hit = hitAt(event.point, REACH.mouse);
    const region = hit ? null : regionAt(event.point);
    map.getCanvas().style.cursor = hit || region ? 'pointer' : '';
    options.onHover(hit);
    options.onRegion(region);
  });
  const leave = () => {
    options.onHover(null);
    options.onRegion(null);
  };
  map.on('mouseout', leave);
  map.on('movestart', leave);

  function regionAt(point: maplibre.Point): RegionHit | null {
    if (!colours || !ready) return null;
    const [found] = map.queryRenderedFeatures(point, { layers: countLayers });
    if (!found) return null;
    return { code: String(found.properties.code), name: String(found.properties.name), x: point.x, y: point.y };
  }

  function showCounts() {
    for (const layer of countLayers) map.setLayoutProperty(layer, 'visibility', colours ? 'visible' : 'none');
    // Counts and points over one another can be read by nobody.
    for (const layer of pointLayers) {
      const { minzoom, maxzoom } = zooms.get(layer) ?? { minzoom: 0, maxzoom: 24 };
      map.setLayerZoomRange(layer, colours ? Math.max(COUNT_UNTIL, minzoom) : minzoom, maxzoom);
    }
    // On a coloured region a soft name would be lost.
    const ink = options.dark ? '#ffffff' : '#14181a';
    const { label } = options.dark ? mapColours.dark : mapColours.light;
    for (const layer of ['regency-names', 'district-names']) map.setPaintProperty(layer, 'text-color', colours ? ink : label);
    if (!colours) return;
    map.setPaintProperty('regency-counts', 'fill-color', colourByCode(colours.regency));
    map.setPaintProperty('district-counts', 'fill-color', colourByCode(colours.district));
  }

  function hitAt(point: maplibre.Point, reach: number): Hit | null {
    const box: [maplibre.PointLike, maplibre.PointLike] = [
      [point.x - reach, point.y - reach],
      [point.x + reach, point.y + reach],
    ];
    const found = map.queryRenderedFeatures(box, { layers: enterpriseLayers });
    const feature = found[0];
    if (!feature || feature.geometry.type !== 'Point') return null;
    const { count, sector, id, name, stack } = feature.properties;
    const [lon = 0, lat = 0] = feature.geometry.coordinates;
    const { x, y } = map.project([lon, lat]);
    return { count: Number(count ?? 1), sector, id, name, stack: Boolean(stack), lon, lat, x, y };
  }

  function setSource(name: SourceName, value: FeatureCollection) {
    data.set(name, value);
    if (ready) map.getSource<maplibre.GeoJSONSource>(name)?.setData(value);
  }

  const glide = () => ({ animate: !options.still, duration: options.still ? 0 : 500 });

  return {
    setSource,
    /** Colours regions by their counts in the place of points; null: points again. */
    setCounts(next: RegionColours | null) {
      colours = next;
      if (ready) showCounts();
    },
    setTiles(url: string) {
      map.getSource<maplibre.VectorTileSource>('enterprises')?.setTiles([url]);
    },
    /** Follow the layout (or back and forward) without telling the address. */
    place(next: View) {
      ours = true;
      map.resize();
      map.jumpTo({ center: [next.lon, next.lat], zoom: next.zoom });
      ours = false;
    },
    glideTo(next: View) {
      map.easeTo({ center: [next.lon, next.lat], zoom: next.zoom, ...glide() });
    },
    fit([west, south, east, north]: Bounds) {
      map.fitBounds([west, south, east, north], { padding: 32, maxZoom: 15, ...glide() });
    },
    /** Bring a point out from under the panel, only if it is not in plain sight. */
    reveal(lon: number, lat: number, rightInset: number) {
      const { x, y } = map.project([lon, lat]);
      const { clientWidth, clientHeight } = container;
      const free = clientWidth - rightInset;
      if (x > 24 && x < free - 24 && y > 24 && y < clientHeight - 24) return;
      map.easeTo({ center: [lon, lat], offset: [-rightInset / 2, 0], ...glide() });
    },
    zoom: () => map.getZoom(),
    destroy() {
      if (window.__sentraMap === map) delete window.__sentraMap;
      map.remove();
    },
  };
}
