import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { desktop, settled } from './browser.mjs';
import { assertAgree, drawnCount, lastListRequest, query, shownCount, suite } from './suite.mjs';

const run = suite();

async function tileQueries(page) {
  return page.evaluate(() => /** @type {any} */ (window).__sentraMap.getSource('enterprises').tiles[0]);
}

test('choosing a sector filters address, list and tiles; back undoes it', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    const request = lastListRequest(page);
    await open();
    await settled(page);
    const all = await shownCount(page);
    const { items } = await run.server.get('/api/v1/enterprises?limit=1');
    const sector = items[0].sectors[0];
    const { name } = (await run.server.get('/api/v1/sectors')).items.find((each) => each.code === sector);

    await page.getByRole('button', { name: 'Sektor', exact: true }).click();
    await page.getByRole('checkbox', { name }).check();
    await page.keyboard.press('Escape');
    await settled(page);
    assert.equal(query(page).get('sector'), sector);
    assert.equal(request().searchParams.get('sector'), sector);
    assert.match(await tileQueries(page), new RegExp(`sector=${sector}$`));
    const some = await shownCount(page);
    const answer = await run.server.get(request().pathname + request().search);
    assert.equal(some, answer.matched);
    assert.ok(some > 0 && some < all);
    assertAgree(await drawnCount(page), some);
    assert.ok(answer.items.every((item) => item.sectors.includes(sector)));

    await page.reload();
    await settled(page);
    assert.equal(await shownCount(page), some);
    await page.goBack();
    await settled(page);
    assert.equal(query(page).get('sector'), null);
    assert.equal(await shownCount(page), all);
    await page.goForward();
    await settled(page);
    assert.equal(await shownCount(page), some);
    await page.getByRole('button', { name: `Hapus saringan ${name}` }).click();
    await settled(page);
    assert.equal(await shownCount(page), all);
  });
});

test('the legend is the sector filter too', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    await page.locator('.legend').getByRole('button', { name: 'Pangan' }).click();
    await settled(page);
    assert.equal(query(page).get('sector'), 'pangan');
    assertAgree(await drawnCount(page), await shownCount(page));
  });
});

test('typing searches, and the whole word is one step back', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    const all = await shownCount(page);
    const { items } = await run.server.get('/api/v1/enterprises?limit=1');
    const word = items[0].products[0]?.name.split(' ')[0] ?? items[0].name.split(' ')[0];
    await page.getByRole('searchbox', { name: 'Cari usaha atau produk' }).pressSequentially(word, { delay: 120 });
    await page.waitForFunction((text) => new URLSearchParams(location.search).get('q') === text, word);
    await settled(page);
    assert.ok((await shownCount(page)) > 0);
    await page.goBack();
    await settled(page);
    assert.equal(query(page).get('q'), null);
    assert.equal(await shownCount(page), all);
    assert.equal(await page.getByRole('searchbox', { name: 'Cari usaha atau produk' }).inputValue(), '');
  });
});

test('a commodity is found by its synonym', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    const commodities = (await run.server.get('/api/v1/commodities')).items;
    const wanted = commodities.find((item) => item.synonyms?.length);
    await open();
    await settled(page);
    await page.getByRole('button', { name: 'Komoditas', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Cari komoditas' }).fill(wanted.synonyms[0]);
    await page.locator(`input[value="${wanted.code}"]`).check();
    assert.equal(query(page).get('commodity'), wanted.code);
  });
});

test('a region is chosen by regency, then district, and the map goes there', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    const { items } = await run.server.get('/api/v1/enterprises?limit=1');
    const village = items[0].region;
    await open();
    await settled(page);
    await page.getByRole('button', { name: 'Wilayah', exact: true }).click();
    await page.getByLabel('Kabupaten/kota').selectOption(village.slice(0, 5));
    await page.waitForFunction(() => location.search.includes('map='));
    await settled(page);
    assert.equal(query(page).get('region'), village.slice(0, 5));
    const zoom = Number(query(page).get('map')?.split('/')[0]);
    assert.ok(zoom > 8, `zoom ${zoom}`);
    await page.getByLabel('Kecamatan').selectOption(village.slice(0, 8));
    await settled(page);
    assert.equal(query(page).get('region'), village.slice(0, 8));
    assert.ok((await shownCount(page)) >= 1);
  });
});

