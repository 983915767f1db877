// The mapping exercise: a questionnaire is written, a campaign planned and started, phones get keys, a visit is
// filled in on a small screen, and one that was held is decided.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone, settled } from './browser.mjs';
import { png } from './pictures.mjs';
import { auditor, colleague, staff } from './server.mjs';
import { account, drop, query, signIn, suite } from './suite.mjs';

const run = suite(prepare);
const out = new URL('out/', import.meta.url).pathname;
const touch = { viewport: phone, hasTouch: true, isMobile: true };
const main = (page) => page.locator('main');
const button = (page, name) => main(page).getByRole('button', { name, exact: true });
const shot = (page, name) => page.screenshot({ path: `${out}campaigns-${name}.png` });
const wide = (page) => page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth ?? 0));

/** Who goes to the field, and who looks after one regency. */
const enumerator = { email: 'lapangan@contoh.id', password: 'kata sandi lapangan', name: 'Lina Lapangan' };
const office = { email: 'kota@contoh.id', password: 'kata sandi kota' };
/** @type {{campaign: string, questionnaire: string, villages: {code: string, name: string}[], district: string}} */
const made = { campaign: '', questionnaire: '', villages: [], district: '35.76.01' };

const asked = {
  form_id: 'uji-peramban', title: 'Kuesioner uji',
  sections: [
    { title: 'Usaha', questions: [
      { field: 'name', required: true }, { field: 'sector', required: true }, { field: 'products' }, { field: 'address' }, { field: 'point' },
      { field: 'photo_place' },
    ] },
    { title: 'Pemilik', questions: [
      { field: 'owner_name', required: true }, { field: 'owner_phone' }, { field: 'owner_nik' }, { field: 'needs' }, { field: 'consents' },
      { name: 'listrik', type: 'yes_no', label: 'Ada listrik?' },
      { name: 'daya', type: 'integer', label: 'Daya (VA)', min: 0, max: 100000, only_if: { question: 'listrik', is: ['ya'] } },
    ] },
  ],
};

async function prepare(server) {
  await mkdir(out, { recursive: true });
  await account(server, enumerator, 'enumerator', '35.76');
  await account(server, office, 'verifier', '35.76');
  made.villages = (await server.get(`/api/v1/regions?level=village&parent=${made.district}&limit=100`)).items;
  made.questionnaire = (await server.as(staff, 'POST', '/api/v1/questionnaires', asked)).id;
  const campaign = await server.as(staff, 'POST', '/api/v1/campaigns', {
    name: 'Pemetaan uji', from: '2026-01-01', until: '2026-12-31', regions: [made.district], questionnaire: made.questionnaire,
  });
  made.campaign = campaign.id;
  const [one, two] = made.villages;
  await server.as(staff, 'PUT', `/api/v1/campaigns/${campaign.id}/assignments`, {
    villages: [one.code, two.code],
    assignments: [one, two].map(({ code }) => ({ village: code, enumerator: enumerator.email })),
  });
  await server.as(staff, 'POST', `/api/v1/campaigns/${campaign.id}/start`, undefined, campaign.revision);
}

const page_ = (tab = '') => `/pendataan/${made.campaign}${tab && `?tab=${tab}`}`;
const visits = (more = '') => run.server.as(staff, 'GET', `/api/v1/visits?campaign=${made.campaign}&limit=100${more}`);

