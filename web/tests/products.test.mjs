import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, mapSettled, phone } from './browser.mjs';
import { staff } from './server.mjs';
import { drop, query, signIn, suite } from './suite.mjs';

const village = { code: '35.15.06.2001', lon: 112.7223, lat: -7.5071 };

/** Six makers of knives in a row, of steel from outside the province; and one who makes the steel. */
const run = suite(async (server) => {
  const draft = (commodity, at, materials = []) => ({
    name: `Usaha ${commodity}`, sectors: ['logam-mesin-elektronik'], commodities: [commodity], founded_year: at < 3 ? 2010 : 2024,
    products: [{
      name: commodity, commodity, raw_materials: materials,
      capacity: { min: 10, max: 20, unit: 'buah', period: 'month' },
    }],
    region: village.code, workers: { total: 2 },
    point: { lon: village.lon + (at + 1) * 0.0009, lat: village.lat, method: 'gps', accuracy_m: 5 },
  });
  for (let at = 0; at < 6; at += 1) {
    await server.as(staff, 'POST', '/api/v1/enterprises', draft('keris', at, [{ commodity: 'logam-cor', origin: at < 2 ? '35.16' : 'import' }]));
  }
  await server.as(staff, 'POST', '/api/v1/enterprises', draft('logam-cor', 20));
});
const table = (page) => page.getByRole('table', { name: 'Usaha menurut wilayah' });
const digits = (text) => Number((text ?? '').replace(/\D/g, ''));

test('a commodity is chosen from the table, and the address, the table and the API agree', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/produk');
    const goods = await run.server.get('/api/v1/stats?group_by=commodity');
    const top = goods.items.filter(({ values }) => values[0]).toSorted((a, b) => b.count - a.count)[0];
    const first = page.getByRole('table', { name: 'Menurut komoditas' }).getByRole('row').nth(1);
    await first.waitFor();
    assert.equal(digits(await first.getByRole('cell').textContent()), top.count);
    await first.getByRole('button').click();
    await table(page).waitFor();
    assert.equal(query(page).get('commodity'), top.values[0]);

    const answer = await run.server.get(`/api/v1/stats?group_by=regency&lq=true&commodity=${top.values[0]}`);
    const sorted = answer.items.toSorted((a, b) => b.count - a.count);
    const rows = table(page).getByRole('row');
    assert.equal(await rows.count(), answer.items.length + 1);
    const names = new Map(answer.dimensions[0].labels.map(({ code, name }) => [code, name]));
    assert.ok((await rows.nth(1).getByRole('rowheader').textContent()).includes(names.get(sorted[0].values[0])));
    assert.equal(digits(await rows.nth(1).getByRole('cell').first().textContent()), sorted[0].count);

    // By what it is known for, and in words.
    await page.getByRole('button', { name: 'Kekhasan', exact: true }).last().click();
    const special = answer.items.toSorted((a, b) => (b.lq ?? -1) - (a.lq ?? -1))[0];
    await page.waitForFunction(() => location.search.includes('order=lq'));
    const known = rows.nth(1).getByRole('cell').nth(2);
    const written = special.lq.toLocaleString('id-ID', { maximumFractionDigits: 2 });
    assert.ok((await known.textContent()).includes(written), `${await known.textContent()} ${written}`);
    assert.match(await known.textContent(), /khas|rata-rata/);

    // The request behind it is shown, and answers the same.
    await page.getByRole('button', { name: 'API' }).click();
    const shown = await page.locator('dialog[open] code').first().textContent();
    const asked = await (await fetch(shown.replace(/^.*?(http)/, '$1'))).json();
    assert.deepEqual(asked.items, answer.items);
    await page.keyboard.press('Escape');

    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /CSV/ }).last().click()]);
    const lines = (await readFile(await download.path(), 'utf8')).split('\r\n');
    assert.equal(lines[1].split(',')[0], special.values[0]);
    assert.ok(lines.some((line) => line.includes('/api/v1/stats?group_by=regency')));
    assert.deepEqual(await findings(page), []);
  });
});

