// Restricted values: granted, read for a purpose, and what the auditor learns of it; people's requests.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone, settled } from './browser.mjs';
import { admin, auditor, staff } from './server.mjs';
import { accountMenu, drop, fillSignIn, query, signIn, signOut, suite } from './suite.mjs';
import { step, totp } from './totp.mjs';

const run = suite(prepare);
const enterprises = '/api/v1/enterprises';
const NIK = '3576014408770003';
const PURPOSE = 'Verifikasi bantuan modal, surat 12/2026';
/** Filled in before the tests. */
const made = { id: '', other: '', correct: '', village: '' };
/** Reads restricted values: has the grant, and a second factor. */
const reader = { email: 'pembaca@contoh.id', password: 'kata sandi pembaca', secret: '', used: 0 };

const main = (page) => page.locator('main');
const panel = (page) => page.getByRole('region', { name: 'Rincian usaha' });
const button = (scope, name) => scope.getByRole('button', { name, exact: true });
const refusals = /40[0-4]|412|422/;

const draft = (name, owner, national_id) => ({
  name, region: made.village, sectors: ['kulit-alas-kaki'], commodities: ['alas-kaki'], registrations: [{ kind: 'ikm' }],
  products: [{ name: 'Sepatu kulit pria', commodity: 'alas-kaki' }],
  owners: [{ name: owner, sex: 'female', phone: '081234567890' }],
  restricted: {
    business_capital: 75_000_000, annual_sales: { value: 240_000_000, year: 2025 },
    production_values: [{ product: 'Sepatu kulit pria', value: 310_000_000 }],
    persons: [{ name: owner, national_id, birth_date: '1977-08-04' }],
  },
});

async function prepare(server) {
  const { items } = await server.get('/api/v1/regions?level=village&parent=35.76.01&limit=1');
  made.village = items[0].code;
  made.id = (await server.as(staff, 'POST', enterprises, draft('Sepatu Uji Terbatas', 'Siti Rahayu', NIK))).id;
  made.other = (await server.as(staff, 'POST', enterprises, draft('Sepatu Uji Kedua', 'Dewi Lestari', '3576014408770011'))).id;
  made.correct = (await server.as(staff, 'POST', enterprises, draft('Sepatu Uji Perbaikan', 'Ani Wulandari', '3576014408770029'))).id;
  const { one_time_code: code } = await server.as(admin, 'POST', '/api/v1/users', { email: reader.email, role: 'verifier', area: '35.76' });
  await server.post('/api/v1/auth/password-reset', { email: reader.email, code, password: reader.password });
}

/** Opens a fold of the panel, if it is not open. */
async function unfold(page, title) {
  const fold = panel(page).locator('details', { has: page.locator('summary', { hasText: title }) });
  await fold.waitFor();
  if ((await fold.getAttribute('open')) === null) await fold.locator('summary').click();
  return fold;
}

/** Signs the reader in with a code that was not used yet: each is good once, and one step early. */
async function signInReader(page) {
  await fillSignIn(page, reader);
  const field = page.locator('dialog[open]').getByLabel('Kode enam angka');
  await field.waitFor();
  while (step() + 1 <= reader.used) await page.waitForTimeout(500);
  const ahead = step() < reader.used + 1 ? 1 : 0;
  reader.used = step() + ahead;
  await field.fill(totp(reader.secret, ahead));
  await page.locator('dialog[open] button[type=submit]').click();
  await accountMenu(page, reader).waitFor();
}

test('an administrator gives the grant until a day and for a reason, which counts with a second factor', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/sentra');
    await signIn(page, admin);
    await open(`/pengguna/${encodeURIComponent(reader.email)}`);
    const form = main(page).getByRole('form', { name: 'Beri hak' });
    await form.waitFor();
    await main(page).getByText(/belum memasang kode kedua/).waitFor();
    await button(form, 'Beri hak').click();
    await form.getByText('Wajib diisi.').waitFor();
    await form.getByLabel('Alasan').fill('Bantuan modal 2026');
    const until = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    await form.getByLabel('Berlaku sampai tanggal').fill(until);
    await button(form, 'Beri hak').click();
    await button(main(page), 'Cabut hak').waitFor();
    const user = await run.server.as(admin, 'GET', `/api/v1/users/${encodeURIComponent(reader.email)}`);
    assert.equal(new Date(user.restricted_until).getTime(), new Date(`${until}T23:59:59+07:00`).getTime());
    assert.deepEqual(await findings(page), []);

    // An administrator without it reads none.
    await open(`/?id=${made.id}`);
    await panel(page).getByRole('heading', { name: 'Data internal' }).waitFor();
    assert.equal(await panel(page).locator('summary', { hasText: 'Data terbatas' }).count(), 0);
    drop(faults, refusals);
  });

  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open(`/?id=${made.id}`);
    await signIn(page, reader);
    await unfold(page, 'Data terbatas');
    await panel(page).getByText(/hanya dalam sesi dengan kode kedua/).waitFor();
    assert.equal(await panel(page).getByLabel('Tujuan membaca').count(), 0);
    drop(faults, refusals);
  });
  reader.secret = (await run.server.as(reader, 'POST', '/api/v1/account/totp', { password: reader.password })).secret;
  reader.used = step();
  await run.server.as(reader, 'POST', '/api/v1/account/totp/confirm', { code: totp(reader.secret) });
});