test('a questionnaire is written by keyboard, its faults stand at their questions, and the next version begins with it', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/pendataan/kuesioner');
    await signIn(page, staff);
    await main(page).getByRole('link', { name: 'Susun kuesioner' }).click();
    await main(page).getByLabel('Judul kuesioner').fill('Pemetaan perajin');
    await main(page).getByLabel('Tambah isian dari daftar').selectOption('owner_name');
    await main(page).getByText('Nama pemilik').first().waitFor();
    // What an answer may be is the server's word.
    await main(page).getByRole('article', { name: 'Nama pemilik' }).getByRole('button', { name: /^Atur/ }).click();
    await main(page).getByText('teks, paling banyak 200 huruf').waitFor();
    await button(page, 'Tambah pertanyaan sendiri').click();
    const own = main(page).getByRole('article').last();
    await own.getByLabel('Pertanyaan', { exact: true }).fill('Bahan utama?');
    await own.getByLabel('Jenis jawaban').selectOption('select_one');
    await own.getByLabel('Pilihan', { exact: true }).fill('Kulit sapi');
    await button(page, 'Simpan kuesioner').click();
    await main(page).getByText('Kuesioner belum tersimpan.').waitFor();
    const faulty = main(page).locator('article.faulty');
    assert.equal(await faulty.count(), 1);
    assert.match(await faulty.innerText(), /Bahan utama/);
    drop(faults, /422/);
    await own.getByLabel('Pilihan', { exact: true }).fill('Kulit sapi\nKulit sintetis');
    await own.getByLabel('Wajib diisi').check();

    // Only asked of some, and moved up by keyboard; the button keeps the focus.
    await button(page, 'Tambah pertanyaan sendiri').click();
    const after = main(page).getByRole('article').last();
    await after.getByLabel('Pertanyaan', { exact: true }).fill('Asal kulit?');
    await after.getByLabel('Ditanyakan bila').selectOption({ label: 'Bahan utama?' });
    await after.getByLabel('Kulit sapi').check();
    assert.deepEqual(await findings(page), [], 'the builder');
    const up = main(page).getByRole('button', { name: 'Naikkan: Nama pemilik' });
    await up.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Naikkan: Nama pemilik');
    const order = await main(page).getByRole('article').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
    assert.deepEqual(order, ['Nama usaha', 'Nama pemilik', 'Sektor utama', 'Bahan utama?', 'Asal kulit?']);
    await button(page, 'Lihat sebagai daftar').click();
    await main(page).getByText('Hanya bila “Bahan utama?” dijawab Kulit sapi.').waitFor();
    await shot(page, 'builder');
    await button(page, 'Simpan kuesioner').click();
    await main(page).getByText('“Pemetaan perajin” versi 1 tersimpan.').waitFor();

    await main(page).getByRole('link', { name: 'Susun versi berikutnya' }).click();
    await main(page).getByText('Menjadi versi 2 dari pemetaan-perajin.').waitFor();
    await button(page, 'Simpan sebagai versi berikutnya').click();
    await main(page).getByText('“Pemetaan perajin” versi 2 tersimpan.').waitFor();
  });
  const { items } = await run.server.as(staff, 'GET', '/api/v1/questionnaires');
  const [two, one] = items.filter(({ form_id }) => form_id === 'pemetaan-perajin');
  assert.deepEqual([two.version, one.version], [2, 1]);
  assert.deepEqual(two.sections, one.sections);
  const [, , , material, origin] = one.sections[0].questions;
  assert.deepEqual(material.choices, [{ code: 'kulit_sapi', label: 'Kulit sapi' }, { code: 'kulit_sintetis', label: 'Kulit sintetis' }]);
  assert.deepEqual(origin.only_if, { question: 'bahan_utama', is: ['kulit_sapi'] });
});

