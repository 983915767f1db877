// Data & API for everybody, and how much service clients use of it for those who manage them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone } from './browser.mjs';
import { admin } from './server.mjs';
import { drop, signIn, suite } from './suite.mjs';

const run = suite(prepare);
const main = (page) => page.locator('main');
const until = new Date(Date.now() + 30 * 86_400_000).toISOString();
let busy = null;

/** A client with requests, a refusal by right among them, and one without any. */
async function prepare(server) {
  busy = await server.as(admin, 'POST', '/api/v1/clients', { name: 'Satu Data Sidoarjo', scopes: ['public'], expires_at: until });
  await server.as(admin, 'POST', '/api/v1/clients', { name: 'Belum dipakai', scopes: ['public'], expires_at: until });
  const asked = await fetch(`${server.origin}/api/v1/auth/token`, {
    method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: busy.id, client_secret: busy.client_secret }),
  });
  const { access_token } = await asked.json();
  for (const path of ['sectors', 'units', 'enterprises?limit=5', 'users']) {
    await (await fetch(`${server.origin}/api/v1/${path}`, { headers: { Authorization: `Bearer ${access_token}` } })).arrayBuffer();
  }
}

test('everybody finds files, addresses and examples, in both languages', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/');
    await page.getByRole('navigation', { name: 'Halaman' }).getByRole('link', { name: 'Data & API' }).click();
    await page.getByRole('heading', { level: 1, name: 'Data & API' }).waitFor();
    await main(page).getByText(`${run.server.origin}/ogc`, { exact: true }).waitFor();
    const csv = main(page).getByRole('link', { name: 'CSV', exact: true });
    const file = await fetch(run.server.origin + (await csv.getAttribute('href')));
    assert.equal(file.status, 200);
    await file.body?.cancel();

    // An example is copied as it stands in its file, with this server's address.
    const asIs = await readFile(new URL('../../docs/examples/list.py', import.meta.url), 'utf8');
    await main(page).getByText('Python: semua halaman').click();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await main(page).locator('details[open]').getByRole('button', { name: 'Salin' }).click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), asIs.replace('https://sentra.contoh.id', run.server.origin));
    assert.equal(await main(page).locator('details').count(), 10);
    assert.deepEqual(await findings(page), []);

    await open('/data?lang=en');
    await main(page).getByText('Power Query: with a token').waitFor();
    assert.doesNotMatch(await main(page).innerText(), /undefined|data\.\w+|usage\./);
  });
});

test('on a phone nothing scrolls sideways and everything can be hit', async () => {
  await run.visit({ viewport: phone, hasTouch: true, isMobile: true }, async (page, { open }) => {
    await open('/data');
    await main(page).getByText('R: tabel dari CSV').tap();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= phone.width);
    assert.ok(await main(page).evaluate((element) => element.scrollWidth <= element.clientWidth));
    assert.deepEqual(await smallTargets(page, 'header a, main button, main summary, main li a, main a.button'), []);
    assert.deepEqual(await findings(page), []);
  });
});

test('an administrator sees how much each client asks for, and limits it', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/sentra');
    await signIn(page, admin);
    await page.locator('header').getByRole('link', { name: /^Pengguna/ }).click();
    await main(page).getByRole('link', { name: 'Pemakaian API' }).click();
    const item = main(page).getByRole('article', { name: 'Satu Data Sidoarjo' });
    await item.getByText(/^4 permintaan/).waitFor();
    assert.equal(await item.locator('.bars i').count(), 30);
    await item.getByText('Permintaan Satu Data Sidoarjo per hari').click();
    const row = item.getByRole('table').locator('tbody tr');
    assert.equal(await row.count(), 1);
    assert.match(await row.innerText(), /\t4\t1\t0\t[\d.,]+\skB$/);
    await main(page).getByRole('article', { name: 'Belum dipakai' }).getByText('Tidak ada permintaan.').waitFor();
    await main(page).getByLabel('Rentang').selectOption('7');
    await page.waitForFunction(() => document.querySelectorAll('.bars i').length === 7);
    assert.deepEqual(await findings(page), []);

    await main(page).getByRole('link', { name: 'Klien layanan' }).click();
    const client = main(page).getByRole('article', { name: 'Satu Data Sidoarjo' });
    await client.getByText('Batas permintaan per detik').first().click();
    const field = client.getByRole('textbox', { name: 'Batas permintaan per detik' });
    await field.fill('5000');
    await client.getByRole('button', { name: 'Simpan batas' }).click();
    await client.locator('.problem').waitFor();
    await field.fill('25');
    await client.getByRole('button', { name: 'Simpan batas' }).click();
    await client.getByText('paling banyak 25 permintaan per detik').waitFor();
    const shown = await run.server.as(admin, 'GET', `/api/v1/clients/${busy.id}`);
    assert.equal(shown.requests_per_second, 25);
    assert.deepEqual(await findings(page), []);
    drop(faults, /422/);
  });
});
