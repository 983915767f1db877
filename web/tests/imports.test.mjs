// Impor: a list from an office goes in, by mouse and by keyboard, comes back corrected, and is taken back.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone } from './browser.mjs';
import { admin, auditor, staff } from './server.mjs';
import { drop, query, signIn, suite } from './suite.mjs';
import { workbook } from './xlsx.mjs';

const run = suite(prepare);
const out = new URL('out/', import.meta.url).pathname;
const imports = '/api/v1/imports';
const main = (page) => page.locator('main');
const button = (page, name) => main(page).getByRole('button', { name, exact: true });
const step = (page, name) => main(page).getByRole('navigation', { name: 'Langkah impor' }).getByRole('link', { name });
const touch = { viewport: phone, hasTouch: true, isMobile: true };
const RUN_MS = 60_000;
/** Rows of a list that takes a while. */
const LONG = 24_000;

/** A new user of the office of Sidoarjo. */
const rina = { email: 'rina@contoh.id', password: 'kata sandi rina baru' };
const SOURCE = 'Disperindag Kab. Sidoarjo';

const HEADER = ['No', 'Nama Usaha', 'Yang Punya', 'Nomor WA', 'Alamat', 'Desa', 'Kecamatan', 'Kabupaten', 'Produk', 'Memakai'];
const csv = (rows, header = HEADER) => [header, ...rows].map((row) => row.join(';')).join('\r\n');
const place = ['Kedensari', 'Tanggulangin', 'Kabupaten Sidoarjo'];
/** A good row, one to look at, one that cannot come in, and a good one again. */
const listOf = (word, third = ['Nirwana', 'Entah', 'Kabupaten Tidakada']) => csv([
  [1, `Tas ${word} Lestari`, 'Siti Aminah', '081234567890', 'Jl. Raya 1', ...place, 'tas kulit', 'kulit sapi'],
  [2, `Dompet ${word} Indah`, 'Budi Santoso', '08123', 'Jl. Raya 2', ...place, 'dompet kulit', 'kulit sapi'],
  [3, `Kerupuk ${word} Sari`, 'Rina Wati', '081234567891', 'Jl. Raya 3', ...third, 'kerupuk udang', 'udang'],
  [4, `Sandal ${word} Jaya`, 'Dewi Lestari', '081234567892', 'Jl. Raya 4', ...place, 'sandal kulit', 'kulit sapi'],
]);
const fileOf = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

async function account(email, password, role, more) {
  const { one_time_code: code } = await run.server.as(admin, 'POST', '/api/v1/users', { email, role, ...more });
  await run.server.post('/api/v1/auth/password-reset', { email, code, password });
}

async function prepare() {
  await mkdir(out, { recursive: true });
  await account(rina.email, rina.password, 'verifier', { area: '35.15' });
}

const found = async (word) => (await run.server.as(staff, 'GET', `/api/v1/enterprises?q=${word}&limit=1`)).matched;
const shot = (page, name) => page.screenshot({ path: `${out}imports-${name}.png` });
const idOf = (page) => new URL(page.url()).pathname.split('/')[2];
const get = (id, who = rina) => run.server.as(who, 'GET', `${imports}/${id}`);
const state = (page, name) => main(page).getByRole('status').getByText(name, { exact: true }).waitFor({ timeout: RUN_MS });
const fieldOf = (page, header) => main(page).getByLabel(`“${header}” diambil sebagai`);

async function choose(page, file) {
  const choosing = page.waitForEvent('filechooser');
  await main(page).getByRole('button', { name: /^Pilih berkas/ }).click();
  await (await choosing).setFiles(file);
}

async function send(page, file, source = SOURCE) {
  await choose(page, file);
  await main(page).getByLabel('Sumber daftar').fill(source);
  await button(page, 'Unggah dan baca').click();
  await page.getByRole('heading', { level: 1, name: file.name }).waitFor();
}

async function pick(page, header, label) {
  await fieldOf(page, header).selectOption({ label });
}

/** From where the focus is to something, by the Tab key alone. */
async function tabTo(page, target, back = false) {
  for (let n = 0; n < 80; n += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
  }
  assert.fail('the Tab key does not lead there');
}