test('a campaign is planned, villages are assigned several at once, targets pasted, and it starts, closes and is planned again', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults, context }) => {
    await open('/pendataan');
    await signIn(page, staff);
    await main(page).getByRole('link', { name: 'Rencanakan kampanye' }).click();
    await main(page).getByLabel('Nama kampanye').fill('Pemetaan Magersari');
    await button(page, 'Simpan rencana').click();
    await main(page).getByRole('alert').waitFor();
    drop(faults, /422/);
    // Nothing typed is lost where the network is.
    await main(page).getByLabel('Mulai', { exact: true }).fill('2026-11-01');
    await main(page).getByLabel('Sampai', { exact: true }).fill('2026-12-31');
    await main(page).getByLabel('Kabupaten/kota').selectOption('35.76');
    await main(page).getByLabel('Kecamatan').selectOption('35.76.02');
    await main(page).getByRole('button', { name: /^Tambahkan / }).click();
    await main(page).getByRole('button', { name: /^Keluarkan .*35\.76\.02/ }).waitFor();
    await main(page).getByLabel('Kuesioner', { exact: true }).selectOption(made.questionnaire);
    await button(page, 'Tambah regu').click();
    await main(page).getByLabel('Nama regu 1').fill('Regu Utara');
    await main(page).getByLabel(/^Anggota/).fill('tidak-ada@contoh.id');
    await main(page).getByLabel(/^Anggaran/).fill('250.000.000');
    await main(page).getByLabel('Sumber anggaran').fill('DPA 2026');
    await button(page, 'Simpan rencana').click();
    await main(page).locator('.team .problem').waitFor();
    drop(faults, /422/);
    await main(page).getByLabel(/^Anggota/).fill(enumerator.email);
    await context.setOffline(true);
    await button(page, 'Simpan rencana').click();
    await main(page).getByText(/Server tidak terjangkau/).waitFor();
    await context.setOffline(false);
    drop(faults, /ERR_INTERNET_DISCONNECTED/);
    assert.equal(await main(page).getByLabel('Nama kampanye').inputValue(), 'Pemetaan Magersari');
    assert.deepEqual(await findings(page), [], 'the plan');
    await shot(page, 'plan');
    await button(page, 'Simpan rencana').click();
    await main(page).getByRole('heading', { name: 'Pemetaan Magersari', level: 1 }).waitFor();
    await main(page).getByRole('link', { name: 'Rencana', exact: true }).click();
    await main(page).getByText('Rp 250.000.000, DPA 2026').waitFor();
    assert.equal(await main(page).getByLabel(/^Anggota/).inputValue(), enumerator.email);
    await button(page, 'Tambah regu').click();
    await main(page).getByLabel('Nama regu 2').fill('Regu Selatan');
    await main(page).getByLabel('Tambah anggota').last().selectOption(enumerator.email);
    await button(page, 'Simpan perubahan').click();
    await main(page).getByText('Rencana tersimpan.').waitFor();
    assert.deepEqual(await findings(page), [], 'teams and budget');
    await shot(page, 'teams');

    await main(page).getByRole('link', { name: 'Petugas', exact: true }).click();
    await main(page).getByLabel(/^Pilih semua/).check();
    // By name, of those who may be sent there.
    const people = main(page).getByRole('group', { name: 'Pilih petugas' }).first();
    assert.ok(await main(page).getByRole('button', { name: /^Tugaskan di/ }).isDisabled());
    await people.getByLabel('Lina Lapangan').check();
    assert.equal(await people.getByText(office.email).count(), 0);
    await main(page).getByRole('button', { name: /^Tugaskan di/ }).click();
    await main(page).getByText(/desa ditugaskan\./).waitFor();
    await main(page).getByText('Setiap desa ada petugasnya.').waitFor();
    await main(page).locator('fieldset li').first().getByText('Lina Lapangan').waitFor();
    await main(page).getByRole('table', { name: 'Jumlah per regu' }).getByText('Regu Utara').waitFor();
    assert.deepEqual(await findings(page), [], 'assignments');
    await shot(page, 'assignments');
    await page.keyboard.press('Home');
    const row = main(page).locator('fieldset li').first();
    await row.locator('input').check();
    await main(page).getByRole('button', { name: 'Kosongkan 1 desa' }).click();
    await main(page).getByText('1 desa belum ada petugasnya.').waitFor();

    const { items } = await run.server.get('/api/v1/regions?level=village&parent=35.76.02&limit=2');
    await main(page).getByRole('link', { name: 'Target', exact: true }).click();
    const text = main(page).getByRole('textbox', { name: 'Kode desa, jumlah, sumber' });
    await text.fill(`kode;jumlah;sumber\n${items[0].code};1.200;BPS, Sensus Ekonomi\n${items[1].code};;`);
    await button(page, 'Simpan 2 target').click();
    await main(page).getByText('2 target tersimpan.').waitFor();
    await main(page).getByRole('cell', { name: '1.200' }).waitFor();
    await text.fill(`${items[0].code}, lima, BPS\n${items[1].code}, 5`);
    await main(page).getByText('Baris 1: jumlahnya bukan bilangan bulat').waitFor();
    await main(page).getByText('Baris 2: sebutkan sumber angkanya').waitFor();
    assert.ok(await button(page, 'Simpan 2 target').isDisabled());
    assert.deepEqual(await findings(page), [], 'targets');

    await button(page, 'Mulai kampanye').click();
    await page.keyboard.press('Enter');
    await main(page).getByText('Kampanye dimulai.').waitFor();
    await button(page, 'Tutup kampanye').click();
    await main(page).getByRole('button', { name: 'Tutup kampanye' }).click();
    await main(page).getByText('Kampanye ditutup.').waitFor();
    await main(page).getByRole('link', { name: 'Rencanakan lagi seperti ini' }).click();
    await main(page).getByText(/Target dan penugasan dari “Pemetaan Magersari”/).waitFor();
    await main(page).getByLabel('Nama kampanye').fill('Pemetaan Magersari 2027');
    await main(page).getByLabel('Mulai', { exact: true }).fill('2027-11-01');
    await main(page).getByLabel('Sampai', { exact: true }).fill('2027-12-31');
    await button(page, 'Simpan rencana').click();
    await main(page).getByRole('heading', { name: 'Pemetaan Magersari 2027', level: 1 }).waitFor();
    await main(page).getByRole('link', { name: 'Target', exact: true }).click();
    await main(page).getByRole('cell', { name: '1.200' }).waitFor();
  });
});

