// What staff see and do in the panel: the whole record, its history, the steps of its life cycle.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone, settled } from './browser.mjs';
import { colleague, staff } from './server.mjs';
import { drop, signIn, suite } from './suite.mjs';

const run = suite(prepare);
const panel = (page) => page.getByRole('region', { name: 'Rincian usaha' });
const path = '/api/v1/enterprises';
/** Filled in before the tests. */
const made = { id: '', village: '', sentra: '' };

function draft(name, more = {}) {
  return {
    name, region: made.village, sectors: ['kulit-alas-kaki'], commodities: ['alas-kaki'], registrations: [{ kind: 'ikm' }],
    products: [{ name: 'Sepatu kulit pria', commodity: 'alas-kaki' }], owners: [{ name: 'Siti Uji', sex: 'female' }], ...more,
  };
}

const full = () =>
  draft('Sepatu Uji Lengkap', {
    sentra: made.sentra,
    products: [{
      name: 'Sepatu kulit pria', commodity: 'alas-kaki', price_band: { min: 150000, max: 275000, unit: 'pasang' },
      capacity: { min: 200, max: 400, unit: 'pasang', period: 'day', working_days: 25 }, utilisation: 60,
      raw_materials: [{ commodity: 'kulit-samak', origin: '35.20' }, { commodity: 'kulit-samak', origin: 'import' }],
      export_destinations: ['MY', 'NL'],
    }],
    workers: { male: 6, female: 9, on: '2026-05-01' }, needs: ['capital'], practices: ['waste_sorted'],
    certificates: [{ type: 'trademark', number: 'IDM000123456', status: 'valid' }],
    channels: [{ platform: 'shopee', url: 'https://shopee.co.id/contoh' }],
    point: { lon: 112.43, lat: -7.47, accuracy_m: 80, method: 'gps' }, address: 'Jalan Contoh 1',
  });

const create = (who, body) => run.server.as(who, 'POST', path, body);
const step = (who, item, action, body = {}) => run.server.as(who, 'POST', `${path}/${item.id}/${action}`, body, item.revision);
/** As it is now, to staff. */
const now = (id) => run.server.as(staff, 'GET', `${path}/${id}`);

async function prepare(server) {
  const { items } = await server.get('/api/v1/regions?level=village&parent=35.76.01&limit=1');
  made.village = items[0].code;
  made.sentra = (await server.get('/api/v1/sentra?q=mojokerto')).items[0].id;
  let item = await create(colleague, full());
  item = await step(colleague, item, 'submit');
  item = await step(staff, item, 'verify');
  item = await step(staff, item, 'publish', { basis: { kind: 'consent', text: 'surat pemilik' }, reason: 'lengkap' });
  made.id = item.id;
  await server.as(staff, 'POST', '/api/v1/observations', {
    subject: `enterprise:${item.id}`, measure: 'order_placed', value: 1200, unit: 'pasang', approximate: true,
    definition: 'Pesanan satu pembeli.', on: '2026-03', source: { title: 'Catatan temu bisnis', publisher: 'Disperindag' },
  });
}

test('the public reads prices, size and its legal ground, certificates and sentra, and nothing internal', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    /** @type {string[]} */
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await open(`/?id=${made.id}`);
    await panel(page).getByText('Diperbarui').waitFor();
    await panel(page).getByRole('link', { name: 'Sentra alas kaki Kota Mojokerto' }).waitFor();
    await panel(page).getByText('Rp\u00a0150.000–Rp\u00a0275.000 per pasang').waitFor();
    const text = await panel(page).innerText();
    const item = await run.server.get(`${path}/${made.id}`);
    assert.equal(item.bps_class, 'small');
    assert.match(text, /Menurut BPS\s+kecil\s+BPS: tenaga kerja/);
    assert.match(text, /Menurut UMKM\s+belum diketahui\s+PP 7\/2021/);
    assert.match(text, /Permenperin 64\/2016/);
    assert.match(text, /Merek terdaftar, berlaku\s+nomor IDM000123456/);
    assert.match(text, /Shopee/);
    assert.doesNotMatch(text, /Riwayat|Siti Uji|Jalan Contoh|Kapasitas|Malaysia|Magetan|Catatan mutu|surat pemilik|verifikator/);
    assert.equal(await panel(page).getByRole('button', { name: 'Tarik dari umum' }).count(), 0);
    assert.deepEqual(asked.filter((url) => /revisions|quality|observations/.test(url)), []);
  });
});

