// The verification desk: by keyboard and by hand, several at once, on a phone, and how offices stand.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone } from './browser.mjs';
import { admin, colleague, staff } from './server.mjs';
import { drop, query, signIn, suite } from './suite.mjs';

const run = suite(prepare);
const enterprises = '/api/v1/enterprises';
const out = new URL('out/', import.meta.url).pathname;
const main = (page) => page.locator('main');
const button = (page, name) => main(page).getByRole('button', { name });
const title = (page) => main(page).locator('#desk-title');
const touch = { viewport: phone, hasTouch: true, isMobile: true };
const shot = (page, name) => page.screenshot({ path: `${out}desk-${name}.png`, fullPage: false });
const desk = (more = '') => run.server.as(staff, 'GET', `/api/v1/desk?sample=false&limit=100${more}`);
/** Sample data wait for nobody here. */
const address = '/meja?sample=false';

const makers = /** @type {const} */ ([
  ['Keripik Arumdalu', 'Bambang Hartono'], ['Sepatu Zabrina', 'Kasturi Wening'], ['Tenun Quvera', 'Paijan Lukito'],
  ['Jamu Wexona', 'Rubiyem Astari'], ['Batik Jubilo', 'Wagimin Surono'], ['Kopi Grimaldi', 'Ngatini Palupi'],
  ['Anyaman Cempaka', 'Tukiman Raharjo'], ['Gerabah Flamboyan', 'Sulastri Handayani'], ['Tahu Kenanga', 'Joko Purnomo'],
  ['Tempe Bougenvil', 'Marsinah Utami'], ['Mebel Anggrek', 'Slamet Riyadi'], ['Sapu Edelweis', 'Yatini Kusuma'],
]);

async function prepare(server) {
  await mkdir(out, { recursive: true });
  const village = (await server.get('/api/v1/regions?level=village&parent=35.76.01&limit=1')).items[0].code;
  const made = async (who, n, more = {}, twin = false) => {
    const [name, owner] = makers[n];
    const created = await server.as(who, 'POST', enterprises, {
      name: twin ? `UD ${name}` : name, region: village, sectors: ['aneka'], commodities: ['alas-kaki'], registrations: [{ kind: 'ikm' }],
      products: [{ name: `${name} asli`, commodity: 'alas-kaki' }], owners: [{ name: owner, phone: `+62812999000${10 + n}` }],
      point: { lon: 112.43 + n / 1000, lat: -7.47, accuracy_m: 5, method: 'gps' }, ...more,
    });
    return server.as(who, 'POST', `${enterprises}/${created.id}/submit`, {}, created.revision);
  };
  const doubtful = { point: { lon: 112.44, lat: -7.471, accuracy_m: 90, method: 'gps' } };
  for (const n of [0, 1, 2, 3, 4, 5, 6, 7]) await made(colleague, n);
  await made(colleague, 8, doubtful);
  await made(colleague, 9);
  await made(colleague, 9, {}, true);
  await made(staff, 10);
  // One that was verified and then changed by whoever made it.
  const known = await made(colleague, 11);
  const verified = await server.as(staff, 'POST', `${enterprises}/${known.id}/verify`, {}, known.revision);
  assert.equal(verified.review, 'verified');
  await server.as(staff, 'GET', '/api/v1/desk?limit=1');
}

/** The record on the screen is another one than that, and all of it is there. */
async function another(page, before) {
  await page.waitForFunction((old) => {
    const now = document.querySelector('#desk-title')?.textContent;
    return now && now !== old && !document.querySelector('.record[aria-busy="true"]') && document.querySelector('.decide, .note') && document.querySelector('[data-record]');
  }, before);
  return title(page).innerText();
}

