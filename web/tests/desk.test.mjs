// The verification desk: by keyboard and by hand, several at once, on a phone, and how offices stand.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone } from './browser.mjs';
import { png } from './pictures.mjs';
import { admin, analyst, colleague, staff } from './server.mjs';
import { account, drop, query, signIn, suite } from './suite.mjs';

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

/** Who goes to the field. */
const enumerator = { email: 'lapangan@contoh.id', password: 'kata sandi lapangan' };
const wide = (page) => page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth ?? 0));
/** @type {{tas: string, sepatu: string, held: string[]}} */
const sent = { tas: '', sepatu: '', held: [] };

/** A campaign, two visits with photos, and what the office changed meanwhile, so that it is held. */
async function fieldwork() {
  const { server } = run;
  const as = (who, path, body) => server.as(who, 'POST', `/api/v1/${path}`, body);
  await account(server, enumerator, 'enumerator', '35.76');
  const village = (await server.get('/api/v1/regions?level=village&parent=35.76.01&limit=1')).items[0].code;
  const fields = ['name', 'sector', 'products', 'address', 'needs', 'point', 'owner_name', 'photo_place', 'photo_product'];
  const asked = { form_id: 'uji-meja', title: 'Kuesioner meja', sections: [{ title: 'Usaha', questions: fields.map((field) => ({ field })) }] };
  const campaign = await as(staff, 'campaigns', {
    name: 'Pemetaan meja', from: '2026-01-01', until: '2026-12-31', regions: ['35.76.01'],
    questionnaire: (await as(staff, 'questionnaires', asked)).id,
  });
  const path = `/api/v1/campaigns/${campaign.id}`;
  await server.as(staff, 'PUT', `${path}/assignments`, { villages: [village], assignments: [{ village, enumerator: enumerator.email }] });
  await server.as(staff, 'POST', `${path}/start`, undefined, campaign.revision);
  const start = new Date(Date.now() - 15 * 60_000).toISOString();
  const visit = (more) => as(enumerator, 'visits', {
    instance_id: randomUUID(), campaign: campaign.id, village, start, products: [], ...more,
  });
  const found = (name, owner, lon) => visit({
    kind: 'new', products: [{ product_name: name, product_commodity: 'tas' }],
    answers: {
      name, sector: 'kulit-alas-kaki', owner_name: owner, point: `-7.4712 ${lon} 0 6`, photo_place: 'photo_place-1.png', photo_product: 'photo_product-2.png',
    },
  });
  for (const [key, name, owner, lon] of /** @type {const} */ ([['tas', 'Tas Wijaya', 'Hendra Gunawan', 112.4402], ['sepatu', 'Sepatu Lestari', 'Dewi Anggraini', 112.4467]])) {
    const kept = await found(name, owner, lon);
    sent[key] = kept.enterprise;
    const form = new FormData();
    form.append('photo_place-1.png', new Blob([png(900, 600)]), 'photo_place-1.png');
    form.append('photo_product-2.png', new Blob([png(500, 800, [40, 90, 200])]), 'photo_product-2.png');
    const response = await fetch(`${server.origin}/api/v1/visits/${kept.id}/photos`, {
      method: 'POST', headers: { Authorization: `Bearer ${await server.tokenOf(enumerator)}` }, body: form,
    });
    assert.equal(response.status, 200, await response.text());
    await server.as(colleague, 'PATCH', `${enterprises}/${kept.enterprise}`, { address: 'Jalan Kantor 9' }, kept.revision);
    const again = await visit({
      kind: 'revisit', enterprise: kept.enterprise, revision: kept.revision, outcome: 'found', keeps_products: true,
      answers: { name, address: 'Jalan Petugas 5', needs: 'capital marketing' },
    });
    assert.equal(again.state, 'conflict');
    sent.held.push(again.id);
  }
  const faulty = await visit({ kind: 'new', answers: { name: 'Mebel Tanpa Sektor', address: 'Jalan Kayu 3' } });
  assert.equal(faulty.state, 'faulty');
  sent.held.push(faulty.id);
}