test('values are shown for a purpose, the NIK whole only when asked again, and nothing of them stays', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open(`/?id=${made.id}`);
    await signInReader(page);
    const asked = [];
    page.on('request', (request) => request.url().includes('/restricted') && asked.push(request.url()));
    const fold = await unfold(page, 'Data terbatas');
    await fold.getByLabel('Tujuan membaca').fill('cek');
    await button(fold, 'Buka dan catat').click();
    await fold.getByText(/Terlalu pendek/).waitFor();
    assert.equal(await fold.getByLabel('Tujuan membaca').inputValue(), 'cek');
    await fold.getByLabel('Tujuan membaca').fill(PURPOSE);
    await button(fold, 'Buka dan catat').click();
    await fold.getByText(`tercatat atas nama ${reader.email}`).waitFor();
    await fold.getByText('NIK ************0003').waitFor();
    const text = await fold.innerText();
    for (const wanted of [PURPOSE, 'Siti Rahayu', 'lahir 4 Agustus 1977', 'Rp\u00a0240 juta (tahun 2025)', 'Rp\u00a075 juta', 'Sepatu kulit pria: Rp\u00a0310 juta']) {
      assert.ok(text.includes(wanted), `${wanted} is missing in ${text}`);
    }
    assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
    assert.deepEqual(await findings(page), [], 'masked');
    const before = asked.length;
    await button(fold, 'Tampilkan NIK lengkap').click();
    assert.equal(asked.length, before, 'it was not asked again');
    await fold.getByRole('group').getByRole('button', { name: 'Tampilkan NIK lengkap' }).click();
    await fold.getByText(`NIK ${NIK}`).waitFor();

    await button(fold, 'Tutup data terbatas').click();
    await fold.getByLabel('Tujuan membaca').waitFor();
    assert.ok(!(await page.content()).includes(NIK), 'closed, and still on the page');
    await button(fold, 'Buka dan catat').click();
    await fold.getByText('NIK ************0003').waitFor();
    await fold.locator('summary').click();
    await fold.locator('summary').click();
    assert.equal(await fold.getByText('NIK ************0003').count(), 0, 'folded, and still there');
    // Another usaha asks for a purpose of its own.
    await button(fold, 'Buka dan catat').click();
    await fold.getByText('NIK ************0003').waitFor();
    await panel(page).getByRole('button', { name: 'Tutup', exact: true }).click();
    const reads = asked.length;
    await page.evaluate((id) => { history.pushState(null, '', `/?id=${id}`); dispatchEvent(new PopStateEvent('popstate')); }, made.other);
    await panel(page).getByRole('heading', { name: 'Sepatu Uji Kedua' }).waitFor();
    const second = await unfold(page, 'Data terbatas');
    assert.equal(await second.getByLabel('Tujuan membaca').inputValue(), '');
    assert.equal(asked.length, reads, 'read without being asked to');
    assert.ok(!(await page.content()).includes('0003'));
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    assert.ok(!kept.includes('0003') && !kept.includes('modal'));
    await signOut(page, reader);
    drop(faults, refusals);
  });
});