test('a phone gets a key that is told once, with its settings as a QR code, and loses it in one step', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/pendataan/ponsel');
    await signIn(page, office);
    await main(page).getByLabel('Surel petugas').fill(staff.email);
    await main(page).getByLabel('Nama ponsel').fill('Samsung A05, biru');
    await button(page, 'Beri kunci').click();
    await main(page).locator('.problem').first().waitFor();
    drop(faults, /422/);
    await main(page).getByLabel('Surel petugas').fill(enumerator.email);
    await button(page, 'Beri kunci').click();
    await main(page).getByRole('img', { name: 'Kode QR pengaturan untuk Samsung A05, biru' }).waitFor();
    const address = await main(page).locator('.secret code').first().innerText();
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/openrosa\/key\/[\w-]{20,}$/);
    assert.equal((await fetch(`${address}/formList`, { headers: { 'X-OpenRosa-Version': '1.0' } })).status, 200);
    assert.deepEqual(await findings(page), [], 'the key');
    await shot(page, 'key');
    await page.reload();
    await main(page).getByText('Samsung A05, biru').first().waitFor();
    assert.equal(await main(page).getByText(address).count(), 0, 'the key is told twice');
    await main(page).getByRole('button', { name: /^Cabut kunci/ }).click();
    await page.keyboard.press('Enter');
    await main(page).getByText(/^dicabut /).waitFor();
    assert.notEqual((await fetch(`${address}/formList`, { headers: { 'X-OpenRosa-Version': '1.0' } })).status, 200);
  });
});

