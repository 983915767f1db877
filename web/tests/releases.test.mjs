import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone } from './browser.mjs';
import { analyst, staff } from './server.mjs';
import { query, signIn, suite } from './suite.mjs';

const shots = process.env.TEST_SHOTS;

let id = '';
let campaign = '';
const asked = {
  form_id: 'uji-rilis', title: 'Kuesioner uji',
  sections: [{ title: 'Usaha', questions: [{ field: 'name', required: true }, { field: 'sector', required: true }] }],
};
const run = suite(async (server) => {
  const { id: questionnaire } = await server.as(staff, 'POST', '/api/v1/questionnaires', asked);
  const planned = await server.as(staff, 'POST', '/api/v1/campaigns', {
    name: 'Pemetaan yang selesai', from: '2026-11-01', until: '2026-11-30', regions: ['35.15.06'], questionnaire,
  });
  campaign = planned.id;
  const started = await server.as(staff, 'POST', `/api/v1/campaigns/${campaign}/start`, undefined, planned.revision);
  await server.as(staff, 'POST', `/api/v1/campaigns/${campaign}/close`, undefined, started.revision);
  const begun = await server.as(analyst, 'POST', '/api/v1/releases', { title: 'Statistik IKM 2026', contact: 'Disperindag Provinsi' });
  id = begun.id;
  for (;;) {
    const { state } = await server.as(analyst, 'GET', `/api/v1/releases/${id}`);
    if (state === 'sealed') break;
    assert.equal(state, 'computing');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
const cells = (filter) => run.server.get(`/api/v1/releases/${id}/cells?limit=1000&${filter}`);
const table = (page) => page.getByRole('table', { name: 'Tabel jumlah usaha' });
const shown = (count) => (count === null ? '< 10' : count.toLocaleString('id-ID'));

test('a release is found from the navigation, and its table says what the API counts', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/sentra');
    await page.getByRole('navigation', { name: 'Halaman' }).getByRole('link', { name: 'Rilis' }).click();
    await page.getByRole('link', { name: /Statistik IKM 2026/ }).click();
    await page.getByRole('heading', { level: 1, name: /Statistik IKM 2026/ }).waitFor();
    await table(page).waitFor();
    const total = await cells('region=35&by=none');
    const first = table(page).getByRole('row').nth(1);
    assert.match(await first.textContent(), new RegExp(shown(total.items[0].count)));
    assert.equal(await table(page).getByRole('row').count(), 1 + 39);

    await page.getByLabel('Wilayah').selectOption('35.15');
    await page.getByLabel('Sektor').selectOption('kulit-alas-kaki');
    assert.equal(query(page).get('of'), '35.15');
    await table(page).getByText('Tanggulangin').waitFor();
    const counted = await cells('parent=35.15&by=sector&sector=kulit-alas-kaki');
    assert.equal(await table(page).getByRole('row').count(), 1 + counted.items.length);
    for (const [at, cell] of counted.items.entries()) {
      const row = table(page).getByRole('row').nth(at + 1);
      assert.ok((await row.textContent()).includes(cell.region_name));
      assert.equal((await row.getByRole('cell').nth(1).locator('span').last().textContent()).trim(), shown(cell.count), cell.region_name);
    }
    await page.reload();
    await table(page).getByText('Tanggulangin').waitFor();
    assert.deepEqual(await findings(page), []);
  });
});

test('the report opens as a page of its own, and files are offered', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, context }) => {
    await open(`/rilis/${id}`);
    const [report] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'Laporan (halaman cetak)' }).click()]);
    await report.getByRole('heading', { level: 1, name: 'Statistik IKM 2026' }).waitFor();
    const size = await report.evaluate(() => getComputedStyle(/** @type {Element} */ (document.querySelector('caption'))).textAlign);
    assert.equal(size, 'left', 'its style is not let in');
    assert.deepEqual(await findings(report), []);
    for (const name of ['Laporan (XLSX)', 'Semua jumlah (CSV)', 'Tenaga kerja dan kapasitas (CSV)']) {
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
      assert.match(file.suggestedFilename(), /^rilis-\d{4}-\d\d-\d\d.*\.(xlsx|csv)$/);
    }
  });
});