test('staff read the internal part in words, its quality, its figures and its history', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open(`/?id=${made.id}`);
    await settled(page);
    await signIn(page, staff);
    await panel(page).getByRole('heading', { name: 'Data internal' }).waitFor();
    const { items: rules } = await run.server.get('/api/v1/quality-rules');
    const flagged = (await now(made.id)).quality.map(({ rule }) => rules.find(({ code }) => code === rule).name);
    assert.ok(flagged.length > 0);
    for (const name of flagged) await panel(page).getByText(name).waitFor();
    await panel(page).getByText('Kulit samak, dari Kabupaten Magetan').waitFor();
    for (const title of ['Kebutuhan, limbah, keselamatan', 'Asal data dan kunjungan', 'Angka tentang usaha ini', 'Riwayat']) {
      await panel(page).locator('summary', { hasText: title }).click();
    }
    await panel(page).getByText('sekitar 1.200 pasang').waitFor();
    await panel(page).getByText('Revisi 4', { exact: true }).waitFor();
    const text = await panel(page).innerText();
    for (const wanted of [
      '200–400 pasang per hari (25 hari kerja)', '60%', 'Kulit samak, dari impor', 'Malaysia, Belanda', 'Siti Uji, perempuan',
      '6 laki-laki, 9 perempuan', 'per 1 Mei 2026', 'modal', 'limbah dipilah', 'belum pernah dikunjungi', 'Izin pemilik', 'surat pemilik',
      'Terverifikasi', 'Terbit', 'Masih berjalan', 'Catatan temu bisnis', 'Alasan: lengkap', `oleh ${colleague.email}`,
    ]) assert.ok(text.includes(wanted), `${wanted} is missing`);
    assert.doesNotMatch(text, /undefined|null|NaN|\[object/);

    await panel(page).getByRole('button', { name: /^Diterbitkan Revisi 4/ }).click();
    await panel(page).getByText('Perubahan dari revisi 3').waitFor();
    const differences = await panel(page).locator('.differences').innerText();
    assert.match(differences, /Penerbitan\s+Sebelumnya:\s+Belum terbit\s+→\s+Menjadi:\s+Terbit/);
    assert.match(differences, /Dasar penerbitan[^]*tidak diisi[^]*jenis: Izin pemilik[^]*surat pemilik/);
    await panel(page).getByRole('button', { name: /^Dibuat Revisi 1/ }).click();
    await panel(page).getByText('Awal catatan').waitFor();
    assert.equal(await panel(page).getByText('Perubahan dari revisi').count(), 0);
    assert.deepEqual(await findings(page), []);
  });
});

test('returning needs a reason; a newer revision refuses it in words, and nothing typed is lost', async () => {
  const submitted = await step(colleague, await create(colleague, draft('Sandal Uji Kembali')), 'submit');
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open(`/?id=${submitted.id}`);
    await signIn(page, staff);
    await panel(page).getByRole('button', { name: 'Kembalikan', exact: true }).click();
    const form = panel(page).getByRole('form', { name: 'Kembalikan' });
    const send = form.getByRole('button', { name: 'Kembalikan', exact: true });
    await send.click();
    const alert = panel(page).getByRole('alert');
    await alert.waitFor();
    assert.match(await alert.innerText(), /Wajib diisi/);
    assert.equal((await now(submitted.id)).review, 'submitted');

    const reason = form.getByLabel('Alasan');
    await reason.fill('Alamat belum lengkap.');
    await run.server.as(colleague, 'PATCH', `${path}/${submitted.id}`, { founded_year: 2011 }, submitted.revision);
    await send.click();
    await panel(page).getByRole('button', { name: 'Muat keadaan terbaru' }).click();
    await panel(page).getByText('2011', { exact: true }).waitFor();
    assert.equal(await reason.inputValue(), 'Alamat belum lengkap.');

    // Closing the panel is no reason to lose it either.
    await panel(page).getByRole('button', { name: 'Tutup', exact: true }).click();
    await page.goBack();
    await reason.waitFor();
    assert.equal(await reason.inputValue(), 'Alamat belum lengkap.');
    assert.deepEqual(await findings(page), [], 'the form');
    await send.click();
    await panel(page).getByText(/Tersimpan: revisi \d/).waitFor();
    await form.waitFor({ state: 'detached' });
    assert.equal((await now(submitted.id)).review, 'returned');
    await panel(page).locator('summary', { hasText: 'Riwayat' }).click();
    await panel(page).getByText('Alasan: Alamat belum lengkap.').waitFor();
    drop(faults, /40[14]|412|422/);
  });
});

