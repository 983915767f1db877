import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone, settled } from './browser.mjs';
import { drawn, query, suite } from './suite.mjs';

const run = suite();
const counts = (by, filter = '') => run.server.get(`/api/v1/stats?group_by=${by}${filter}`);
const toggle = (page) => page.getByRole('switch', { name: 'Jumlah per wilayah' });

/** Regions as they are coloured. */
function coloured(page, layer) {
  return page.evaluate((wanted) => {
    const map = /** @type {any} */ (window).__sentraMap;
    const colours = map.getPaintProperty(wanted, 'fill-color');
    const found = map.queryRenderedFeatures({ layers: [wanted] }).map(({ properties }) => properties.code);
    return [...new Set(found)].map((code) => [code, colours[colours.indexOf(code) + 1]]);
  }, layer);
}

test('a switch colours regions by counts in the place of points, and the address says so', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    await toggle(page).focus();
    await page.keyboard.press('Space');
    await page.waitForFunction(() => /** @type {any} */ (window).__sentraMap.getLayoutProperty('regency-counts', 'visibility') === 'visible');
    assert.equal(query(page).get('show'), 'wilayah');
    await page.locator('.legend li small').first().waitFor();
    await settled(page);
    assert.equal((await drawn(page)).length, 0, 'points are drawn over the counts');

    const answer = await counts('regency');
    const by = new Map(answer.items.map(({ values, count }) => [values[0], count]));
    const regions = await coloured(page, 'regency-counts');
    assert.ok(regions.length >= 30, `only ${regions.length} regencies are coloured`);
    // A greater count never has the colour of a smaller class: each colour is one run of counts.
    const ranges = new Map();
    for (const [code, colour] of regions.filter(([code]) => by.has(code))) {
      const range = ranges.get(colour) ?? [Infinity, 0];
      ranges.set(colour, [Math.min(range[0], by.get(code)), Math.max(range[1], by.get(code))]);
    }
    const sorted = [...ranges.values()].sort((a, b) => a[0] - b[0]);
    assert.ok(sorted.length >= 3, `${sorted.length} colours`);
    sorted.slice(1).forEach(([from], at) => assert.ok(from > sorted[at][1], JSON.stringify(sorted)));

    // The legend's classes are those ranges, and hold all regencies that have any.
    const lines = await page.locator('.legend li').allTextContents();
    const inClasses = lines.map((line) => Number(/(\d+) kab\/kota/.exec(line)?.[1] ?? 0));
    assert.equal(inClasses.reduce((sum, n) => sum + n, 0), answer.items.length, lines.join(' | '));

    await page.reload();
    await settled(page);
    assert.equal(await toggle(page).getAttribute('aria-checked'), 'true');
    await toggle(page).click();
    await settled(page);
    assert.equal(query(page).get('show'), null);
    assert.ok((await drawn(page)).length > 0, 'the points do not come back');
  });
});

test('counts follow the filter, districts are coloured nearer, and points come back nearer still', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/?show=wilayah&sector=kulit-alas-kaki&map=9.6/-7.47/112.44');
    await settled(page);
    await page.locator('.legend li small').first().waitFor();
    const answer = await counts('district', '&sector=kulit-alas-kaki');
    const by = new Map(answer.items.map(({ values, count }) => [values[0], count]));
    await page.waitForFunction(() => Array.isArray(/** @type {any} */ (window).__sentraMap.getPaintProperty('district-counts', 'fill-color')));
    await settled(page);
    const regions = await coloured(page, 'district-counts');
    const some = regions.filter(([code]) => by.has(code));
    assert.ok(some.length > 0 && some.every(([, colour]) => /^#/.test(colour)), 'districts with usaha are coloured');
    // Where there is none, it stays as the land is.
    const none = regions.find(([code]) => !by.has(code));
    assert.ok(none, 'no district without any');
    const plain = await page.evaluate(() => /** @type {any} */ (window).__sentraMap.getPaintProperty('district-counts', 'fill-color').at(-1));
    assert.match(plain, /, 0\)$/);

    await open('/?show=wilayah&sector=kulit-alas-kaki&map=12.5/-7.47/112.44');
    await settled(page);
    assert.ok((await drawn(page)).length > 0, 'no points where the map is near');
    await page.getByText('Perkecil peta untuk melihat jumlah per wilayah').waitFor();
  });
});

test('a click on a region filters by it', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/?show=wilayah&map=9/-7.47/112.7');
    await settled(page);
    await page.locator('.legend li small').first().waitFor();
    await page.waitForFunction(() => /** @type {any} */ (window).__sentraMap.queryRenderedFeatures({ layers: ['district-counts'] }).length > 0);
    const canvas = page.locator('.maplibregl-canvas');
    const box = await canvas.boundingBox();
    await canvas.click({ position: { x: box.width / 2, y: box.height / 2 } });
    await page.waitForFunction(() => location.search.includes('region='));
    assert.match(query(page).get('region') ?? '', /^35\.15\.\d\d$/);
  });
});

test('the statistics are tables that say what the API counts, and filter by a key', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/?kind=ikm');
    await settled(page);
    await page.getByRole('button', { name: 'Statistik' }).click();
    assert.equal(query(page).get('side'), 'statistik');
    for (const [by, name] of [['regency', 'Menurut kabupaten/kota'], ['sector', 'Menurut sektor']]) {
      const table = page.getByRole('table', { name });
      await table.waitFor();
      const answer = await counts(by, '&kind=ikm');
      const labels = new Map(answer.dimensions[0].labels.map((label) => [label.code, label.name]));
      const expected = answer.items.toSorted((a, b) => b.count - a.count)[0];
      const first = table.getByRole('row').nth(1);
      assert.ok((await first.getByRole('rowheader').textContent()).includes(labels.get(expected.values[0])));
      assert.equal((await first.getByRole('cell').first().textContent()).replace(/\D/g, ''), String(expected.count));
      const all = page.getByRole('button', { name: /^Tampilkan semua/ }).first();
      await all.click();
      assert.equal(await table.getByRole('row').count(), answer.items.length + 1);
    }
    const region = page.getByRole('table', { name: 'Menurut kabupaten/kota' }).getByRole('rowheader').first().getByRole('button');
    await region.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('region='));
    const code = query(page).get('region');
    const { matched } = await counts('regency', `&kind=ikm&region=${code}`);
    await page.getByText(`${matched.toLocaleString('id-ID')} usaha cocok dengan saringan`).waitFor();
    assert.deepEqual(await findings(page), []);
  });
});

test('on a phone both are within reach of a finger, by day and by night', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await run.visit({ viewport: phone, hasTouch: true, isMobile: true, colorScheme }, async (page, { open }) => {
      await open('/?side=statistik&show=wilayah');
      await page.waitForFunction(() => /** @type {any} */ (window).__sentraMap?.isStyleLoaded());
      await page.getByRole('table', { name: 'Menurut sektor' }).waitFor();
      await page.getByRole('button', { name: 'Keterangan' }).click();
      await page.locator('.legend li small').first().waitFor();
      assert.deepEqual(await smallTargets(page, '.stats button, .legend button, .side'), []);
      assert.deepEqual(await findings(page), []);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} pixels too wide`);
    });
  }
});