test('a queue is decided with the keyboard alone', async () => {
  const first = await desk();
  assert.equal(first.matched, 12);
  assert.deepEqual(first.items.map(({ rank }) => rank), ['warning', 'duplicate', 'duplicate', ...Array(9).fill('clean')]);
  await run.visit({ viewport: desktop }, async (page, { open: visit, faults, context }) => {
    await visit(address);
    await signIn(page, staff);
    let now = await another(page, '');
    assert.equal(now, 'Tahu Kenanga');
    const text = await main(page).innerText();
    assert.match(text, /Akurasi GPS lebih dari 50 meter/);
    assert.match(text, /12 menunggu/);
    assert.match(text, /diajukan oleh verifikator@contoh\.id/);
    assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
    await page.waitForFunction(() => /** @type {any} */ (window).__sentraMap?.loaded());
    assert.deepEqual(await findings(page), [], 'the desk');
    await shot(page, 'desktop');

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Pintasan papan ketik' }).waitFor();
    assert.deepEqual(await findings(page), [], 'the list of keys');
    await page.keyboard.press('Escape');

    // To the next and back; the address says which one.
    await page.keyboard.press('j');
    const second = await another(page, now);
    assert.ok(query(page).get('id'));
    await page.keyboard.press('k');
    assert.equal(await another(page, second), now);

    // Returned: without a reason it is refused, what is typed stays through a lost network.
    await page.keyboard.press('r');
    const reason = main(page).getByRole('textbox', { name: /^Alasan/ });
    await reason.waitFor();
    assert.ok(await reason.evaluate((input) => input === document.activeElement));
    await page.keyboard.press('Enter');
    await main(page).getByRole('alert').waitFor();
    drop(faults, /422/);
    await page.keyboard.type('titiknya kabur');
    await context.setOffline(true);
    await page.keyboard.press('Enter');
    await page.getByText(/Server tidak terjangkau/).waitFor();
    assert.equal(await reason.inputValue(), 'titiknya kabur');
    await context.setOffline(false);
    drop(faults, /ERR_INTERNET_DISCONNECTED/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    assert.equal(await reason.inputValue(), 'titiknya kabur');
    await page.keyboard.press('Enter');
    await main(page).getByText('“Tahu Kenanga” dikembalikan kepada pengaju.').waitFor();
    now = await another(page, now);
    assert.ok(await title(page).evaluate((heading) => heading === document.activeElement), 'the next one is not in focus');

    // What may be a duplicate is compared side by side.
    assert.match(now, /Tempe Bougenvil/);
    await page.keyboard.press('d');
    await page.waitForURL(/\/duplikat\?pair=/);
    await page.goBack();
    await another(page, '');
    await page.keyboard.press('j');
    now = await another(page, now);
    await page.keyboard.press('j');
    now = await another(page, now);
    assert.equal(now, 'Keripik Arumdalu');

    // Verified at once, and the next one opens.
    await page.keyboard.press('v');
    await main(page).getByText('“Keripik Arumdalu” terverifikasi.').waitFor();
    now = await another(page, now);
    for (const [key, said] of [['m', 'dicatat pindah'], ['n', 'dicatat tidak ditemukan dan dikembalikan']]) {
      await page.keyboard.press(key);
      await reason.waitFor();
      await page.keyboard.type('sudah ditanyakan');
      await page.keyboard.press('Enter');
      await main(page).getByText(`“${now}” ${said}.`).waitFor();
      now = await another(page, now);
    }
    // Closed, and taken back; once only.
    const closed = now;
    await page.keyboard.press('c');
    await reason.waitFor();
    await page.keyboard.press('Enter');
    await main(page).getByText(`“${closed}” dicatat tutup.`).waitFor();
    now = await another(page, closed);
    await page.keyboard.press('u');
    await main(page).getByText(`Keputusan tentang “${closed}” diurungkan.`).waitFor();
    // While the first one is under way, another press does nothing.
    const none = main(page).getByText('Keputusan terakhir tidak dapat diurungkan di sini.');
    for (let tries = 0; tries < 100 && !(await none.isVisible()); tries += 1) {
      await page.keyboard.press('u');
      await page.waitForTimeout(100);
    }
    await none.waitFor();
    const left = await desk();
    assert.equal(left.matched, 8);
    assert.ok(left.items.some(({ name }) => name === closed));

    // Several at once: the own one cannot be selected.
    await page.keyboard.press('x');
    assert.equal(await main(page).locator('.queue input:checked').count(), 1);
    await page.keyboard.press('x');
    assert.equal(await main(page).locator('.queue input:checked').count(), 0);
    await button(page, 'Pilih semua yang bersih').click();
    const clean = left.items.filter(({ rank, own }) => rank === 'clean' && !own);
    assert.equal(await main(page).locator('.queue input:checked').count(), clean.length);
    await title(page).focus();
    await page.keyboard.press('b');
    await main(page).getByLabel('Tindakan').selectOption('publish');
    // Somebody else changes one of them meanwhile.
    const changed = clean.at(-1);
    await run.server.as(colleague, 'PATCH', `${enterprises}/${changed.id}`, { address: 'Jalan Baru 1' }, changed.revision);
    await main(page).getByLabel(/^Izin, surat keputusan/).fill('SK 7/2026');
    await button(page, 'Jalankan').click();
    await main(page).getByText(`${clean.length - 1} terverifikasi, 1 dibiarkan.`).waitFor();
    await main(page).getByText(new RegExp(`${changed.name}: .*revisi`)).waitFor();
    assert.deepEqual(await findings(page), [], 'after the batch');
    await shot(page, 'batch');
    const published = await run.server.get(`${enterprises}/${clean[0].id}`);
    assert.equal(published.tier, 'public');
  });
});

test('an own submission is shown and not decided, and a change is shown beside what was verified', async () => {
  const { items } = await desk();
  const own = items.find((item) => item.own);
  assert.equal(own.name, 'Mebel Anggrek');
  const known = (await run.server.as(staff, 'GET', `${enterprises}?q=edelweis`)).items[0];
  await run.server.as(colleague, 'PATCH', `${enterprises}/${known.id}`, { workers: { male: 7, female: 2 } }, known.revision);
  await run.visit({ viewport: desktop }, async (page, { open: visit }) => {
    await visit(`${address}&id=${own.id}`);
    await signIn(page, staff);
    await main(page).getByText('Ini ajuan Anda sendiri: orang lain yang memutuskan.').waitFor();
    assert.equal(await button(page, 'Verifikasi v').count(), 0);
    await page.keyboard.press('v');
    await page.keyboard.press('r');
    await page.waitForTimeout(300);
    assert.equal((await run.server.as(staff, 'GET', `${enterprises}/${own.id}`)).review, 'submitted');
    await visit(`/meja?id=${known.id}`);
    await signedIn(page);
    assert.equal(await title(page).innerText(), known.name);
    const text = await main(page).innerText();
    assert.match(text, /Perubahan dari revisi 3/);
    assert.match(text, /Tidak menunggu lagi: terverifikasi/);
  });
});

/** The session is restored after a reload. */
async function signedIn(page) {
  await page.waitForFunction(() => document.querySelector('#desk-title') && !document.querySelector('.record[aria-busy="true"]'));
}

test('who does not decide has no desk but the figures of the offices, which are sorted', async () => {
  const offices = await run.server.as(staff, 'GET', '/api/v1/desk/offices');
  assert.ok(offices.items.length > 5);
  await run.visit({ viewport: desktop }, async (page, { open: visit }) => {
    await visit('/meja');
    await signIn(page, admin);
    await main(page).getByText(/bukan untuk peran Anda/).waitFor();
    await page.locator('header').getByRole('link', { name: 'Antrean kantor' }).click();
    const table = main(page).getByRole('table', { name: 'Antrean menurut kabupaten/kota' });
    await table.waitFor();
    const column = (n) => table.locator('tbody tr').evaluateAll((rows, at) => rows.map((row) => row.children[at].textContent.trim()), n);
    const figures = (texts) => texts.map((text) => Number(text.replace(/^.*?(\d[\d.]*)$/s, '$1').replaceAll('.', '')));
    const waiting = figures(await column(1));
    assert.deepEqual(waiting, [...waiting].sort((a, b) => b - a));
    assert.equal(waiting.length, offices.items.length);
    await table.getByRole('button', { name: 'Kabupaten/kota' }).click();
    const names = await column(0);
    assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, 'id')));
    assert.equal(query(page).get('by'), 'region');
    await table.getByRole('button', { name: 'Kabupaten/kota' }).click();
    assert.deepEqual(await column(0), names.reverse());
    assert.equal(await table.getByRole('columnheader', { name: 'Kabupaten/kota' }).getAttribute('aria-sort'), 'descending');
    assert.deepEqual(await findings(page), [], 'the offices');
    await shot(page, 'offices');
  });
  await run.visit({ viewport: desktop }, async (page, { open: visit }) => {
    await visit('/meja/kantor');
    await signIn(page, staff);
    await main(page).getByRole('link', { name: 'Kota Mojokerto' }).click();
    await page.waitForURL(/\/meja\?region=35\.76/);
    await another(page, '');
  });
});