test('verifying and publishing by buttons makes it public; withdrawing hides it again', async () => {
  const submitted = await step(colleague, await create(colleague, draft('Sepatu Uji Terbit')), 'submit');
  const open_ = async () => (await fetch(`${run.server.origin}${path}/${submitted.id}`)).status;
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open(`/?id=${submitted.id}`);
    await signIn(page, staff);
    assert.equal(await panel(page).getByRole('button', { name: 'Terbitkan' }).count(), 0, 'not before it is verified');
    await panel(page).getByRole('button', { name: 'Verifikasi', exact: true }).click();
    await panel(page).getByRole('button', { name: 'Terbitkan', exact: true }).click();
    assert.equal(await open_(), 404);
    const form = panel(page).getByRole('form', { name: 'Terbitkan' });
    await form.getByLabel('Dasar', { exact: true }).selectOption('public_duty');
    await form.getByLabel('Izin, surat keputusan').fill('SK 12/2026');
    await form.getByRole('button', { name: 'Terbitkan', exact: true }).click();
    await panel(page).getByRole('button', { name: 'Tarik dari umum' }).waitFor();
    assert.equal(await open_(), 200);
    const { publication_basis: basis } = await now(submitted.id);
    assert.equal(basis.kind, 'public_duty');
    assert.equal(basis.text, 'SK 12/2026');
    await panel(page).getByText('SK 12/2026').waitFor();

    await panel(page).getByRole('button', { name: 'Tarik dari umum' }).click();
    await panel(page).getByRole('form').getByRole('button', { name: 'Tarik dari umum' }).click();
    await panel(page).getByRole('button', { name: 'Terbitkan', exact: true }).waitFor();
    assert.equal(await open_(), 404);
    await panel(page).getByRole('button', { name: 'Nyatakan tutup' }).click();
    await panel(page).getByRole('form').getByRole('button', { name: 'Nyatakan tutup' }).click();
    await panel(page).getByText('Usaha ini sudah tutup').waitFor();
    assert.equal((await now(submitted.id)).existence, 'closed');
    await panel(page).getByRole('button', { name: 'Buka lagi' }).click();
    await panel(page).getByRole('form').getByRole('button', { name: 'Buka lagi' }).click();
    await panel(page).getByText('Usaha ini sudah tutup').waitFor({ state: 'detached' });
    assert.equal((await now(submitted.id)).existence, 'active');
    drop(faults, /404/);
  });
});

test('nobody is offered to verify their own submission', async () => {
  const own = await step(staff, await create(staff, draft('Sepatu Uji Sendiri')), 'submit');
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open(`/?id=${own.id}`);
    await signIn(page, staff);
    await panel(page).getByText('Pengajuan sendiri diverifikasi oleh orang lain.').waitFor();
    assert.equal(await panel(page).getByRole('button', { name: 'Verifikasi', exact: true }).count(), 0);
    drop(faults, /404/);
  });
});

test('the staff panel on a phone: dark, no sideways scrolling, targets of 44 pixels', async () => {
  const touch = { viewport: phone, hasTouch: true, isMobile: true, colorScheme: /** @type {const} */ ('dark') };
  await run.visit(touch, async (page, { open }) => {
    await open(`/?id=${made.id}`);
    await settled(page);
    await signIn(page, staff);
    await panel(page).locator('summary', { hasText: 'Riwayat' }).tap();
    await panel(page).getByRole('button', { name: /^Diterbitkan Revisi 4/ }).tap();
    await panel(page).getByText('Perubahan dari revisi 3').waitFor();
    await panel(page).getByRole('button', { name: 'Nyatakan pindah' }).tap();
    await panel(page).getByRole('form').waitFor();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= phone.width);
    const body = panel(page).locator('.body');
    assert.ok(await body.evaluate((element) => element.scrollWidth <= element.clientWidth), 'the panel scrolls sideways');
    assert.deepEqual(await smallTargets(page, 'button, input, select, textarea, summary, nav a'), []);
    assert.deepEqual(await findings(page), []);
  });
});