test('a visit is filled in on a small screen; an answer that is lost makes no second one', async () => {
  const options = { ...touch, geolocation: { latitude: -7.4701, longitude: 112.4401, accuracy: 8 }, permissions: ['geolocation'] };
  await run.visit(options, async (page, { open, faults }) => {
    await open('/pendataan');
    await signIn(page, enumerator);
    await main(page).getByText('Pemetaan uji').click();
    await main(page).getByText('2 dari 2 desa belum dikunjungi.').waitFor();
    assert.equal(await main(page).getByRole('link', { name: /Kejanggalan|Rencana|Cakupan/ }).count(), 0);
    assert.deepEqual(await findings(page), [], 'my villages');
    assert.ok((await wide(page)) <= 360, `${await wide(page)} pixels wide`);
    await shot(page, 'phone-villages');
    await main(page).getByRole('link', { name: /^Isi kunjungan/ }).first().click();
    await main(page).getByLabel('Usaha baru yang belum tercatat').check();
    await main(page).getByLabel('Nama usaha').fill('Sepatu Uji Lapangan');
    // What is missing is said at its question, and the first of them has the focus.
    await button(page, 'Kirim kunjungan').click();
    await main(page).getByText('2 isian perlu diperbaiki.').waitFor();
    await main(page).getByLabel('Sektor utama').selectOption('kulit-alas-kaki');
    await main(page).getByLabel('Nama produk').fill('Sepatu kulit pria');
    await main(page).getByLabel('Komoditas').selectOption('alas-kaki');
    await main(page).getByLabel('Kapasitas (jumlah)').fill('20');
    await main(page).getByLabel('Satuan').selectOption('pasang');
    await main(page).getByLabel('Per', { exact: true }).selectOption('day');
    await main(page).getByLabel('Hari kerja sebulan').fill('25');
    await button(page, 'Ambil titik di sini').click();
    await main(page).getByText('ketelitian ± 8 m').waitFor();
    // A photo is looked at first; what is none is refused at its question.
    const picker = main(page).locator('[data-photo="photo_place"]');
    const photo = main(page).getByRole('group', { name: /^Foto/ });
    await picker.setInputFiles({ name: 'surat.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') });
    await photo.getByText(/Hanya JPEG atau PNG/).waitFor();
    await picker.setInputFiles({ name: 'besar.png', mimeType: 'image/png', buffer: Buffer.alloc(20_000_000) });
    await photo.getByText(/lebih besar dari 20 MB/).waitFor();
    await picker.setInputFiles({ name: 'tempat.png', mimeType: 'image/png', buffer: png(1000, 700) });
    await photo.getByRole('img').waitFor();
    await photo.getByRole('button', { name: /^Hapus foto/ }).click();
    assert.equal(await photo.getByRole('img').count(), 0);
    assert.ok(await photo.getByRole('button', { name: /^Pilih atau ambil foto/ }).evaluate((one) => one === document.activeElement));
    await picker.setInputFiles({ name: 'tempat.png', mimeType: 'image/png', buffer: png(1000, 700) });
    await photo.getByRole('img').waitFor();
    await main(page).getByLabel('Nama pemilik').fill('Siti Lapangan');
    await main(page).getByLabel('NIK pemilik').fill('12');
    assert.equal(await main(page).getByLabel('Daya (VA)').count(), 0);
    await main(page).getByRole('group', { name: 'Ada listrik?' }).getByLabel('Ya').check();
    await main(page).getByLabel('Daya (VA)').fill('900');
    await main(page).getByLabel('Sudah saya bacakan semuanya kepada pemilik').check();
    await main(page).getByLabel('Data usaha boleh diterbitkan').check();
    await button(page, 'Kirim kunjungan').click();
    await main(page).getByText('Bentuknya tidak sesuai.').waitFor();
    await main(page).getByLabel('NIK pemilik').fill('3576010101800001');
    assert.deepEqual(await findings(page), [], 'the form');
    assert.ok((await wide(page)) <= 360, `${await wide(page)} pixels wide`);
    assert.deepEqual(await smallTargets(page, 'main form button, main form label:has(input), main form select, main form input.field'), []);
    await shot(page, 'phone-form');
    await page.setViewportSize({ width: 360, height: 3600 });
    await shot(page, 'phone-form-whole');
    await page.setViewportSize(phone);

    // It reaches the server; the answer does not reach the page.
    let lost = 0;
    await page.route('**/api/v1/visits', async (route) => {
      if (route.request().method() !== 'POST' || lost) return route.continue();
      lost += 1;
      await route.fetch();
      await route.abort('connectionreset');
    });
    await button(page, 'Kirim kunjungan').click();
    await main(page).getByText('Belum ada jawaban dari server.').waitFor();
    drop(faults, /ERR_CONNECTION_RESET/);
    assert.ok(await main(page).getByLabel('Nama usaha').isDisabled());
    await shot(page, 'phone-pending');
    // Another page and back: it still waits, and still is the same.
    await main(page).getByRole('link', { name: 'Kiriman', exact: true }).click();
    await main(page).getByRole('heading', { name: /Kiriman saya/ }).waitFor();
    await main(page).getByRole('link', { name: 'Isi di sini' }).click();
    // The photo is lost on its way once, and the visit is kept all the same.
    let broken = 0;
    await page.route('**/api/v1/visits/*/photos', async (route) => {
      if (broken) return route.continue();
      broken += 1;
      await route.abort('connectionreset');
    });
    await button(page, 'Kirim lagi').click();
    await main(page).getByRole('heading', { name: 'Kunjungan tersimpan' }).waitFor();
    await main(page).getByText('1 foto belum terkirim; kunjungannya sudah tersimpan.').waitFor();
    drop(faults, /ERR_CONNECTION_RESET/);
    assert.deepEqual(await findings(page), [], 'saved');
    await shot(page, 'phone-photo-failed');
    await button(page, 'Kirim foto lagi').click();
    await main(page).getByText('1 foto terkirim.').waitFor();
    await button(page, 'Isi kunjungan berikutnya').click();
    assert.equal(await main(page).getByLabel('Nama usaha').count(), 0);
    await main(page).getByLabel('Desa/kelurahan').selectOption(made.villages[1]?.code ?? '');
    await main(page).getByLabel('Tidak ada usaha di desa ini').check();
    await button(page, 'Kirim kunjungan').click();
    await main(page).getByRole('heading', { name: 'Kunjungan tersimpan' }).waitFor();
  });
  const { items } = await visits();
  assert.deepEqual(items.map(({ kind, state }) => `${kind} ${state}`), ['none applied', 'new applied']);
  const record = await run.server.as(staff, 'GET', `/api/v1/enterprises/${items[1].enterprise}`);
  assert.equal(record.name, 'Sepatu Uji Lapangan');
  assert.deepEqual(record.consents.map(({ to }) => to), ['publish']);
  assert.equal(record.point.accuracy_m, 8);
  assert.deepEqual(record.products[0].capacity, { min: 20, max: 20, unit: 'pasang', period: 'day', working_days: 25 });
  assert.equal(items[1].answers.daya, '900');
  const { photos, missing_photos: missing } = await run.server.as(staff, 'GET', `/api/v1/visits/${items[1].id}`);
  assert.deepEqual([photos.length, missing], [1, []]);
  // A photo's name tells nothing of its file's.
  assert.match(photos[0], /^photo_place-[0-9a-f]{8}\.png$/);
});