test('the auditor finds the reading by the address, and reports on the usaha and the account', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/sentra');
    await signIn(page, auditor);
    await page.getByRole('link', { name: /^Catatan/ }).click();
    const rows = main(page).locator('.paged li');
    await rows.first().waitFor();
    await main(page).getByLabel('Jenis pembacaan').selectOption('restricted');
    await main(page).getByLabel('Akun atau klien').fill(reader.email);
    await button(main(page), 'Tampilkan').click();
    await page.waitForFunction(() => location.search.includes('kind=restricted'));
    assert.equal(query(page).get('actor'), reader.email);
    await page.reload();
    await rows.first().waitFor();
    assert.equal(await rows.count(), 4);
    assert.equal(await main(page).getByLabel('Jenis pembacaan').inputValue(), 'restricted');
    const whole = await rows.filter({ hasText: 'NIK tampil lengkap' }).innerText();
    for (const wanted of [reader.email, 'Data terbatas', `Tujuan: ${PURPOSE}`, made.id, 'Kota Mojokerto']) assert.ok(whole.includes(wanted), `${wanted} is missing in ${whole}`);
    assert.ok(!(await main(page).innerText()).includes(NIK));
    assert.deepEqual(await findings(page), [], 'the log');
    await main(page).getByLabel('Sampai tanggal').fill('2020-01-01');
    await button(main(page), 'Tampilkan').click();
    await main(page).getByText('Tidak ada yang cocok.').waitFor();
    await page.goBack();
    await rows.first().waitFor();
    assert.equal(await main(page).getByLabel('Sampai tanggal').inputValue(), '');

    await rows.first().getByRole('link', { name: made.id }).click();
    await page.getByRole('heading', { name: `Siapa yang membaca usaha ${made.id}` }).waitFor();
    assert.equal(query(page).get('enterprise'), made.id);
    const direct = main(page).getByRole('table', { name: 'Dibaca langsung' });
    const row = direct.getByRole('row').filter({ hasText: 'Data terbatas' });
    const cells = await row.getByRole('cell').allInnerTexts();
    assert.equal(cells[0], reader.email);
    assert.deepEqual([cells[2], cells[5], cells[6]], ['4', PURPOSE, '1']);
    await main(page).getByRole('table', { name: 'Diubah oleh' }).getByText(staff.email).waitFor();
    assert.deepEqual(await findings(page), [], 'the report');

    const download = page.waitForEvent('download');
    await button(main(page), 'Unduh CSV').click();
    const file = await download;
    assert.match(file.suggestedFilename(), new RegExp(`^sentra-laporan-pembacaan-${made.id}-\\d{4}-\\d\\d-\\d\\d\\.csv$`));
    const text = await readFile(await file.path(), 'utf8');
    assert.match(text, /^\ufeffBagian,Akun atau klien,/);
    assert.match(text, new RegExp(`Dibaca langsung,${reader.email},Data terbatas,4,\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}\\+07:00,`));

    await main(page).getByLabel('satu akun atau klien').check();
    await main(page).getByLabel('Surel akun atau id klien').fill(reader.email);
    await button(main(page), 'Buat laporan').click();
    await page.getByRole('heading', { name: `Yang dibaca ${reader.email}` }).waitFor();
    const restricted = main(page).getByRole('table', { name: 'Data terbatas yang dibaca' });
    assert.equal(await restricted.getByRole('row').filter({ hasText: PURPOSE }).count(), 4);
    assert.doesNotMatch(await main(page).innerText(), /undefined|null|NaN|\[object/);
    assert.deepEqual(faults, []);
  });
});

test('what a list showed stands in the report of a usaha that passed its filter, and no other', async () => {
  await run.server.as(reader, 'GET', `${enterprises}?kind=ikm&region=35.76.01&limit=1000`);
  await run.server.as(reader, 'GET', `${enterprises}?kind=kopwan&region=35.76.01&limit=1000`);
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/sentra');
    await signIn(page, auditor);
    await open(`/catatan/laporan?enterprise=${made.id}`);
    const shown = main(page).getByRole('table', { name: 'Tampil di antara banyak usaha' });
    const row = shown.getByRole('row').filter({ hasText: 'kind=ikm&region=35.76.01' });
    await row.waitFor();
    assert.match(await row.innerText(), /Daftar[^]*pasti tampil/);
    assert.equal(await shown.getByText('kind=kopwan').count(), 0);
  });
});

test('the log is not for a verifier, and says so at its address', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/catatan');
    await signIn(page, staff);
    await main(page).getByText(/bukan untuk peran Anda/).waitFor();
    assert.equal(await page.getByRole('link', { name: /^Catatan/ }).count(), 0);
    assert.equal(await run.server.statusAs(staff, 'GET', '/api/v1/reads'), 403);
  });
});

