import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desktop, launch, listSettled, settled, visitor } from './browser.mjs';
import { shownCount, suite } from './suite.mjs';

const run = suite();
const drop = (faults, pattern) => faults.splice(0, faults.length, ...faults.filter((fault) => !pattern.test(fault)));

test('without WebGL the list works, with a word in place of the map', async () => {
  const browser = await launch(['--disable-3d-apis']);
  try {
    const { page, faults } = await visitor(browser, run.server.origin, { viewport: desktop });
    await page.goto(run.server.origin);
    await listSettled(page);
    assert.ok(await page.getByText('Peta tidak dapat digambar di peramban ini').isVisible());
    const { matched } = await run.server.get('/api/v1/enterprises?limit=1');
    assert.equal(await shownCount(page), matched, 'without a map nothing limits the list');
    await page.locator('.results ol a').first().click();
    await page.getByText('Diperbarui').waitFor();
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
  }
});

test('an error of the server is shown in its words, and can be tried again', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    let failing = true;
    const problem = { type: 'about:blank', title: 'Sibuk', status: 503, detail: 'Layanan sedang sibuk.', request_id: 'abc-123' };
    await page.route('**/api/v1/enterprises?**', (route) =>
      failing
        ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) })
        : route.continue());
    await open();
    const alert = page.locator('.results').getByRole('alert');
    await alert.waitFor();
    assert.match(await alert.innerText(), /Layanan sedang sibuk\.[^]*abc-123/);
    failing = false;
    await alert.getByRole('button', { name: 'Coba lagi' }).click();
    await page.locator('.results ol a').first().waitFor();
    await settled(page);
    drop(faults, /503/);
  });
});

test('without a network the last data stay, and it is said', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults, context }) => {
    await open();
    await settled(page);
    const before = await page.locator('.results ol a').count();
    await context.setOffline(true);
    await page.getByText('Tidak ada sambungan internet').waitFor();
    await page.locator('.legend').getByRole('button', { name: 'Pangan' }).click();
    const alert = page.locator('.results').getByRole('alert');
    await alert.waitFor();
    assert.equal(await page.locator('.results ol a').count(), before);
    await context.setOffline(false);
    await alert.waitFor({ state: 'detached' });
    await settled(page);
    drop(faults, /ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  });
});

test('an answer that came too late is not shown', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open();
    await settled(page);
    await page.route('**/api/v1/enterprises?**sector=pangan&**', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await route.continue().catch(() => {}); // it was aborted meanwhile
    });
    const legend = page.locator('.legend');
    await legend.getByRole('button', { name: 'Pangan' }).click();
    await page.waitForTimeout(400);
    await legend.getByRole('button', { name: 'Aneka' }).click();
    await settled(page);
    const shown = await shownCount(page);
    await page.waitForTimeout(1800);
    assert.equal(await shownCount(page), shown);
  });
});

test('nothing matches: it is said, with a way out', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/?q=zzqxjv');
    await settled(page);
    await page.getByText('Tidak ada usaha yang cocok dengan saringan ini.').waitFor();
    await page.locator('.results').getByRole('button', { name: 'Hapus semua' }).click();
    await page.locator('.results ol a').first().waitFor();
    await open('/?map=9/-12.5/118');
    await settled(page);
    await page.getByText('Tidak ada usaha yang cocok di layar ini.').waitFor();
    await page.getByRole('button', { name: 'Tampilkan seluruh Jawa Timur' }).click();
    await settled(page);
    assert.ok((await shownCount(page)) > 0);
  });
});

test('an unknown address of the app says so', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/tidak-ada');
    assert.match(await page.locator('body').innerText(), /tidak ada|tidak dikenal|tidak ditemukan/i);
    drop(faults, /404/);
  });
});