test('photos that did not come are sent from the page of the visit, by who made it alone', async () => {
  const answers = { name: 'Tas Menyusul', sector: 'kulit-alas-kaki', owner_name: 'Rini', photo_place: 'photo_place-0a0b0c0d.jpg' };
  const late = await run.server.as(enumerator, 'POST', '/api/v1/visits', {
    instance_id: randomUUID(), campaign: made.campaign, village: made.villages[0]?.code, kind: 'new', start: new Date().toISOString(),
    answers, products: [{ product_name: 'Tas', product_commodity: 'tas' }],
  });
  const address = `/pendataan/${made.campaign}?tab=kiriman&visit=${late.id}`;
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open(address);
    await signIn(page, office);
    await main(page).getByText('1 foto belum sampai.').waitFor();
    assert.equal(await main(page).locator('[data-photo]').count(), 0, 'another one cannot send it');
  });
  await run.visit(touch, async (page, { open }) => {
    await open(address);
    await signIn(page, enumerator);
    await main(page).locator('[data-photo]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: png(600, 900) });
    await main(page).getByRole('button', { name: 'Kirim 1 foto' }).click();
    await main(page).getByRole('button', { name: /^Foto 1 dari 1/ }).waitFor();
    assert.equal(await main(page).getByText('belum sampai').count(), 0);
    assert.deepEqual(await findings(page), [], 'the visit with its photo');
    assert.ok((await wide(page)) <= 360, `${await wide(page)} pixels wide`);
    await shot(page, 'phone-photo-late');
  });
});

test('staff ask the map and the list for what was visited in a campaign, and others are not offered it', async () => {
  const found = `/api/v1/enterprises?campaign=${made.campaign}`;
  const { matched } = await run.server.as(staff, 'GET', found);
  assert.equal(matched, 2);
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/?lang=id');
    await settled(page);
    assert.equal(await page.getByRole('button', { name: 'Pendataan', exact: true }).count(), 0);
    await signIn(page, staff);
    await page.getByRole('button', { name: 'Pendataan', exact: true }).click();
    await page.getByRole('checkbox', { name: /^Pemetaan uji/ }).check();
    assert.deepEqual(await findings(page), [], 'the choice of campaigns');
    await shot(page, 'filter');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Hapus saringan Didatangi: Pemetaan uji' }).waitFor();
    await settled(page);
    assert.equal(query(page).get('campaign'), made.campaign);
    await page.getByText('Sepatu Uji Lapangan').first().waitFor();
    await page.getByRole('button', { name: 'Hapus saringan Didatangi: Pemetaan uji' }).click();
    await settled(page);
    assert.equal(query(page).get('campaign'), null);
  });
});