test('a record stands beside who was there and their photos, which open large', async () => {
  await fieldwork();
  await run.visit({ viewport: desktop }, async (page, { open: visit }) => {
    await visit(`/meja?sample=false&id=${sent.tas}`);
    await signIn(page, staff);
    await another(page, '');
    const visits = main(page).getByRole('region', { name: /^Kunjungan/ });
    await visits.getByText('Berbenturan').waitFor();
    const text = await visits.innerText();
    assert.match(text, /lapangan@contoh\.id/);
    assert.match(text, /dari titik desa/);
    assert.match(text, /Titik lokasi tidak diambil/);
    assert.doesNotMatch(text, /`/, 'codes are no words');
    assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
    const small = visits.getByRole('button', { name: /^Foto 1 dari 2: Tas Wijaya/ });
    await small.waitFor();
    await page.waitForFunction(() => /** @type {any} */ (window).__sentraMap?.loaded());
    assert.deepEqual(await findings(page), [], 'the record with its visits');
    await page.setViewportSize({ width: 1360, height: 1150 });
    await shot(page, 'visits');
    await page.setViewportSize(desktop);
    await small.focus();
    await page.keyboard.press('Enter');
    const large = page.getByRole('dialog', { name: /^Foto 1 dari 2/ });
    await large.getByRole('img').waitFor();
    await shot(page, 'photo');
    await page.keyboard.press('ArrowRight');
    const second = page.getByRole('dialog', { name: /^Foto 2 dari 2/ });
    await second.waitFor();
    const { width, height } = await second.getByRole('img').evaluate((image) => ({ width: image.naturalWidth, height: image.naturalHeight }));
    assert.deepEqual([width, height], [500, 800]);
    assert.deepEqual(await findings(page), [], 'a photo');
    await page.keyboard.press('Escape');
    assert.ok(await small.evaluate((button) => button === document.activeElement), 'the focus is lost');
    await visits.getByRole('link', { name: /^Pilih mana yang berlaku/ }).click();
    await page.waitForURL(/tab=tertahan/);
    assert.equal(query(page).get('visit'), sent.held[0]);
    await main(page).locator('[data-field="address"]').waitFor();
  });
});

test('what is held is gone through with the keyboard, and the record says what was chosen', async () => {
  await run.visit({ viewport: desktop }, async (page, { open: visit }) => {
    await visit('/meja?sample=false');
    await signIn(page, staff);
    await main(page).getByRole('link', { name: 'Kiriman tertahan (3)' }).click();
    const rows = main(page).locator('[data-held]');
    await main(page).locator('[data-field="address"]').waitFor();
    assert.equal(await rows.count(), 3);
    assert.match(await rows.first().innerText(), /Tas Wijaya[^]*Berbenturan/);
    assert.match(await rows.last().innerText(), /Mebel Tanpa Sektor[^]*Melanggar aturan/);
    const address = main(page).locator('[data-field="address"]');
    assert.match(await address.innerText(), /Jalan Kantor 9[^]*Jalan Petugas 5/);
    assert.deepEqual(await findings(page), [], 'what is held');
    await shot(page, 'held');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Pintasan papan ketik' }).getByText('pakai yang dicentang dari kiriman').waitFor();
    await page.keyboard.press('Escape');
    // To the next and back.
    await page.keyboard.press('j');
    await page.waitForFunction((id) => new URL(location.href).searchParams.get('visit') === id, sent.held[1]);
    await page.keyboard.press('k');
    await page.waitForFunction((id) => new URL(location.href).searchParams.get('visit') === id, sent.held[0]);
    await address.waitFor();
    // The first answer stays as the record has it; the others are taken.
    await page.keyboard.press('1');
    assert.equal(await main(page).locator('[data-field] input:checked').count(), 1);
    await page.keyboard.press('t');
    await main(page).getByText('Kiriman tentang “Tas Wijaya” sudah diputuskan.').waitFor();
    await page.waitForFunction((id) => new URL(location.href).searchParams.get('visit') === id, sent.held[1]);
    await main(page).getByText('Sepatu Lestari').first().waitFor();
    await address.waitFor();
    // Left aside: asked once more, and Esc goes back.
    await page.keyboard.press('l');
    await main(page).getByText('Sisihkan kiriman ini? Catatan usaha tidak berubah.').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('l');
    await page.keyboard.press('Enter');
    await main(page).getByText('Kiriman tentang “Sepatu Lestari” sudah diputuskan.').waitFor();
    // What nobody can put to a record is shown as it was sent, and can only be left aside.
    await main(page).getByText('Jalan Kayu 3').waitFor();
    await page.keyboard.press('t');
    await page.waitForTimeout(300);
    assert.equal((await run.server.as(staff, 'GET', `/api/v1/visits/${sent.held[2]}`)).state, 'faulty');
    assert.deepEqual(await findings(page), [], 'a faulty one');
    await shot(page, 'held-faulty');
  });
  const tas = await run.server.as(staff, 'GET', `${enterprises}/${sent.tas}`);
  const sepatu = await run.server.as(staff, 'GET', `${enterprises}/${sent.sepatu}`);
  assert.deepEqual([tas.address, tas.needs, sepatu.address], ['Jalan Kantor 9', ['capital', 'marketing'], 'Jalan Kantor 9']);
  await run.visit(touch, async (page, { open: visit }) => {
    await visit('/meja?tab=tertahan');
    await signIn(page, staff);
    const row = main(page).locator('[data-held]').first();
    await row.waitFor();
    assert.ok((await wide(page)) <= 360, `${await wide(page)} pixels wide`);
    assert.deepEqual(await findings(page), [], 'held, on a phone');
    await shot(page, 'phone-held');
    await row.click();
    await main(page).getByText('Jalan Kayu 3').waitFor();
    assert.ok(!(await row.isVisible()));
    assert.ok((await wide(page)) <= 360, `${await wide(page)} pixels wide`);
    assert.deepEqual(await smallTargets(page, '.detail button, .back a, .bar button'), []);
    await page.setViewportSize({ width: 360, height: 1500 });
    await shot(page, 'phone-held-one');
    await page.setViewportSize(phone);
    await main(page).getByRole('button', { name: 'Sisihkan kiriman' }).click();
    await main(page).getByRole('button', { name: 'Sisihkan kiriman' }).click();
    await main(page).getByText('Tidak ada kiriman yang tertahan di sini.').waitFor();
    await visit(`/meja?sample=false&id=${sent.tas}`);
    await main(page).getByRole('button', { name: /^Foto 1 dari 2/ }).waitFor();
    assert.ok((await wide(page)) <= 360, `${await wide(page)} pixels wide`);
    assert.deepEqual(await findings(page), [], 'visits, on a phone');
    await page.setViewportSize({ width: 360, height: 2300 });
    await shot(page, 'phone-visits');
  });
});

test('a sample is looked at again, and the table of the offices says what came of it', async () => {
  await run.visit({ viewport: desktop }, async (page, { open: visit, faults, context }) => {
    await visit('/meja/kantor?region=35.76');
    await signIn(page, analyst);
    await main(page).getByRole('link', { name: 'Periksa ulang', exact: true }).click();
    const items = main(page).locator('[data-sampled]');
    await items.first().waitFor();
    await main(page).getByLabel('Banyaknya').fill('0');
    await main(page).getByText('Isi dengan angka 1 sampai 500.').waitFor();
    await main(page).getByLabel('Banyaknya').fill('4');
    await button(page, 'Ambil contoh').click();
    await main(page).getByText(/^4 dari \d+ usaha terverifikasi, undian 1\. 0 sudah diperiksa ulang\.$/).waitFor();
    assert.equal(await items.count(), 4);
    const first = items.first();
    await first.getByRole('button', { name: /^Catat hasil/ }).focus();
    await page.keyboard.press('Enter');
    const form = first.getByRole('form', { name: /^Hasil pemeriksaan ulang/ });
    await form.getByRole('button', { name: 'Simpan hasil' }).click();
    await form.getByText('Wajib diisi.').waitFor();
    await form.getByLabel('ada yang salah').check();
    await form.getByRole('button', { name: 'Simpan hasil' }).click();
    await form.getByRole('alert').waitFor();
    drop(faults, /422/);
    await form.getByLabel('Alamat').check();
    await form.getByLabel(/^Keterangan/).fill('pindah ke gang sebelah');
    assert.deepEqual(await findings(page), [], 'the form of a check');
    await shot(page, 'check-form');
    // Nothing typed is lost where the network is.
    await context.setOffline(true);
    await form.getByRole('button', { name: 'Simpan hasil' }).click();
    await page.getByText(/Server tidak terjangkau/).waitFor();
    await context.setOffline(false);
    drop(faults, /ERR_INTERNET_DISCONNECTED/);
    await form.getByRole('button', { name: 'Simpan hasil' }).click();
    await first.getByText('ada yang salah: alamat').waitFor();
    await main(page).getByText(/1 sudah diperiksa ulang\.$/).waitFor();
    const second = items.nth(1);
    await second.getByRole('button', { name: /^Catat hasil/ }).click();
    await second.getByLabel('sesuai catatan').check();
    await second.getByRole('button', { name: 'Simpan hasil' }).click();
    await second.getByText('sesuai catatan').waitFor();
    await main(page).locator('[data-check]').nth(1).waitFor();
    assert.equal(await main(page).locator('[data-check]').count(), 2);
    assert.deepEqual(await findings(page), [], 'the sample');
    await page.setViewportSize({ width: 1360, height: 1100 });
    await shot(page, 'sample');
    await button(page, 'Undian lain').click();
    await page.waitForFunction(() => new URL(location.href).searchParams.get('seed') !== '1');
    await main(page).getByRole('link', { name: 'Antrean', exact: true }).click();
    const row = main(page).getByRole('row').filter({ hasText: 'Kota Mojokerto' });
    await row.waitFor();
    assert.match(await row.innerText(), /2[^]*1 \(50%\)/);
    await main(page).getByRole('button', { name: 'Sesuai' }).click();
    assert.equal(query(page).get('by'), 'confirmed');
    await shot(page, 'offices-checked');
  });
  await run.visit({ ...touch, colorScheme: 'dark' }, async (page, { open: visit }) => {
    await visit('/meja/kantor?view=sampel&n=3');
    await signIn(page, analyst);
    await main(page).locator('[data-sampled]').first().waitFor();
    await main(page).getByRole('button', { name: /^Catat (hasil|lagi)/ }).first().click();
    await main(page).getByLabel('ada yang salah').check();
    assert.ok((await wide(page)) <= 360, `${await wide(page)} pixels wide`);
    assert.deepEqual(await findings(page), [], 'the sample, on a phone');
    assert.deepEqual(await smallTargets(page, 'main form button, main form label:has(input), main form select, main form input.field'), []);
    await page.setViewportSize({ width: 360, height: 2200 });
    await shot(page, 'phone-sample');
  });
});

test('the pages stand in one line whatever its width; what does not fit is in a menu, by keyboard too', async () => {
  const header = (page) => page.locator('header').first();
  const links = (page) => header(page).locator('nav > a');
  for (const [width, height] of [[1280, 800], [1440, 900], [1024, 768]]) {
    await run.visit({ viewport: { width, height } }, async (page, { open: visit }) => {
      await visit('/koperasi');
      await signIn(page, staff);
      await page.waitForTimeout(400);
      const { height: tall } = (await header(page).boundingBox()) ?? { height: 0 };
      assert.ok(tall <= 62, `${tall} pixels tall at ${width}`);
      const overflow = await header(page).evaluate((element) => element.scrollWidth - element.clientWidth);
      assert.equal(overflow, 0, `the header is wider than ${width}`);
      // On an office's usual screen nearly all of them are in sight.
      if (width >= 1280) assert.ok((await links(page).count()) >= 8);
      await shot(page, `header-${width}`);
    });
  }
  for (const options of [{ viewport: { width: 1024, height: 768 } }, touch]) {
    await run.visit(options, async (page, { open: visit }) => {
      await visit('/koperasi');
      await signIn(page, staff);
      await page.waitForTimeout(400);
      const menu = header(page).getByRole('button', { name: /^Lainnya/ });
      await menu.focus();
      await page.keyboard.press('Enter');
      const last = header(page).getByRole('link', { name: 'Pendataan' });
      await last.waitFor();
      assert.ok(await header(page).locator('.panel a').first().evaluate((link) => link === document.activeElement));
      assert.deepEqual(await findings(page), [], 'the menu');
      const box = (await header(page).locator('.panel').boundingBox()) ?? { x: -1, width: 0 };
      const width = page.viewportSize()?.width ?? 0;
      assert.ok(box.x >= 0 && box.x + box.width <= width, `the menu goes from ${box.x} to ${box.x + box.width} of ${width}`);
      await shot(page, `menu-${width}`);
      await page.keyboard.press('Escape');
      assert.ok(await menu.evaluate((button) => button === document.activeElement));
      await menu.click();
      await last.click();
      await page.waitForURL(/\/pendataan/);
      // The page that is open is never in the menu.
      await page.waitForFunction(() => document.querySelector('header nav > a[aria-current="page"]')?.textContent === 'Pendataan');
      assert.ok((await links(page).count()) >= 2);
      if (width === 360) assert.deepEqual(await smallTargets(page, 'header a, header button'), []);
    });
  }
});
