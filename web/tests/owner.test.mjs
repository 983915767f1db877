// An owner at their page by a link, on a computer and on a phone; staff who make, print and revoke one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone } from './browser.mjs';
import { colleague, staff } from './server.mjs';
import { drop, signIn, suite } from './suite.mjs';

const run = suite(prepare);
const enterprises = '/api/v1/enterprises';
const OWNER = 'Siti Rahayu';
/** Filled in before the tests. */
const made = { id: '', url: '', printed: '', village: '' };

const main = (page) => page.locator('main');
const button = (scope, name) => scope.getByRole('button', { name, exact: true });
const toggle = (page, name) => main(page).getByRole('switch', { name });
const refusals = /40[0-4]|412|422/;

const draft = (name) => ({
  name, region: made.village, sectors: ['kulit-alas-kaki'], commodities: ['alas-kaki'], registrations: [{ kind: 'ikm' }],
  address: 'Gang Mawar 17', point: { lon: 112.43, lat: -7.47, method: 'gps' }, contact: { phone: '081211112222' },
  products: [
    { name: 'Sepatu kulit', commodity: 'alas-kaki', utilisation: 70, capacity: { min: 100, max: 100, unit: 'pasang', period: 'month', working_days: 25 } },
    { name: 'Sandal', commodity: 'alas-kaki' },
  ],
  owners: [{ name: 'Budi Hartono', phone: '081255556666' }, { name: OWNER, sex: 'female', phone: '081234567890' }],
  workers: { male: 2, female: 3 }, certificates: [{ type: 'halal', number: 'ID1' }], channels: [{ platform: 'shopee', url: 'tas-uji' }],
  consents: [{ to: 'exact_point', on: '2026-01-02', how: 'surat' }],
  restricted: { business_capital: 75_000_000, persons: [{ name: OWNER, national_id: '3576014408770003', birth_date: '1977-08-04' }] },
});

async function prepare(server) {
  const { items } = await server.get('/api/v1/regions?level=village&parent=35.76.01&limit=1');
  made.village = items[0].code;
  made.id = (await server.as(staff, 'POST', enterprises, draft('Sepatu Uji Pemilik'))).id;
  const path = `${enterprises}/${made.id}`;
  await server.as(staff, 'POST', `${path}/submit`, {}, 1);
  await server.as(colleague, 'POST', `${path}/verify`, {}, 2);
  await server.as(colleague, 'POST', `${path}/publish`, { basis: { kind: 'consent', text: 'surat 7' } }, 3);
  made.url = (await server.as(staff, 'POST', '/api/v1/owner-links', { enterprise: made.id, owner: OWNER })).url;
  made.printed = (await server.as(staff, 'POST', enterprises, draft('Sepatu Uji Cetak'))).id;
}

const record = () => run.server.as(staff, 'GET', `${enterprises}/${made.id}`);

