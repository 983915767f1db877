import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desktop, mapSettled, settled } from './browser.mjs';
import { assertAgree, drawn, drawnCount, lastListRequest, query, shownCount, suite } from './suite.mjs';

const run = suite();

test('opening the page draws the map and fills the list with what the API counts', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    const request = lastListRequest(page);
    let asked = 0;
    page.on('request', (sent) => (asked += sent.url().includes('/api/v1/enterprises?') ? 1 : 0));
    await open();
    await settled(page);
    assert.equal(asked, 1, 'the list is asked for more than once');

    const cells = await drawn(page);
    assert.ok(cells.length > 0, 'no enterprise is drawn');
    const boundaries = await page.evaluate(() =>
      /** @type {any} */ (window).__sentraMap.queryRenderedFeatures({ layers: ['land'] }).length);
    assert.ok(boundaries >= 30, `only ${boundaries} regencies are drawn`);

    const url = request();
    const answer = await run.server.get(url.pathname + url.search);
    assert.ok(answer.matched > 0);
    assert.equal(await shownCount(page), answer.matched);
    const names = await page.locator('.results ol .name').allTextContents();
    assert.equal(names.length, answer.items.length);
    answer.items.forEach((item, at) => assert.ok(names[at].startsWith(item.name), `${names[at]} is not ${item.name}`));
  });
});

test('the map and the list agree on how many there are', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    assertAgree(await drawnCount(page), await shownCount(page));
  });
});

test('moving the map changes the list and the address, and a reload keeps both', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    const before = await shownCount(page);
    assert.equal(query(page).get('map'), null);
    const entries = await page.evaluate(() => history.length);

    await page.locator('.maplibregl-canvas').focus();
    await page.keyboard.press('Equal');
    await page.keyboard.press('Equal');
    await page.waitForFunction(() => location.search.includes('map='));
    await settled(page);
    const zoomed = await shownCount(page);
    assert.ok(zoomed < before, `${zoomed} is not fewer than ${before}`);
    assert.equal(await page.evaluate(() => history.length), entries, 'a map move must replace');

    const address = page.url();
    await page.reload();
    await settled(page);
    assert.equal(page.url(), address);
    assert.equal(await shownCount(page), zoomed);
  });
});

test('a click on a cluster zooms in, a click on a single opens it', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    const cluster = (await drawn(page)).filter((cell) => cell.layer === 'clusters').sort((a, b) => b.count - a.count)[0];
    assert.ok(cluster, 'no cluster to click');
    const zoom = () => page.evaluate(() => /** @type {any} */ (window).__sentraMap.getZoom());
    const from = await zoom();
    await page.locator('.maplibregl-canvas').click({ position: cluster.point });
    await settled(page);
    assert.ok((await zoom()) > from + 1.5);

    // Go where one stands alone, from the list.
    const { items } = await run.server.get('/api/v1/enterprises?limit=200');
    const lone = items.find((item) => item.public_place && items.filter((other) =>
      other.public_place && Math.hypot(other.public_place.lon - item.public_place.lon, other.public_place.lat - item.public_place.lat) < 0.01).length === 1);
    assert.ok(lone, 'the demonstration data have no enterprise that stands alone');
    await open(`/?map=15/${lone.public_place.lat}/${lone.public_place.lon}`);
    await settled(page);
    const single = (await drawn(page)).find((cell) => cell.layer === 'singles' && cell.id === lone.id);
    assert.ok(single, 'the enterprise is not drawn as a single');
    await page.locator('.maplibregl-canvas').click({ position: single.point });
    await page.getByRole('heading', { level: 2, name: lone.name }).waitFor();
    assert.equal(query(page).get('id'), lone.id);
  });
});

test('a click on a stack lists what lies on that point', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    const { items } = await run.server.get('/api/v1/enterprises?limit=1000');
    const at = new Map();
    for (const { public_place: place } of items) {
      if (place) at.set(`${place.lon},${place.lat}`, (at.get(`${place.lon},${place.lat}`) ?? 0) + 1);
    }
    const [point, count] = [...at].sort((a, b) => b[1] - a[1])[0];
    assert.ok(count > 1, 'the demonstration data have no two records on one point');
    const [lon, lat] = point.split(',');
    await open(`/?map=15/${lat}/${lon}`);
    await settled(page);
    const stack = (await drawn(page)).find((cell) => cell.layer === 'stacks');
    assert.ok(stack, 'records on one point are not drawn as a stack');
    await page.locator('.maplibregl-canvas').click({ position: stack.point });
    await page.waitForFunction(() => location.search.includes('near='));
    await settled(page);
    assert.equal(await shownCount(page), Number(stack.count));
    await page.getByRole('button', { name: /Hapus saringan Sekitar titik ini/ }).click();
    assert.equal(query(page).get('near'), null);
  });
});

test('what the pointer rests on is named, and a focused item is ringed on the map', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    const cell = (await drawn(page))[0];
    await page.locator('.maplibregl-canvas').hover({ position: cell.point });
    await page.locator('.tip').waitFor();
    await page.locator('.results ol a').first().focus();
    await mapSettled(page);
    await page.waitForFunction(() =>
      /** @type {any} */ (window).__sentraMap.querySourceFeatures('focus').some((feature) => feature.properties.role === 'hovered'));
  });
});
