import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone, settled } from './browser.mjs';
import { query, shownCount, suite } from './suite.mjs';

const run = suite();
const touch = { viewport: phone, hasTouch: true, isMobile: true };

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`axe finds nothing serious: desktop, ${colorScheme}`, async () => {
    await run.visit({ viewport: desktop, colorScheme }, async (page, { open }) => {
      await open('/?sector=pangan,kulit-alas-kaki&kind=ikm,ukm');
      await settled(page);
      assert.deepEqual(await findings(page), [], 'filtered list');
      for (const name of ['Jenis', 'Komoditas', 'Wilayah', 'Unduh']) {
        await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
        await page.waitForTimeout(150);
        assert.deepEqual(await findings(page), [], name);
        await page.keyboard.press('Escape');
      }
      for (const name of ['API', 'Masuk']) {
        await page.getByRole('button', { name, exact: true }).click();
        assert.deepEqual(await findings(page), [], name);
        await page.keyboard.press('Escape');
      }
      await page.locator('.results ol a').first().click();
      await page.getByText('Diperbarui').waitFor();
      await settled(page);
      assert.deepEqual(await findings(page), [], 'panel');
    });
  });

  test(`axe finds nothing serious: phone, ${colorScheme}`, async () => {
    await run.visit({ ...touch, colorScheme }, async (page, { open }) => {
      await open('/?sector=pangan');
      await settled(page);
      assert.deepEqual(await findings(page), [], 'list');
      await page.getByRole('button', { name: /^Saring\s+1 aktif/ }).tap();
      assert.deepEqual(await findings(page), [], 'filters');
      await page.getByRole('button', { name: /Lihat hasil/ }).tap();
      await page.getByRole('button', { name: 'Keterangan' }).tap();
      assert.deepEqual(await findings(page), [], 'legend');
      await page.getByRole('button', { name: 'Keterangan' }).tap();
      await page.locator('.results ol a').first().tap();
      await page.getByText('Diperbarui').waitFor();
      await settled(page);
      assert.deepEqual(await findings(page), [], 'panel');
    });
  });
}

test('the keyboard alone: skip link, list, panel and back to where one was', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Langsung ke daftar usaha');
    await page.keyboard.press('Enter');
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement?.hasAttribute('data-id'))) break;
    }
    const id = () => page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.dataset.id);
    const ids = await page.locator('.results ol a').evaluateAll((links) => links.map((link) => link.dataset.id));
    assert.equal(await id(), ids[0]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    assert.equal(await id(), ids[1]);
    const outline = await page.evaluate(() => getComputedStyle(/** @type {Element} */ (document.activeElement)).outlineStyle);
    assert.notEqual(outline, 'none', 'the focus cannot be seen');

    await page.keyboard.press('Enter');
    await page.getByText('Diperbarui').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H2');
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Rincian usaha' }).waitFor({ state: 'detached' });
    assert.equal(await id(), ids[1], 'the focus does not return to the list');

    const sector = page.getByRole('button', { name: 'Sektor', exact: true });
    await sector.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.waitForFunction(() => location.search.includes('sector='));
    await page.keyboard.press('Escape');
    assert.ok((await focused()).startsWith('Sektor'), 'the focus does not return to the button');
  });
});

test('English by switch: words, address, requests; remembered', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    assert.equal(await page.locator('html').getAttribute('lang'), 'id');
    const languages = [];
    page.on('request', (request) => {
      if (request.url().includes('/api/v1/enterprises?')) languages.push(request.headers()['accept-language']);
    });
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText(/businesses on this screen/).waitFor();
    assert.equal(query(page).get('lang'), 'en');
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await page.locator('.legend').getByRole('button', { name: 'Food' }).click();
    await settled(page);
    assert.ok(languages.length && languages.every((language) => language.startsWith('en')));
    await open();
    await settled(page);
    assert.match(await page.locator('#list').innerText(), /businesses on this screen/);
    await page.getByRole('button', { name: 'Bahasa Indonesia' }).click();
    await page.getByText(/usaha di layar ini/).waitFor();
  });
});

test('a phone: map above, list below, filters behind a button, targets of 44 pixels', async () => {
  await run.visit(touch, async (page, { open }) => {
    await open();
    await settled(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= phone.width, `the page is ${wide} pixels wide`);
    const map = await page.locator('.maplibregl-canvas').boundingBox();
    const list = await page.locator('.results ol').boundingBox();
    assert.ok(map && list && map.y < list.y && map.height > 200);

    const small = await smallTargets(page, 'button, input, select, nav a, .results ol a');
    assert.deepEqual(small, [], 'smaller than a finger');

    const all = await shownCount(page);
    await page.getByRole('button', { name: 'Saring', exact: true }).tap();
    await page.locator('dialog[open] summary', { hasText: 'Sektor' }).tap();
    await page.getByRole('checkbox', { name: 'Pangan' }).check();
    await page.getByRole('button', { name: /Lihat hasil/ }).tap();
    await settled(page);
    assert.ok((await shownCount(page)) < all);
    assert.ok(await page.getByRole('button', { name: /^Saring\s+1 aktif/ }).isVisible());

    await page.getByRole('button', { name: 'Perluas daftar' }).tap();
    await page.waitForTimeout(200);
    const taller = await page.locator('.results').boundingBox();
    assert.ok(taller && taller.height > 480);
    await page.locator('.results ol a').first().tap();
    await page.getByText('Diperbarui').waitFor();
    await page.getByRole('button', { name: 'Kembali ke daftar' }).tap();
    await page.getByRole('region', { name: 'Rincian usaha' }).waitFor({ state: 'detached' });
  });
});