test('the map is coloured as the table says, districts follow a regency, and back undoes it', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/produk?sector=kulit-alas-kaki');
    await table(page).waitFor();
    await mapSettled(page);
    await page.waitForFunction(() => Array.isArray(/** @type {any} */ (window).__sentraMap?.getPaintProperty('regency-counts', 'fill-color')));
    const answer = await run.server.get('/api/v1/stats?group_by=regency&lq=true&sector=kulit-alas-kaki');
    const painted = await page.evaluate(() => {
      const colours = /** @type {any} */ (window).__sentraMap.getPaintProperty('regency-counts', 'fill-color');
      return colours.slice(2, -1).filter((_, at) => at % 2 === 0);
    });
    assert.deepEqual(painted.toSorted(), answer.items.flatMap(({ values }) => values).toSorted());
    // By specialisation the same regions have the colour of their class.
    await page.getByRole('group', { name: 'Warna peta' }).getByRole('button', { name: 'Kekhasan' }).click();
    await page.getByText('sangat khas').first().waitFor();
    assert.equal(query(page).get('shade'), 'kekhasan');

    const top = answer.items.toSorted((a, b) => b.count - a.count)[0];
    await table(page).getByRole('rowheader').first().getByRole('button').click();
    await page.waitForFunction(() => location.search.includes('region='));
    assert.equal(query(page).get('region'), top.values[0]);
    const inside = await run.server.get(`/api/v1/stats?group_by=district&lq=true&sector=kulit-alas-kaki&region=${top.values[0]}`);
    await page.waitForFunction((rows) => document.querySelectorAll('table tbody tr').length === rows, inside.items.length);
    await page.goBack();
    await page.waitForFunction((rows) => document.querySelectorAll('table tbody tr').length === rows, answer.items.length);
  });
});

test('an earlier day stands beside today, and staff see sums, raw materials and possible sentra', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/produk?commodity=keris&compare=2015-01-01&sample=false');
    await page.getByText('bukan laporan waktu itu').waitFor();
    await signIn(page, staff);
    const row = table(page).getByRole('row').nth(1);
    await page.getByText(/dari data internal Anda/).waitFor();
    await row.getByText('60–120').waitFor();
    const cells = await row.getByRole('cell').allTextContents();
    assert.ok(cells.some((text) => text.includes('+3')), cells.join(' | '));
    assert.ok(cells.some((text) => /12\s*diketahui pada 6 dari 6/.test(text)), cells.join(' | '));

    await page.getByLabel('Bahan baku').selectOption('logam-cor');
    const pairs = page.getByRole('table', { name: 'Pemakai dan pembuat' });
    await pairs.waitFor();
    const pair = await pairs.getByRole('row').nth(1).getByRole('cell').allTextContents();
    assert.ok(pair[0].includes('Kabupaten Sidoarjo') && pair[2].includes('4'), pair.join(' | '));
    assert.equal(query(page).get('material'), 'logam-cor');

    await page.getByRole('button', { name: 'Cari calon sentra' }).click();
    await page.getByText(/Pencarian selesai: 1 kelompok/).waitFor();
    const candidate = page.getByRole('article').filter({ hasText: 'Keris di' });
    await candidate.getByText('6 pembuat di 6 titik').waitFor();
    assert.deepEqual(await findings(page), []);
    await candidate.getByRole('button', { name: 'Bukan sentra' }).click();
    await candidate.getByRole('button', { name: 'Bukan sentra' }).click();
    await candidate.getByText(/wajib/i).first().waitFor();
    drop(faults, /status of 422/);
    await candidate.getByRole('button', { name: 'Batal' }).click();
    await candidate.getByRole('button', { name: 'Jadikan sentra' }).click();
    await candidate.getByLabel('Nama sentra').fill('Sentra keris Kedensari');
    await candidate.getByRole('button', { name: 'Jadikan sentra' }).click();
    await page.getByText('Sentra dibuat: Sentra keris Kedensari.').waitFor();
    const made = await run.server.as(staff, 'GET', '/api/v1/sentra?commodity=keris');
    assert.deepEqual(made.items.map(({ name }) => name), ['Sentra keris Kedensari']);
  });
});

test('on a phone the table stands as cards within reach of a finger, by day and by night', async () => {
  for (const colorScheme of ['light', 'dark']) {
    await run.visit({ viewport: phone, hasTouch: true, isMobile: true, colorScheme }, async (page, { open }) => {
      await open('/produk?sector=pangan&shade=kekhasan');
      await table(page).waitFor();
      await page.waitForFunction(() => /** @type {any} */ (window).__sentraMap?.isStyleLoaded());
      assert.deepEqual(await smallTargets(page, 'main button, main a.button'), []);
      assert.deepEqual(await findings(page), []);
      await page.locator('main .sample').waitFor();
      const wide = await page.evaluate(() => {
        const main = /** @type {Element} */ (document.querySelector('main'));
        return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
      });
      assert.ok(wide <= 0, `${wide} pixels too wide`);
    });
  }
});