/** The focus goes along with what the page does. */
const inFocus = (page, id) => page.waitForFunction((wanted) => document.activeElement?.id === wanted, id);
const labelOf = async (field) => (await run.server.as(staff, 'GET', `${imports}/fields`)).items.find((each) => each.field === field).label;

test('a new user uploads a list, fixes two columns, looks at the preview, imports, corrects and takes it back', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/');
    await signIn(page, rina);
    await page.locator('header').getByRole('link', { name: 'Impor' }).click();
    await main(page).getByText('Belum ada impor.').waitFor();
    assert.deepEqual(await findings(page), [], 'before the first import');
    await shot(page, 'desktop-start');
    await send(page, fileOf('ikm-2026.csv', listOf('Zamrud')));

    // What was not recognised comes first.
    await main(page).getByRole('heading', { name: 'Perlu dilihat (2)' }).waitFor();
    assert.match(await main(page).innerText(), /tidak dikenal, 0%/);
    assert.deepEqual(await findings(page), [], 'the columns');
    await shot(page, 'desktop-columns');
    const [owner, material] = [await labelOf('owner'), await labelOf('raw_material')];
    await pick(page, 'Yang Punya', owner);
    await pick(page, 'Memakai', material);
    await main(page).getByText('2 kolom diubah, belum disimpan.').waitFor();
    // Another page and back: nothing chosen is lost.
    await page.locator('header').getByRole('link', { name: 'Sentra', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: /Sentra/ }).waitFor();
    await page.goBack();
    await main(page).getByText('2 kolom diubah, belum disimpan.').waitFor();
    assert.ok(await main(page).getByLabel(/Simpan pemetaan untuk sumber ini/).isChecked(), 'what is corrected is not kept');
    await button(page, 'Simpan dan lihat pratinjau').click();

    await state(page, 'Pratinjau siap');
    const first = idOf(page);
    assert.equal(query(page).get('tab'), 'pratinjau');
    await main(page).getByRole('link', { name: /^1\s*ditolak/ }).click();
    assert.equal(query(page).get('outcome'), 'rejected');
    await main(page).getByText('Baris 4', { exact: true }).waitFor();
    const rejected = await main(page).innerText();
    assert.match(rejected, /H4 Kabupaten/);
    assert.match(rejected, /Kabupaten Tidakada/);
    assert.doesNotMatch(rejected, /undefined|null|NaN|\[object/);
    await page.reload();
    await main(page).getByText('Baris 4', { exact: true }).waitFor();
    assert.equal(await main(page).getByText('Baris 3', { exact: true }).count(), 0, 'the filter is gone after a reload');
    assert.deepEqual(await findings(page), [], 'the preview');
    await shot(page, 'desktop-preview');
    assert.equal(await found('Zamrud'), 0, 'a preview stores');

    await button(page, 'Lanjut ke impor').click();
    assert.deepEqual(await findings(page), [], 'the import');
    await shot(page, 'desktop-run');
    await button(page, 'Impor 3 baris').click();
    await state(page, 'Selesai');
    await page.waitForURL(/tab=hasil/);
    assert.equal(await found('Zamrud'), 3);
    await main(page).getByText('3 usaha baru').waitFor();
    await main(page).getByRole('link', { name: /diterima$/ }).first().click();
    assert.deepEqual(await findings(page), [], 'the results');
    await shot(page, 'desktop-results');
    await main(page).getByRole('link', { name: 'Buka catatan usaha' }).first().click();
    await page.getByRole('region', { name: 'Rincian usaha' }).getByText(/Zamrud/).first().waitFor();
    await page.goBack();

    // Corrected by hand and handed in again: what came in is known again, and only the rest is new.
    await page.locator('header').getByRole('link', { name: 'Impor' }).click();
    await main(page).getByRole('link', { name: /ikm-2026\.csv/ }).waitFor();
    const [source] = await main(page).locator('datalist option').evaluateAll((options) => options.map((option) => option.getAttribute('value')));
    assert.equal(source, SOURCE);
    await send(page, fileOf('ikm-2026-benar.csv', listOf('Zamrud', place)));
    for (const [header, field] of [['Yang Punya', 'owner'], ['Memakai', 'raw_material']]) {
      assert.equal(await fieldOf(page, header).inputValue(), field, `${header} is not remembered`);
    }
    await button(page, 'Lihat pratinjau').click();
    await state(page, 'Pratinjau siap');
    await main(page).getByText('1 usaha baru').waitFor();
    await button(page, 'Lanjut ke impor').click();
    await main(page).locator('form button[type=submit]').click();
    await state(page, 'Selesai');
    const second = idOf(page);
    const again = (await get(second)).result;
    assert.deepEqual([again.created, again.unchanged + again.updated], [1, 3], JSON.stringify(again));
    assert.equal(await found('Zamrud'), 4, 'doubled');

    // Taken back: the second first, then all of the first.
    for (const id of [second, first]) {
      await open(`/impor/${id}?tab=hasil`);
      await button(page, 'Batalkan impor…').click();
      await button(page, 'Batalkan impor').click();
      await main(page).locator('.problem').waitFor();
      await main(page).getByLabel('Alasan pembatalan').fill('daftar tahun lalu');
      await button(page, 'Batalkan impor').click();
      await state(page, 'Dibatalkan');
      await main(page).getByRole('heading', { name: 'Laporan pembatalan' }).waitFor();
    }
    drop(faults, /422/); // without a reason
    assert.deepEqual(await findings(page), [], 'undone');
    await shot(page, 'desktop-undone');
    assert.deepEqual((await get(first)).undo, { removed: 3, restored: 0, skipped: 0 });
    assert.equal(await found('Zamrud'), 0);
  });
});