test('on a phone the queue comes first, then one record; by day and by night', async () => {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await run.visit({ ...touch, colorScheme }, async (page, { open: visit }) => {
      await visit(address);
      await signIn(page, staff);
      const link = main(page).locator('[data-record]').first();
      await link.waitFor();
      const wide = () => page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth ?? 0));
      assert.ok((await wide()) <= 360, `${await wide()} pixels wide`);
      assert.deepEqual(await findings(page), [], 'the queue');
      await shot(page, `phone-queue-${colorScheme}`);
      await link.click();
      await another(page, '');
      assert.ok(!(await link.isVisible()));
      assert.ok((await wide()) <= 360, `${await wide()} pixels wide`);
      assert.deepEqual(await findings(page), [], 'the record');
      assert.deepEqual(await smallTargets(page, '.record .decide button, .back a, .bar button'), []);
      await page.setViewportSize({ width: 360, height: 1800 });
      await shot(page, `phone-record-${colorScheme}`);
      await page.setViewportSize(phone);
      await main(page).getByRole('link', { name: 'Kembali ke antrean' }).click();
      await link.waitFor();
      await visit('/meja/kantor');
      await main(page).getByRole('table').waitFor();
      assert.ok((await wide()) <= 360, `${await wide()} pixels wide`);
      assert.deepEqual(await findings(page), [], 'the offices');
      await shot(page, `phone-offices-${colorScheme}`);
    });
  }
});