test('coverage says what nobody knows, by map, table and words, and the view is the address', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open(page_());
    await signIn(page, office);
    const table = main(page).getByRole('table', { name: 'Cakupan menurut wilayah' });
    const rowOf = (code) => table.locator(`[data-region="${code}"]`);
    const [one, two, three] = made.villages;
    await rowOf(one?.code).getByText('dikunjungi', { exact: true }).waitFor();
    await rowOf(two?.code).getByText('nol, sudah dipastikan').waitFor();
    await rowOf(three?.code).getByText('belum dikunjungi').waitFor();
    assert.doesNotMatch(await rowOf(three?.code).locator('td').nth(2).innerText(), /0/);
    await page.waitForFunction(() => {
      const map = /** @type {any} */ (window).__sentraMap;
      return map?.isStyleLoaded() && map.areTilesLoaded() && map.queryRenderedFeatures({ layers: ['regency-counts', 'district-counts'] }).length > 0;
    });
    assert.deepEqual(await findings(page), [], 'coverage');
    await page.setViewportSize({ width: 1360, height: 1500 });
    await shot(page, 'coverage');
    await main(page).getByLabel('Keadaan').selectOption('confirmed_zero');
    await page.waitForFunction(() => document.querySelectorAll('[data-region]').length === 1);
    assert.equal(query(page).get('cover'), 'confirmed_zero');
    await main(page).getByLabel('Tabel per').selectOption('regency');
    await table.getByText(/dari \d+ desa dikunjungi/).waitFor();
    await page.goBack();
    await rowOf(two?.code).waitFor();
    await main(page).getByRole('link', { name: 'Kejanggalan' }).click();
    await main(page).getByText('Titik lokasi tidak diambil').first().waitFor();
    assert.deepEqual(await findings(page), [], 'doubts');
  });
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await run.visit({ ...touch, colorScheme }, async (page, { open }) => {
      await open(page_());
      await signIn(page, office);
      await main(page).locator('[data-region]').first().waitFor();
      assert.ok((await wide(page)) <= 360, `${await wide(page)} pixels wide`);
      assert.deepEqual(await findings(page), [], `coverage, ${colorScheme}`);
      await page.waitForTimeout(1500);
      await page.setViewportSize({ width: 360, height: 2000 });
      await shot(page, `phone-coverage-${colorScheme}`);
    });
  }
});

test('a visit to a record that somebody changed meanwhile is held, and decided field by field', async () => {
  const [known] = (await visits('&state=applied')).items.filter(({ enterprise }) => enterprise);
  const path = `/api/v1/enterprises/${known.enterprise}`;
  const record = await run.server.as(staff, 'GET', path);
  await run.server.as(colleague, 'PATCH', path, { address: 'Jalan Kantor 9' }, record.revision);
  const held = await run.server.as(enumerator, 'POST', '/api/v1/visits', {
    instance_id: randomUUID(), campaign: made.campaign, village: known.village, kind: 'revisit', enterprise: known.enterprise,
    revision: record.revision, outcome: 'found', start: new Date().toISOString(),
    answers: { name: 'Sepatu Uji Lapangan Jaya', address: 'Jalan Petugas 5', needs: 'capital marketing' }, products: [], keeps_products: true,
  });
  assert.equal(held.state, 'conflict');
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open(`${page_('kiriman')}&state=held`);
    await signIn(page, office);
    await main(page).locator(`[data-visit="${held.id}"]`).click();
    const row = (field) => main(page).locator(`[data-field="${field}"]`);
    await row('address').waitFor();
    assert.match(await row('address').innerText(), /Jalan Kantor 9[^]*Jalan Petugas 5/);
    assert.match(await row('needs').innerText(), /Modal; Pemasaran/);
    assert.deepEqual(await findings(page), [], 'the choice');
    await shot(page, 'resolve');
    await row('address').locator('input').uncheck();
    await main(page).getByRole('button', { name: 'Pakai 2 isian dari kiriman' }).click();
    await main(page).getByText('Masuk catatan', { exact: true }).waitFor();
    await main(page).getByRole('link', { name: 'Kembali ke daftar kiriman' }).click();
    await main(page).getByText('Tidak ada kiriman di sini.').waitFor();
  });
  const now = await run.server.as(staff, 'GET', path);
  assert.deepEqual([now.name, now.address, now.needs], ['Sepatu Uji Lapangan Jaya', 'Jalan Kantor 9', ['capital', 'marketing']]);
});