test('a whole import with the keyboard alone', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/impor');
    await signIn(page, rina);
    const choosing = page.waitForEvent('filechooser');
    await tabTo(page, main(page).getByRole('button', { name: /^Pilih berkas/ }));
    await page.keyboard.press('Enter');
    await (await choosing).setFiles(fileOf('papan-ketik.csv', listOf('Pirus')));
    await tabTo(page, main(page).getByLabel('Sumber daftar'));
    await page.keyboard.type('Dinas Koperasi');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'papan-ketik.csv' }).waitFor();
    for (const [header, field] of [['Yang Punya', 'owner'], ['Memakai', 'raw_material']]) {
      await tabTo(page, fieldOf(page, header));
      await page.keyboard.type((await labelOf(field)).slice(0, 9));
      assert.equal(await fieldOf(page, header).inputValue(), field);
    }
    await tabTo(page, button(page, 'Simpan dan lihat pratinjau'));
    await page.keyboard.press('Enter');
    await state(page, 'Pratinjau siap');
    await inFocus(page, 'step-title');
    await tabTo(page, button(page, 'Lanjut ke impor'));
    await page.keyboard.press('Enter');
    await tabTo(page, button(page, 'Impor 3 baris'));
    await page.keyboard.press('Enter');
    await state(page, 'Selesai');
    await page.waitForURL(/tab=hasil/);
    await inFocus(page, 'step-title');
    assert.equal(await found('Pirus'), 3);
    await tabTo(page, button(page, 'Batalkan impor…'));
    await page.keyboard.press('Enter');
    await page.keyboard.type('hanya mencoba');
    await tabTo(page, button(page, 'Batalkan impor'));
    await page.keyboard.press('Enter');
    await state(page, 'Dibatalkan');
    assert.equal(await found('Pirus'), 0);
  });
});