test('a person’s request: corrected, copied, erased, each under its number', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open(`/?id=${made.correct}`);
    await settled(page);
    await signIn(page, staff);
    await unfold(page, 'Permintaan orang');
    await button(panel(page), 'Jawab permintaan').click();
    const form = page.locator('dialog[open]').getByRole('form');
    assert.ok(await button(form, 'Unduh salinan').isDisabled(), 'a copy without the grant');
    await form.getByLabel('perbaikan datanya').check();
    await form.getByLabel('Nomor atau tanggal permohonan').fill('Permohonan Ani Wulandari');
    await form.getByLabel('Telepon').fill('081298765432');
    await form.getByLabel('NIK').fill('123');
    await button(form, 'Simpan perbaikan').click();
    await form.getByRole('alert').waitFor();
    assert.equal(await form.getByLabel('Telepon').inputValue(), '081298765432');
    await form.getByLabel('NIK').fill('3576014408770030');
    await form.getByLabel('Nomor atau tanggal permohonan').fill('Permohonan 12/2026');
    assert.deepEqual(await findings(page), [], 'the dialog');
    await button(form, 'Simpan perbaikan').click();
    await form.getByText('Perbaikan tersimpan.').waitFor();
    const { owners } = await run.server.as(staff, 'GET', `${enterprises}/${made.correct}`);
    assert.deepEqual([owners[0].name, owners[0].phone], ['Ani Wulandari', '081298765432']);
    assert.equal(await form.getByLabel('NIK').inputValue(), '');
    drop(faults, refusals);
  });

  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open(`/?id=${made.correct}`);
    await signInReader(page);
    await unfold(page, 'Permintaan orang');
    await button(panel(page), 'Jawab permintaan').click();
    const form = page.locator('dialog[open]').getByRole('form');
    await form.getByLabel('Nomor atau tanggal permohonan').fill('Permohonan 13/2026');
    await form.getByLabel('Tujuan membaca').fill('Salinan untuk yang bersangkutan');
    const download = page.waitForEvent('download');
    await button(form, 'Unduh salinan').click();
    const copy = JSON.parse(await readFile(await (await download).path(), 'utf8'));
    assert.equal(copy.owner.name, 'Ani Wulandari');
    assert.equal(copy.restricted.national_id, '3576014408770030');
    assert.ok(!(await page.content()).includes('3576014408770030'));

    await form.getByLabel('penghapusan datanya').check();
    await form.getByLabel('Nomor atau tanggal permohonan').fill('Permohonan 14/2026');
    await button(form, 'Hapus datanya').click();
    await page.locator('dialog[open]').getByText(/Datanya dihapus|Tidak ada pemilik/).first().waitFor();
    const after = await run.server.as(staff, 'GET', `${enterprises}/${made.correct}`);
    assert.ok(!JSON.stringify(after).includes('Wulandari'));
    drop(faults, refusals);
  });
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`on a phone: axe, no sideways scrolling, 44 pixels, ${colorScheme}`, async () => {
    await run.visit({ viewport: phone, hasTouch: true, isMobile: true, colorScheme }, async (page, { open, faults }) => {
      const look = async (what) => {
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= phone.width, what);
        const targets = 'header button, header a, main button, main input:not([type=checkbox], [type=radio]), main select, main textarea, main summary, main article a, label:has(input[type=radio]), dialog[open] button, dialog[open] textarea';
        assert.deepEqual(await smallTargets(page, targets), [], what);
        assert.deepEqual(await findings(page), [], what);
      };
      await open('/sentra');
      await signIn(page, auditor);
      for (const address of [`/catatan?kind=restricted`, `/catatan/laporan`, `/catatan/laporan?enterprise=${made.id}`, `/catatan/laporan?actor=${reader.email}`]) {
        await open(address);
        await main(page).locator('.paged li, form').first().waitFor();
        await page.waitForFunction(() => !/Memuat…/.test(document.querySelector('main')?.textContent ?? ''));
        assert.ok(await main(page).evaluate((element) => element.scrollWidth <= element.clientWidth), address);
        await look(address);
      }
      await signOut(page, auditor);
      await open(`/?id=${made.other}`);
      await signInReader(page);
      const fold = await unfold(page, 'Data terbatas');
      await fold.getByLabel('Tujuan membaca').fill(PURPOSE);
      await look('the purpose');
      await button(fold, 'Buka dan catat').tap();
      await fold.getByText('NIK ************0011').waitFor();
      await button(fold, 'Tampilkan NIK lengkap').tap();
      await look('values');
      const body = panel(page).locator('.body');
      assert.ok(await body.evaluate((element) => element.scrollWidth <= element.clientWidth), 'the panel scrolls sideways');
      await unfold(page, 'Permintaan orang');
      await button(panel(page), 'Jawab permintaan').tap();
      await look('a request');
      drop(faults, refusals);
    });
  });
}