test('on a phone it is within reach of a finger, by day and by night, in both languages', async () => {
  for (const [colorScheme, address] of [['light', '/rilis'], ['light', `/rilis/${id}`], ['dark', `/rilis/${id}?of=35.15&lang=en`]]) {
    await run.visit({ viewport: phone, hasTouch: true, isMobile: true, colorScheme }, async (page, { open }) => {
      await open(address);
      await (address === '/rilis' ? page.getByRole('link', { name: /Statistik IKM/ }) : page.getByRole('table').first()).waitFor();
      assert.deepEqual(await smallTargets(page, 'main button, main select, main li a, main a.button'), [], address);
      assert.deepEqual(await findings(page), [], address);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${address}: ${wide} pixels too wide`);
      if (process.env.TEST_SHOTS) await page.screenshot({ path: `${process.env.TEST_SHOTS}/rilis-${colorScheme}-${address.length}.png` });
    });
  }
});

test('an analyst makes releases and takes one back: it says why and shows no figures', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/rilis');
    assert.equal(await page.getByRole('heading', { name: 'Buat rilis' }).count(), 0);
    await signIn(page, analyst);
    await page.getByLabel('Judul').fill('Rilis kedua');
    await page.getByLabel('Narahubung').fill('Disperindag');
    await page.getByRole('button', { name: 'Buat rilis' }).click();
    await page.getByRole('link', { name: /^Rilis kedua(?!.*Sedang dihitung)/s }).waitFor();
    await page.getByRole('link', { name: /Statistik IKM 2026/ }).click();
    await page.getByLabel('Alasan').fill('Satu kabupaten terhitung dua kali');
    await page.getByRole('button', { name: 'Tarik rilis ini' }).click();
    await page.getByText(/ditarik pada .*: Satu kabupaten terhitung dua kali/).waitFor();
    assert.equal(await page.getByRole('table').count(), 0);
    assert.deepEqual(await findings(page), []);
    await open('/rilis');
    await page.getByText('Ditarik').waitFor();
  });
});

test('a closed campaign has its report made from its page, and the report tells the coverage', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, context }) => {
    await open(`/pendataan/${campaign}`);
    await signIn(page, analyst);
    await page.getByText('Belum ada laporan dari pendataan ini.').waitFor();
    assert.deepEqual(await findings(page), [], 'the campaign');
    await page.getByRole('link', { name: 'Buat laporan' }).click();
    await page.getByLabel('Judul').fill('Laporan pendataan');
    await page.getByLabel('Narahubung').fill('Disperindag');
    await page.getByLabel('Lisensi').fill('CC0 1.0');
    assert.equal(await page.getByLabel('Pendataan').inputValue(), campaign);
    assert.deepEqual(await findings(page), [], 'the form');
    await page.getByRole('button', { name: 'Buat rilis' }).click();
    await page.getByRole('link', { name: /^Laporan pendataan(?!.*Sedang dihitung)/s }).click();
    const coverage = page.getByRole('table', { name: 'Cakupan pendataan' });
    await coverage.getByText('Seluruh pendataan').waitFor();
    await page.getByText(/Dari pendataan Pemetaan yang selesai/).waitFor();
    await page.getByText('CC0 1.0').waitFor();
    await page.locator('summary').filter({ hasText: 'Per kecamatan' }).click();
    await page.getByRole('table', { name: 'Per kecamatan' }).getByText('Tanggulangin').waitFor();
    assert.deepEqual(await findings(page), [], 'the release');
    if (shots) await page.screenshot({ path: `${shots}/rilis-pendataan.png`, fullPage: true });
    const [report] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'Laporan (halaman cetak)' }).click()]);
    await report.getByRole('heading', { level: 2, name: 'Pendataan' }).waitFor();
    assert.deepEqual(await findings(report), [], 'the report');
    if (shots) await report.screenshot({ path: `${shots}/laporan-pendataan.png` });
    await report.emulateMedia({ media: 'print' });
    await report.setViewportSize({ width: 1032, height: 720 });
    const over = await report.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `the printed page is ${over} pixels too wide`);
    await open(`/pendataan/${campaign}`);
    await page.getByRole('link', { name: 'Laporan pendataan' }).waitFor();
  });
  await run.visit({ viewport: phone, hasTouch: true, isMobile: true }, async (page, { open }) => {
    await open('/rilis');
    await page.getByRole('link', { name: /Laporan pendataan/ }).click();
    await page.getByRole('table', { name: 'Cakupan pendataan' }).waitFor();
    assert.deepEqual(await findings(page), [], 'the release on a phone');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    if (shots) await page.screenshot({ path: `${shots}/rilis-pendataan-ponsel.png` });
  });
});