test('a file that cannot be read is refused in words, and neither it nor a lost network loses anything', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults, context }) => {
    await open('/impor');
    await signIn(page, rina);
    await button(page, 'Unggah dan baca').click();
    await main(page).getByText('Pilih berkasnya dahulu.').waitFor();
    await choose(page, { name: 'foto.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('PK\x03\x04 bukan buku kerja') });
    await main(page).getByLabel('Sumber daftar').fill('Kecamatan');
    await button(page, 'Unggah dan baca').click();
    await main(page).getByRole('alert').getByText(/berkas/i).first().waitFor();
    await main(page).getByText('foto.xlsx').waitFor();
    assert.equal(await main(page).getByLabel('Sumber daftar').inputValue(), 'Kecamatan');
    assert.deepEqual(await findings(page), [], 'refused');
    drop(faults, /422/);

    // Another one, dropped.
    const data = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], 'dijatuhkan.csv', { type: 'text/csv' }));
      return transfer;
    }, listOf('Giok'));
    await main(page).locator('.drop').dispatchEvent('drop', { dataTransfer: data });
    await main(page).getByText('dijatuhkan.csv').waitFor();
    await context.setOffline(true);
    await button(page, 'Unggah dan baca').click();
    await main(page).getByText(/Server tidak terjangkau/).waitFor();
    await context.setOffline(false);
    await button(page, 'Unggah dan baca').click();
    await page.getByRole('heading', { level: 1, name: 'dijatuhkan.csv' }).waitFor();

    await pick(page, 'Yang Punya', await labelOf('owner'));
    await context.setOffline(true);
    await button(page, 'Simpan dan lihat pratinjau').click();
    await main(page).getByText(/Tidak ada yang hilang/).waitFor();
    assert.equal(await fieldOf(page, 'Yang Punya').inputValue(), 'owner');
    await context.setOffline(false);
    await button(page, 'Simpan dan lihat pratinjau').click();
    await state(page, 'Pratinjau siap');
    drop(faults, /ERR_INTERNET_DISCONNECTED/);

    // The file goes when it is told to.
    await step(page, /Hasil/).click();
    await button(page, 'Hapus berkas dari server').click();
    await main(page).getByRole('group').getByRole('button', { name: 'Hapus berkas dari server' }).click();
    await main(page).getByText('Berkas dan laporan barisnya sudah dihapus.').waitFor();
    assert.equal((await get(idOf(page))).file.available, false);
    await step(page, /Impor/).click();
    await main(page).getByText(/^Berkas sudah tidak ada di server/).waitFor();
  });
});

test('a long import is left, found again, stopped in the middle and resumed', async () => {
  // Names with nothing in common, lest each be taken for the other.
  const letters = (n) => Array.from(String(n * 48_271 + 100_000), (digit) => 'bcdfghklmr'[Number(digit)] + 'aiueo'[Number(digit) % 5]).join('');
  const rows = Array.from({ length: LONG }, (_, n) => [
    n + 1, `Kuarsa ${letters(n)}`, letters(n + LONG), `0812${String(30000000 + n)}`, `Jl. Raya ${n}`, ...place, 'tas kulit', 'kulit sapi',
  ]);
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/impor');
    await signIn(page, rina);
    await send(page, fileOf('panjang.csv', csv(rows)));
    await step(page, /Impor/).click();
    await button(page, 'Impor sekarang').click();
    await main(page).getByText(/[\d.]+ dari 24\.000 baris/).waitFor({ timeout: RUN_MS });
    assert.deepEqual(await findings(page), [], 'while it runs');
    await shot(page, 'desktop-running');
    await page.locator('header').getByRole('link', { name: 'Impor' }).click();
    await main(page).getByText('Sedang mengimpor').first().waitFor();
    await main(page).getByRole('link', { name: /panjang\.csv/ }).click();
    await button(page, 'Hentikan').click();
    await state(page, 'Dihentikan');
    const stored = await found('Kuarsa');
    assert.ok(stored < LONG, 'it was not stopped');
    await button(page, 'Lanjutkan impor').click();
    await main(page).getByText('Selesai', { exact: true }).waitFor({ timeout: 180_000 });
    assert.equal(await found('Kuarsa'), LONG);
    assert.equal((await get(idOf(page))).result.read, LONG);
  });
});

test('each role sees what is theirs: an officer may not publish, an auditor and an administrator do not import', async () => {
  const { items } = await run.server.get('/api/v1/cooperatives?limit=100');
  const elsewhere = items.find(({ region }) => !region.startsWith('35.15'));
  const officer = { email: 'petugas@contoh.id', password: 'kata sandi petugas' };
  await account(officer.email, officer.password, 'cooperative_officer', { area: elsewhere.region.slice(0, 5), cooperative: elsewhere.id });
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/impor');
    await signIn(page, officer);
    await main(page).getByText('Belum ada impor.').waitFor();
    await send(page, fileOf('anggota.csv', listOf('Akik')));
    await step(page, /Impor/).click();
    await main(page).getByLabel(/Semua atau tidak sama sekali/).waitFor();
    assert.equal(await main(page).getByLabel(/Langsung terbitkan/).count(), 0);
    assert.equal(await page.getByRole('link', { name: 'Duplikat' }).count(), 0);
    const id = idOf(page);
    assert.equal(await run.server.statusAs(rina, 'GET', `${imports}/${id}`), 404);
  });
  for (const who of [admin, auditor]) {
    await run.visit({ viewport: desktop }, async (page, { open }) => {
      await open('/impor');
      await signIn(page, who);
      await main(page).getByText(/bukan untuk peran Anda/).waitFor();
    });
  }
});