test('several filters are chips, each removable, and all at once', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/?kind=ikm,ukm&sector=pangan&sample=true&women_led=true');
    await settled(page);
    const chips = page.getByRole('list', { name: 'Saringan aktif' });
    assert.equal(await chips.locator('.chip').count(), 5);
    await chips.getByRole('button', { name: 'Hapus saringan UKM' }).click();
    assert.equal(query(page).get('kind'), 'ikm');
    await chips.getByRole('button', { name: 'Hapus semua' }).click();
    assert.equal(new URL(page.url()).search.replace(/[?&]map=[^&]*/, ''), '');
  });
});

test('the API dialog and the downloads give the filter of the view', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/?kind=ikm&sector=pangan');
    await settled(page);
    await page.getByRole('button', { name: 'API', exact: true }).click();
    const shown = await page.locator('dialog[open] code').allTextContents();
    assert.equal(shown.length, 4);
    assert.ok(shown.every((text) => text.includes('kind=ikm') && text.includes('sector=pangan')));
    const list = await run.server.get(new URL(shown[0].replace('GET ', '')).pathname + new URL(shown[0].replace('GET ', '')).search);
    assert.equal(list.matched, await shownCount(page));
    const statistics = new URL(shown[3].replace('GET ', ''));
    const counts = await run.server.get(statistics.pathname + statistics.search);
    assert.equal(counts.items.reduce((sum, { count }) => sum + count, 0), counts.matched);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Unduh' }).click();
    for (const format of ['geojson', 'csv']) {
      const link = page.locator(`a[download="sentra.${format}"]:not([href*="delimiter"])`);
      assert.equal(await link.getAttribute('href'), `/api/v1/exports/enterprises.${format}?kind=ikm&sector=pangan`);
      const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
      assert.equal(await file.failure(), null);
    }
  });
});

test('more of the list is loaded on request, without repeats', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    const total = await shownCount(page);
    if (total <= 50) return; // everything is on the first page
    await page.getByRole('button', { name: 'Muat lagi' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.results ol a').length > 50);
    const ids = await page.locator('.results ol a').evaluateAll((links) => links.map((link) => link.dataset.id));
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.length <= total);
  });
});

test('the download menu offers every format of what the filter shows', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/?sector=pangan');
    await settled(page);
    // All that the filter shows, wherever the map is.
    const { matched: shown } = await run.server.get('/api/v1/enterprises?sector=pangan&limit=1');
    await page.getByRole('button', { name: 'Unduh', exact: true }).click();
    const panel = page.getByRole('group', { name: 'Unduh' });
    const files = await panel.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    const ends = files.map((path) => new URL(path, run.server.origin).pathname.replace('/api/v1/exports/enterprises', ''));
    assert.deepEqual(ends, ['.xlsx', '.csv', '.csv', '.geojson', '.geojsonl', '.fgb', '.parquet', '/metadata']);
    for (const path of files) assert.equal(new URL(path, run.server.origin).searchParams.get('sector'), 'pangan', path);
    await panel.getByRole('checkbox', { name: 'Semua kolom' }).check();
    const about = await panel.getByRole('link', { name: 'Metadata berkas (JSON)' }).getAttribute('href');
    const metadata = await run.server.get(about);
    assert.equal(metadata.counts.enterprises, shown);
    assert.ok(metadata.columns.some((column) => column.name === 'regency_name'));
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('link', { name: 'GeoJSON per baris, untuk program' }).click(),
    ]);
    const text = readFileSync(await file.path(), 'utf8');
    assert.equal(text.trimEnd().split('\n').length, shown);
  });
});