test('an owner sees what is known and who sees it, and moves a consent by keyboard, in effect at once', async () => {
  const token = made.url.split('#')[1] ?? '';
  assert.equal(token.length, 43);
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    const asked = [];
    page.on('request', (request) => asked.push(request.url(), request.headers().referer ?? ''));
    const answer = await open(made.url);
    assert.equal(answer?.headers()['cache-control'], 'private, no-store');
    assert.equal(answer?.headers()['referrer-policy'], 'no-referrer');
    await main(page).getByText(`Untuk ${OWNER}, pemilik Sepatu Uji Pemilik`).waitFor();
    assert.equal(await page.getByRole('navigation').count(), 0);
    const text = await main(page).innerText();
    for (const wanted of ['Gang Mawar 17', '081234567890', 'Budi Hartono', '************0003', '100 pasang', 'ada di catatan', 'Apa yang terjadi sesudah ini']) {
      assert.ok(text.includes(wanted), `${wanted} is missing in ${text}`);
    }
    for (const hidden of ['081255556666', '75.000.000', '75 juta', '1977', staff.email, colleague.email]) assert.ok(!text.includes(hidden), hidden);
    assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
    assert.deepEqual(await findings(page), []);

    const exact = toggle(page, 'Tunjukkan titik');
    assert.ok(await exact.isChecked());
    await exact.focus();
    await page.keyboard.press('Space');
    await main(page).getByText('Tersimpan dan sudah berlaku.').waitFor();
    assert.ok(!(await exact.isChecked()));
    assert.equal((await run.server.get(`${enterprises}/${made.id}`)).public_place.precision, 'village');
    await toggle(page, 'Tampilkan kapasitas').click();
    await page.waitForFunction(() => document.querySelectorAll('main [role=switch]:checked').length === 2);
    assert.equal((await run.server.get(`${enterprises}/${made.id}`)).products[0].capacity.max, 100);
    assert.equal((await record()).review, 'verified');

    // The token is in no request's address, in nothing that is kept, and outlives the skip link.
    assert.ok(asked.length > 3 && asked.every((url) => !url.includes(token)), 'the token was sent in an address');
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie);
    assert.ok(!kept.includes(token));
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction((hash) => location.hash === hash, `#${token}`);
    await button(page, 'EN English').click();
    await page.getByRole('heading', { name: 'Your consent' }).waitFor();
    assert.equal(new URL(page.url()).hash, `#${token}`);
    await page.reload();
    await page.getByRole('heading', { name: 'Your consent' }).waitFor();
    assert.deepEqual(await findings(page), [], 'in English');
  });
});

test('an owner corrects the record on a phone: what is wrong is said at its field, the rest is kept', async () => {
  await run.visit({ viewport: phone, hasTouch: true, isMobile: true }, async (page, { open, faults }) => {
    await open(made.url);
    const form = main(page).getByRole('form', { name: 'Perbaiki data' });
    await form.waitFor();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= phone.width, 'it can be moved sideways');
    assert.deepEqual(await smallTargets(page, 'main button, main input:not([type=checkbox]), main select, main label:has([role=switch])'), []);
    assert.deepEqual(await findings(page), []);
    await button(form, 'Kirim perbaikan').click();
    await form.getByText('Belum ada yang Anda ubah.').waitFor();

    await form.getByLabel('Nama usaha').fill('Sepatu Uji Jaya');
    await form.getByLabel('Telepon Anda').fill('12');
    const first = form.getByRole('group', { name: 'Produk 1', exact: true });
    await first.getByLabel('Dapat membuat').fill('banyak');
    await button(form, 'Kirim perbaikan').click();
    await form.getByText(/nomor telepon seperti/).waitFor();
    assert.equal(await form.getByLabel('Nama usaha').inputValue(), 'Sepatu Uji Jaya');
    assert.equal((await record()).name, 'Sepatu Uji Pemilik');
    assert.equal(await first.getByLabel('Dapat membuat').getAttribute('aria-invalid'), 'true');
    assert.deepEqual(await findings(page), [], 'with what is wrong');

    await form.getByLabel('Telepon Anda').fill('081299990000');
    await first.getByLabel('Dapat membuat').fill('1.200-1.500');
    await button(form, 'Hapus Produk 2').click();
    await button(form, 'Tambah produk').click();
    const added = form.getByRole('group', { name: 'Produk 2', exact: true });
    await added.getByLabel('Nama produk').fill('Dompet');
    await button(form, 'Kirim perbaikan').click();
    await form.getByText('Perbaikan tersimpan. Petugas akan memeriksanya.').waitFor();
    const now = await record();
    assert.deepEqual([now.name, now.review, now.owners[1].phone, now.owners[0].phone], ['Sepatu Uji Jaya', 'submitted', '081299990000', '081255556666']);
    assert.deepEqual(now.products.map(({ name }) => name), ['Sepatu kulit', 'Dompet']);
    assert.deepEqual([now.products[0].capacity.min, now.products[0].capacity.max, now.products[0].utilisation], [1200, 1500, 70]);
    assert.deepEqual([now.certificates[0].number, now.channels[0].url, now.address], ['ID1', 'tas-uji', 'Gang Mawar 17']);
    await main(page).getByText('Catatan ini menunggu diperiksa petugas.').waitFor();

    // Somebody else changes it meanwhile.
    await run.server.as(staff, 'PATCH', `${enterprises}/${made.id}`, { address: 'Gang Mawar 18' }, now.revision);
    await toggle(page, 'Tampilkan kontak').click();
    await main(page).getByText('Data ini baru saja diubah orang lain.', { exact: false }).first().waitFor();
    assert.ok(!(await toggle(page, 'Tampilkan kontak').isChecked()));
    await button(main(page), 'Muat keadaan terbaru').first().click();
    await main(page).getByText('Gang Mawar 18').first().waitFor();
    await toggle(page, 'Tampilkan usaha saya').click();
    await main(page).getByText('Usaha Anda belum tampil di peta umum', { exact: false }).waitFor();
    const gone = await fetch(`${run.server.origin}${enterprises}/${made.id}`);
    assert.equal(gone.status, 404);
    drop(faults, refusals);
  });
});