test('published with its ground by who may decide, and its duplicates are one link away', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/impor');
    await signIn(page, rina);
    const double = csv([
      [1, 'Tas Delima Kencana', 'Siti Nurkhasanah', '081234500077', 'Jl. Raya 1', ...place, 'tas kulit', 'kulit sapi'],
      [2, 'UD. DELIMA KENTJANA TAS', 'Hj. Siti Nurhasanah', '081234500077', '', ...place, 'tas kulit', 'kulit sapi'],
    ]);
    await send(page, fileOf('ganda.csv', double), 'Kantor lain');
    await pick(page, 'Yang Punya', await labelOf('owner'));
    await button(page, 'Simpan pemetaan').click();
    await main(page).getByText('Pemetaan tersimpan.').waitFor();
    await step(page, /Impor/).click();
    await main(page).getByLabel(/Langsung terbitkan/).check();
    await button(page, 'Impor sekarang').click();
    await main(page).getByText('Tulis dasarnya.').first().waitFor();
    await main(page).getByLabel('Izin, surat keputusan, atau sumbernya').fill('daftar yang sudah diumumkan');
    await button(page, 'Impor sekarang').click();
    await state(page, 'Selesai');
    const id = idOf(page);
    assert.equal((await get(id)).options.publish.text, 'daftar yang sudah diumumkan');
    assert.equal((await run.server.get('/api/v1/enterprises?q=Delima&limit=1')).matched, 2, 'not public');
    await main(page).getByRole('link', { name: 'Periksa 1 pasangan yang mungkin satu usaha' }).click();
    await main(page).getByText('1 pasangan', { exact: true }).waitFor();
    assert.equal(query(page).get('import'), id);
    await main(page).getByText('UD. DELIMA KENTJANA TAS').first().waitFor();
  });
});

test('a workbook of several sheets is shown sheet by sheet, and what is no list is told', async () => {
  const head = ['No', 'Nama Usaha', 'Nama Pemilik', 'Alamat', 'Desa', 'Produk'];
  const file = workbook([
    { name: 'Tanggulangin', rows: [
      ['DAFTAR IKM KABUPATEN SIDOARJO TAHUN 2025'], [], head,
      [1, 'Tas Kecubung Lestari', 'Siti Aminah', 'Jl. Raya 1', 'Kedensari', 'tas kulit'],
      [2, 'Dompet Kecubung Indah', 'Budi Santoso', 'Jl. Raya 2', 'Kludan', 'dompet kulit'],
      ['', 'JUMLAH', '', '', '', 2],
    ] },
    { name: 'Rekap', rows: [
      ['REKAPITULASI IKM KABUPATEN SIDOARJO'], ['No', 'Kecamatan', 'Jumlah IKM'], [1, 'Tanggulangin', 120], [2, 'Porong', 80], [3, 'Candi', 95],
    ] },
  ]);
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/impor');
    await signIn(page, rina);
    await send(page, { name: 'buku.xlsx', mimeType: 'application/octet-stream', buffer: file });
    await main(page).getByRole('heading', { name: 'Lembar Tanggulangin' }).waitFor();
    await main(page).getByRole('heading', { name: 'Lembar Rekap' }).waitFor();
    await main(page).getByText('rekapitulasi: tidak diimpor').waitFor();
    await main(page).getByText(/wilayah Tanggulangin/).waitFor();
    assert.deepEqual(await findings(page), [], 'several sheets');
    await page.setViewportSize({ width: 1360, height: 1400 });
    await shot(page, 'desktop-sheets');
    await page.setViewportSize(desktop);
    await button(page, 'Lihat pratinjau').click();
    await state(page, 'Pratinjau siap');
    await main(page).getByRole('link', { name: /Semua$/ }).click();
    await main(page).getByText('lembar Rekap').first().waitFor();
    await button(page, 'Lanjut ke impor').click();
    await button(page, 'Impor 2 baris').click();
    await state(page, 'Selesai');
    assert.equal(await found('Kecubung'), 2);
  });
});