test('each page is clean on a small screen in English, and shut to those whom it does not concern', async () => {
  await run.visit({ ...touch, colorScheme: 'dark' }, async (page, { open }) => {
    await open('/pendataan?lang=en');
    await page.locator('header').getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Email').fill(staff.email);
    await page.getByLabel('Password', { exact: true }).fill(staff.password);
    await page.locator('dialog[open] button[type=submit]').click();
    await main(page).getByText('Pemetaan uji').first().waitFor();
    const look = async (name) => {
      assert.deepEqual(await findings(page), [], name);
      assert.ok((await wide(page)) <= 360, `${name}: ${await wide(page)} pixels wide`);
      await shot(page, `phone-en-${name}`);
    };
    await look('campaigns');
    await main(page).getByRole('link', { name: 'Questionnaires' }).click();
    await main(page).getByRole('link', { name: /^Version 1/ }).first().waitFor();
    await look('questionnaires');
    await main(page).getByRole('link', { name: /^Write the next version/ }).first().click();
    await main(page).getByLabel('Title of the questionnaire').waitFor();
    await look('builder');
    assert.deepEqual(await smallTargets(page, 'main form button, main form select, main form input.field'), []);
    await main(page).getByRole('link', { name: 'Questionnaires' }).click();
    await main(page).getByRole('link', { name: 'Phones' }).click();
    await main(page).getByLabel('Name of the phone').waitFor();
    await look('phones');
    await main(page).getByRole('link', { name: 'Campaigns' }).click();
    await main(page).getByRole('link', { name: 'Plan a campaign' }).click();
    await main(page).getByLabel('Name of the campaign').waitFor();
    await look('plan');
    await main(page).getByRole('link', { name: 'Mapping' }).click();
    await main(page).getByRole('link', { name: /^Pemetaan uji/ }).click();
    for (const tab of ['People', 'Targets', 'Visits', 'Doubts', 'Plan']) {
      await main(page).getByRole('link', { name: tab, exact: true }).click();
      await page.waitForTimeout(500);
      await look(tab.toLowerCase());
    }
  });
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/pendataan');
    await signIn(page, auditor);
    await main(page).getByText(/bukan untuk peran Anda/).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Pendataan' }).count(), 0);
  });
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/pendataan/ponsel');
    await signIn(page, enumerator);
    await main(page).getByText(/bukan untuk peran Anda/).waitFor();
  });
});

test('a campaign of the whole province asks for the names of its regions once each', async () => {
  const province = await run.server.as(staff, 'POST', '/api/v1/campaigns', {
    name: 'Pemetaan provinsi', from: '2026-01-01', until: '2026-12-31', regions: ['35'], questionnaire: made.questionnaire,
  });
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/');
    await signIn(page, staff);
    for (const tab of ['cakupan', 'target', 'petugas']) {
      const asked = new Map();
      const count = (request) => asked.set(request.url(), (asked.get(request.url()) ?? 0) + 1);
      page.on('request', count);
      await open(`/pendataan/${province.id}?tab=${tab}`);
      await page.waitForLoadState('networkidle');
      page.off('request', count);
      const names = [...asked].filter(([url]) => url.includes('/regions?'));
      assert.ok(names.length > 0, `${tab} asks for no regions`);
      assert.deepEqual(names.filter(([, times]) => times > 1), [], tab);
    }
    // And has them: the first row is a district by its name.
    await open(`/pendataan/${province.id}?tab=cakupan`);
    await main(page).getByText('Donorojo').first().waitFor();
    assert.deepEqual(faults, []);
  });
});
