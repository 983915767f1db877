// The map on pages of other sites: in a frame, and drawn by MapLibre from style, tiles and GeoJSON.
// Both pages are those of docs/embedding.md.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, test } from 'node:test';
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { findings, smallTargets } from './axe.mjs';
import { mapSettled, phone } from './browser.mjs';
import { staff } from './server.mjs';
import { drop, signIn, suite } from './suite.mjs';

const out = new URL('out/', import.meta.url).pathname;
const library = path.dirname(createRequire(import.meta.url).resolve('maplibre-gl/package.json'));
const docs = await readFile(new URL('../../docs/embedding.md', import.meta.url), 'utf8');
const [frame, recipe] = [...docs.matchAll(/```html\n([\s\S]*?)```/g)].map((found) => found[1] ?? '');
const types = { '.mjs': 'text/javascript', '.css': 'text/css', '.html': 'text/html' };

/** Another site: its pages by their paths, and MapLibre. */
const site = { pages: new Map(), origin: '' };
const other = createServer(async (request, response) => {
  const name = new URL(request.url ?? '/', 'http://x').pathname;
  const page = site.pages.get(name);
  if (name === '/favicon.ico') {
    response.writeHead(204).end();
    return;
  }
  try {
    const body = page ?? await readFile(path.join(library, 'dist', path.basename(name)));
    const type = types[page ? '.html' : path.extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});

const run = suite(async (sentra) => {
  await mkdir(out, { recursive: true });
  await new Promise((resolve) => other.listen(0, '127.0.0.1', () => resolve(null)));
  const address = /** @type {import('node:net').AddressInfo} */ (other.address());
  // By another name than Sentra's: another site, not only another origin.
  site.origin = `http://localhost:${address.port}`;
  const here = (html) => html.replaceAll('https://sentra.contoh.id', sentra.origin);
  const around = (html) => `<!doctype html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Dasbor</title><h1>Dasbor</h1>${html}`;
  site.pages.set('/frame', around(here(frame)));
  site.pages.set('/recipe', here(recipe));
  site.pages.set('/other', around(`<iframe src="${sentra.origin}/" title="Sentra" width="400" height="300"></iframe>`));
});
after(() => new Promise((resolve) => {
  other.closeAllConnections();
  other.close(() => resolve(null));
}));

/** What the page of the other site asked Sentra for, and nobody else. */
function asked(page, faults) {
  const requests = [];
  page.on('request', (request) => {
    if (request.url().startsWith(run.server.origin)) requests.push(request);
  });
  // To the visitor's eyes everything but Sentra is foreign; here the other site is at home.
  const known = new RegExp(`^foreign request: ${site.origin}/`);
  return { requests, clear: () => drop(faults, known) };
}

const settledIn = (frame) => frame.waitForFunction(
  () => {
    const map = /** @type {any} */ (window).__sentraMap;
    return map?.isStyleLoaded() && map.areTilesLoaded() && !map.isMoving();
  },
  null,
  { timeout: 30_000 },
);

const drawnIn = (frame) => frame.evaluate(() =>
  /** @type {any} */ (window).__sentraMap
    .queryRenderedFeatures({ layers: ['clusters', 'singles', 'stacks'] })
    .map(({ properties }) => properties));

test('the style passes the validator of MapLibre, light and dark, with and without a filter', async () => {
  for (const query of ['', '?scheme=dark', '?kind=ikm&sector=pangan,jasa&q=batik%20tulis']) {
    const style = await run.server.get(`/api/v1/styles/enterprises.json${query}`);
    assert.deepEqual(validateStyleMin(style).map(({ message }) => message), [], query);
  }
});

test('a frame on a page of another site draws the filtered map and leads back', async () => {
  await run.visit({}, async (page, { faults, context }) => {
    const { requests, clear } = asked(page, faults);
    await page.goto(`${site.origin}/frame`);
    const inside = await page.locator('iframe').elementHandle().then((element) => element?.contentFrame());
    assert.ok(inside, 'the frame was refused');
    await settledIn(inside);
    const points = await drawnIn(inside);
    assert.ok(points.length > 0, 'nothing is drawn');
    assert.deepEqual([...new Set(points.map(({ sector }) => sector))], ['kulit-alas-kaki']);
    await page.screenshot({ path: `${out}embed.png` });

    for (const request of requests) {
      const headers = await request.allHeaders();
      assert.ok(!headers.authorization && !headers.cookie, request.url());
      assert.ok(!request.url().includes('/api/v1/auth/'), request.url());
    }
    const opened = context.waitForEvent('page');
    await page.frameLocator('iframe').getByRole('link', { name: 'Buka di Sentra' }).click();
    const whole = await opened;
    await whole.waitForLoadState();
    const query = new URL(whole.url()).searchParams;
    assert.equal(new URL(whole.url()).origin, run.server.origin);
    assert.deepEqual([query.get('sector'), query.get('region')], ['kulit-alas-kaki', '35.15']);
    clear();
  });
});

test('the recipe draws the map from style, tiles and GeoJSON of another origin', async () => {
  await run.visit({}, async (page, { faults }) => {
    const { clear } = asked(page, faults);
    await page.goto(`${site.origin}/recipe`);
    await page.waitForFunction(
      () => {
        // Until the recipe's script has run, `window.map` is the element of that id.
        const map = /** @type {any} */ (window).map;
        const drawn = (...layers) => map.queryRenderedFeatures({ layers }).length > 0;
        return map?.getLayer?.('usaha') && drawn('land') && drawn('clusters', 'singles', 'stacks') && drawn('usaha');
      },
      null,
      { timeout: 30_000 },
    );
    assert.equal(await page.locator('#legend li').count(), 14);
    await page.screenshot({ path: `${out}embed-recipe.png` });
    clear();
  });
});

test('no other page may be framed', async () => {
  await run.visit({}, async (page, { faults }) => {
    const { clear } = asked(page, faults);
    await page.goto(`${site.origin}/other`);
    await page.waitForTimeout(500);
    clear();
    const refused = faults.filter((fault) => fault.includes('frame-ancestors'));
    assert.ok(refused.length > 0, `it was framed: ${faults}`);
    drop(faults, /frame-ancestors/);
  });
});

test('whoever is signed in, the embedded map asks as nobody', async () => {
  await run.visit({}, async (page, { open }) => {
    await open();
    await signIn(page, staff);
    await page.goto('about:blank'); // What the page before still asks for is none of the map's.
    const requests = [];
    page.on('request', (request) => requests.push(request));
    await open('/embed?lang=en');
    await mapSettled(page);
    assert.ok(requests.some((request) => request.url().includes('/api/v1/tiles/enterprises/')));
    for (const request of requests) {
      const headers = await request.allHeaders();
      assert.ok(!headers.authorization && !headers.cookie, request.url());
      assert.ok(!request.url().includes('/api/v1/auth/'), request.url());
    }
    await page.getByRole('link', { name: 'Open in Sentra' }).waitFor();
  });
});

test('the embedded map tells of one and of several, by pointer and on a phone', async () => {
  const { items } = await run.server.get('/api/v1/enterprises?limit=200');
  const places = items.map(({ public_place: place }) => place && `${place.lon},${place.lat}`);
  const many = items.find((item, at) => places[at] && places.indexOf(places[at]) !== places.lastIndexOf(places[at]));
  assert.ok(many, 'no two lie on one point');
  const { lon, lat } = many.public_place;
  await run.visit({ viewport: phone, hasTouch: true, isMobile: true }, async (page, { open }) => {
    await open(`/embed?map=15/${lat}/${lon}`);
    await mapSettled(page);
    const size = await page.evaluate(() => ({ x: innerWidth / 2, y: innerHeight / 2 }));
    await page.touchscreen.tap(size.x, size.y);
    const see = page.getByRole('link', { name: 'Lihat di Sentra' });
    await see.waitFor();
    const there = new URL(await see.getAttribute('href') ?? '', run.server.origin).searchParams;
    assert.ok(there.get('near') || there.get('id'), String(there));
    await page.getByText('Keterangan', { exact: true }).tap();
    await page.getByText('Pangan dan minuman').waitFor();
    await page.screenshot({ path: `${out}embed-phone.png` });
    assert.deepEqual(await findings(page), []);
    assert.deepEqual(await smallTargets(page, 'main a, main > section button, summary'), []);
  });
  await run.visit({ viewport: { width: 640, height: 420 }, colorScheme: 'dark' }, async (page, { open }) => {
    await open('/embed?sector=pangan');
    await mapSettled(page);
    // By keys alone: the link, the map, the legend.
    await page.keyboard.press('Tab');
    const reached = new Set();
    for (let at = 0; at < 12; at += 1) {
      reached.add(await page.evaluate(() => document.activeElement?.tagName ?? ''));
      await page.keyboard.press('Tab');
    }
    for (const name of ['A', 'CANVAS', 'SUMMARY']) assert.ok(reached.has(name), `${name}: ${[...reached]}`);
    await page.locator('summary', { hasText: 'Keterangan' }).press('Enter');
    await page.getByText('Pangan dan minuman').waitFor();
    assert.equal(await page.getByText('Perdagangan').count(), 0, 'only what the filter leaves');
    await page.screenshot({ path: `${out}embed-dark.png` });
    assert.deepEqual(await findings(page), []);
  });
});