test('an undo skips and names what somebody has changed since', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/impor');
    await signIn(page, rina);
    await send(page, fileOf('disunting.csv', listOf('Topas')));
    await step(page, /Impor/).click();
    await button(page, 'Impor sekarang').click();
    await state(page, 'Selesai');
    const { items } = await run.server.as(staff, 'GET', '/api/v1/enterprises?q=Topas&limit=1');
    const [{ id, revision, name }] = items;
    const edited = await fetch(`${run.server.origin}/api/v1/enterprises/${id}`, {
      method: 'PATCH', body: JSON.stringify({ address: 'Jalan Baru 9' }),
      headers: { Authorization: `Bearer ${await run.server.tokenOf(staff)}`, 'Content-Type': 'application/merge-patch+json', 'If-Match': `"${revision}"` },
    });
    assert.equal(edited.status, 200, await edited.text());
    await button(page, 'Batalkan impor…').click();
    await main(page).getByLabel('Alasan pembatalan').fill('salah berkas');
    await button(page, 'Batalkan impor').click();
    await state(page, 'Dibatalkan');
    assert.deepEqual((await get(idOf(page))).undo, { removed: 2, restored: 0, skipped: 1 });
    await main(page).getByRole('heading', { name: 'Yang dilewati, dan mengapa' }).waitFor();
    await main(page).getByRole('link', { name: 'Buka catatan usaha' }).waitFor();
    assert.deepEqual(await findings(page), [], 'what was skipped');
    await shot(page, 'desktop-skipped');
    await main(page).getByRole('link', { name: 'Buka catatan usaha' }).click();
    await page.getByRole('region', { name: 'Rincian usaha' }).getByText(name).first().waitFor();
    assert.equal(await found('Topas'), 1);
  });
});

test('an upload tells how far it is, goes on while another page is looked at, and can be stopped', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, context }) => {
    await open('/impor');
    await signIn(page, rina);
    const network = await context.newCDPSession(page);
    const speed = (uploadThroughput) => network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
    await speed(150_000);
    const long = `${listOf('Nilam')}\r\n${' '.repeat(80)}`.padEnd(1_200_000, ';\r\n');
    await choose(page, fileOf('lambat.csv', long));
    await main(page).getByLabel('Sumber daftar').fill('Kantor jauh');
    await button(page, 'Unggah dan baca').click();
    const bar = main(page).getByRole('progressbar', { name: 'Mengunggah…' });
    await bar.waitFor();
    await main(page).getByText(/^[1-9]\d?%$/).waitFor();
    await page.locator('header').getByRole('link', { name: 'Sentra', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: /Sentra/ }).waitFor();
    await page.goBack();
    await bar.waitFor();
    assert.deepEqual(await findings(page), [], 'on its way');
    await button(page, 'Hentikan unggahan').click();
    await bar.waitFor({ state: 'detached' });
    await main(page).getByText('lambat.csv', { exact: true }).waitFor();
    assert.equal(await main(page).getByLabel('Sumber daftar').inputValue(), 'Kantor jauh');
    const { items } = await run.server.as(rina, 'GET', imports);
    assert.ok(items.every(({ file }) => file.name !== 'lambat.csv'), 'what was stopped is kept');
    await speed(-1);
    await button(page, 'Unggah dan baca').click();
    await page.getByRole('heading', { level: 1, name: 'lambat.csv' }).waitFor();
  });
});