test('a link that is not good says so and shows nothing; the page without one says what it needs', async () => {
  await run.visit({ viewport: phone }, async (page, { open, faults }) => {
    await open(`/pemilik#${'A'.repeat(43)}`);
    await main(page).getByText(/Tautan ini salah, sudah berakhir atau sudah dicabut/).waitFor();
    assert.equal(await main(page).getByRole('switch').count(), 0);
    assert.deepEqual(await findings(page), []);
    drop(faults, refusals);
  });
  await run.visit({ viewport: phone }, async (page, { open }) => {
    await open('/pemilik');
    await main(page).getByText(/pindai kode QR pada lembar Anda/).waitFor();
  });
});

test('staff make a link, print the sheet alone, and revoke it', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open(`/?id=${made.printed}`);
    await signIn(page, staff);
    const panel = page.getByRole('region', { name: 'Rincian usaha' });
    const fold = panel.locator('details', { has: page.locator('summary', { hasText: 'Tautan pemilik' }) });
    await fold.locator('summary').click();
    await fold.getByText('Belum ada tautan.').waitFor();
    await fold.getByLabel('Untuk pemilik').selectOption(OWNER);
    await fold.getByLabel('Berlaku (hari').fill('120');
    await button(fold, 'Buat tautan pemilik').click();
    await fold.getByText(/di luar batas 1 sampai 90/).waitFor();
    await fold.getByLabel('Berlaku (hari').fill('14');
    await button(fold, 'Buat tautan pemilik').click();
    const sheet = fold.getByRole('region', { name: `Tautan untuk ${OWNER}` });
    await sheet.getByRole('img', { name: 'Kode QR tautan pemilik' }).waitFor();
    const address = await sheet.locator('code').innerText();
    assert.match(address, new RegExp(`^${run.server.origin}/pemilik#[\\w-]{43}$`));
    assert.deepEqual(await findings(page), [], 'the sheet');

    await page.emulateMedia({ media: 'print' });
    const shown = await page.evaluate(() => Array.from(document.querySelectorAll('h2, h4, header a, .owner-sheet svg'))
      .filter((element) => getComputedStyle(element).visibility === 'visible' && element.getClientRects().length > 0)
      .map((element) => element.tagName.toLowerCase()));
    assert.deepEqual(shown, ['h4', 'svg']);
    const pages = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page[^s]/g);
    assert.equal(pages?.length, 1, 'pages of the sheet');
    await page.emulateMedia({ media: 'screen' });

    await button(fold, 'Tutup lembar').click();
    assert.ok(!(await page.content()).includes(address), 'closed, and still on the page');
    await fold.getByText('belum dipakai').waitFor();
    await fold.getByRole('button', { name: `Cabut ${OWNER}` }).click();
    await button(fold, 'Cabut').click();
    await fold.getByText(/dicabut \d+/).waitFor();
    const answer = await fetch(`${run.server.origin}/api/v1/owner`, { headers: { Authorization: `Link ${address.split('#')[1]}` } });
    assert.equal(answer.status, 404);
    drop(faults, refusals);
  });
});
