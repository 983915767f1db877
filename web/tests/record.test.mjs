import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desktop, settled } from './browser.mjs';
import { query, suite } from './suite.mjs';

const run = suite();
const panel = (page) => page.getByRole('region', { name: 'Rincian usaha' });

test('an enterprise opens from the list and says what is known, in words', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    const link = page.locator('.results ol a').first();
    const id = await link.getAttribute('data-id');
    await link.click();
    const item = await run.server.get(`/api/v1/enterprises/${id}`);
    await page.getByRole('heading', { level: 2, name: item.name }).waitFor();
    const text = await panel(page).innerText();
    const sectors = (await run.server.get('/api/v1/sectors')).items;
    assert.ok(text.includes(sectors.find(({ code }) => code === item.sectors[0]).name));
    for (const product of item.products) assert.ok(text.includes(product.name));
    assert.ok(text.includes(item.region_name));
    if (item.public_place?.precision === 'village') assert.match(text, /Titik desa, bukan lokasi usaha/);
    if (item.founded_year) assert.ok(text.includes(String(item.founded_year)));
    else assert.match(text, /Berdiri\s+belum diketahui/);
    if (item.sample) assert.match(text, /CONTOH/);
    assert.doesNotMatch(text, /Data internal|undefined|null|NaN|\[object/);
    assert.equal(query(page).get('id'), id);
    await page.waitForFunction(() =>
      /** @type {any} */ (window).__sentraMap.querySourceFeatures('focus').some((feature) => feature.properties.role === 'selected'));
  });
});

test('opening asks for one record only, and a map move asks for none', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/?map=9/-7.5/112.5');
    await settled(page);
    /** @type {string[]} */
    let asked = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/v1/enterprises')) asked.push(pathname);
    });
    const id = await page.locator('.results ol a').first().getAttribute('data-id');
    await page.locator('.results ol a').first().click();
    await panel(page).getByText('Diperbarui').waitFor();
    await settled(page);
    assert.equal(asked.filter((path) => path.endsWith(String(id))).length, 1);
    const before = query(page).get('map');
    asked = [];
    await page.locator('.maplibregl-canvas').focus();
    await page.keyboard.press('ArrowUp');
    await page.waitForFunction((map) => new URLSearchParams(location.search).get('map') !== map, before);
    await settled(page);
    assert.deepEqual(asked, ['/api/v1/enterprises'], 'the list once, the record not at all');
  });
});

test('a link to an enterprise opens it, and back closes what was opened', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    const { items } = await run.server.get('/api/v1/enterprises?limit=2');
    await open(`/?id=${items[0].id}`);
    await page.getByRole('heading', { level: 2, name: items[0].name }).waitFor();
    await settled(page);
    const centre = await page.evaluate(() => /** @type {any} */ (window).__sentraMap.getCenter());
    assert.ok(Math.abs(centre.lng - items[0].public_place.lon) < 0.2, 'the map does not show it');

    await open();
    await settled(page);
    await page.locator('.results ol a').nth(1).click();
    await panel(page).waitFor();
    await page.goBack();
    await panel(page).waitFor({ state: 'detached' });
    assert.equal(query(page).get('id'), null);
  });
});

test('an enterprise that does not exist is said plainly', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/?id=01900000-0000-7000-8000-00000000dead');
    const alert = panel(page).getByRole('alert');
    await alert.waitFor();
    assert.match(await alert.innerText(), /Rincian usaha gagal dimuat/);
    await settled(page);
    // Chromium reports every 404 on the console; this one was asked for.
    faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes('404')));
  });
});