test('the corrected file comes back as it went, and doubles nothing when it is handed in again', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/impor');
    await signIn(page, rina);
    await send(page, fileOf('koreksi.csv', listOf('Mirah')), 'Kantor koreksi');
    await pick(page, 'Yang Punya', await labelOf('owner'));
    await main(page).getByLabel(/Simpan pemetaan untuk sumber ini/).check();
    await button(page, 'Simpan pemetaan').click();
    await main(page).getByText('Pemetaan tersimpan.').waitFor();
    await step(page, /Impor/).click();
    await button(page, 'Impor sekarang').click();
    await state(page, 'Selesai');
    assert.equal(await found('Mirah'), 3);
    const downloading = page.waitForEvent('download');
    await button(page, 'Unduh berkas koreksi').click();
    const file = await downloading;
    const bytes = await readFile(await file.path());
    assert.match(file.suggestedFilename(), /^koreksi.*\.xlsx$/);
    assert.equal(bytes.subarray(0, 2).toString(), 'PK');

    await main(page).getByRole('link', { name: 'Unggah berkas koreksi' }).click();
    assert.equal(await main(page).getByLabel('Sumber daftar').inputValue(), 'Kantor koreksi');
    await send(page, { name: file.suggestedFilename(), mimeType: 'application/octet-stream', buffer: bytes }, 'Kantor koreksi');
    const owner = fieldOf(page, 'Yang Punya');
    if ((await owner.inputValue()) !== 'owner') await owner.selectOption('owner');
    await main(page).locator('form button[type=submit]').click();
    await state(page, 'Pratinjau siap');
    await button(page, 'Lanjut ke impor').click();
    await main(page).locator('form button[type=submit]').click();
    await state(page, 'Selesai');
    const { created, unchanged, updated } = (await get(idOf(page))).result;
    assert.deepEqual([created, unchanged + updated], [0, 3]);
    assert.equal(await found('Mirah'), 3, 'doubled');
  });
});

test('the template of a regency comes as a file', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/impor');
    await signIn(page, rina);
    const downloading = page.waitForEvent('download');
    await button(page, 'Unduh templat').click();
    const file = await downloading;
    assert.match(file.suggestedFilename(), /\.xlsx$/);
    assert.equal((await readFile(await file.path())).subarray(0, 2).toString(), 'PK');
  });
});

test('on a phone, by day and by night, nothing runs off the side and fingers hit everything', async () => {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await run.visit({ ...touch, colorScheme }, async (page, { open }) => {
      const narrow = async (what) => {
        const wide = await page.evaluate(() => Array.from(document.querySelectorAll('main, main *'))
          .filter((element) => element.getBoundingClientRect().right > 360.5 && !element.closest('.hidden'))
          .map((element) => `${element.tagName} ${element.className} ${element.textContent?.slice(0, 40)}`));
        assert.deepEqual(wide, [], what);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360 && (document.querySelector('main')?.scrollWidth ?? 0) <= 360), what);
        assert.deepEqual(await findings(page), [], what);
        assert.deepEqual(await smallTargets(page, 'main button, main select, main input:not([type=checkbox], [type=file]), main article a, main nav a'), [], what);
        const height = await main(page).evaluate((element) => element.scrollHeight + element.offsetTop);
        await page.setViewportSize({ width: 360, height: Math.min(2400, Math.max(740, height)) });
        await shot(page, `phone-${what}-${colorScheme}`);
        await page.setViewportSize(phone);
      };
      await open('/impor');
      await signIn(page, rina);
      await main(page).getByRole('heading', { name: 'Impor sebelumnya' }).waitFor();
      await narrow('start');
      await send(page, fileOf(`ponsel-${colorScheme}.csv`, listOf(`Safir ${colorScheme}`)), 'Lain');
      await main(page).getByRole('heading', { name: /^Perlu dilihat/ }).waitFor();
      await narrow('columns');
      await button(page, 'Lihat pratinjau').click();
      await state(page, 'Pratinjau siap');
      await main(page).getByText('Baris 4', { exact: true }).waitFor();
      await narrow('preview');
      await step(page, /Impor/).click();
      await narrow('run');
      await main(page).locator('form button[type=submit]').click();
      await state(page, 'Selesai');
      await main(page).getByText('Baris 4', { exact: true }).waitFor();
      await narrow('results');
    });
  }
  await run.visit({ viewport: desktop, colorScheme: 'dark' }, async (page, { open }) => {
    await open('/impor');
    await signIn(page, rina);
    await main(page).getByRole('link', { name: /ponsel-dark/ }).click();
    await main(page).getByText('Baris 4', { exact: true }).waitFor();
    await page.locator('header').getByRole('button', { name: /English/ }).click();
    await main(page).getByRole('heading', { name: 'Results' }).waitFor();
    assert.deepEqual(await findings(page), [], 'in the dark, in English');
    await shot(page, 'desktop-dark-en');
    await main(page).getByRole('link', { name: '1. Columns' }).click();
    await main(page).getByRole('heading', { name: /^To be looked at/ }).waitFor();
    await shot(page, 'desktop-dark-columns-en');
  });
});
