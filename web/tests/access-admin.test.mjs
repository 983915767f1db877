// Accounts and service clients: who manages them, and what their owners do themselves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone } from './browser.mjs';
import { admin, colleague } from './server.mjs';
import { accountMenu, drop, fillSignIn, query, signIn, signOut, suite } from './suite.mjs';
import { readQr, totp } from './totp.mjs';

const run = suite(prepare);
const users = '/api/v1/users';
const userPath = (email) => `${users}/${encodeURIComponent(email)}`;
const main = (page) => page.locator('main');
const button = (page, name) => main(page).getByRole('button', { name, exact: true });
const dialog = (page) => page.locator('dialog[open]');
const refusals = /40[13]|422|429/;

async function prepare(server) {
  for (let n = 10; n < 65; n += 1) {
    await server.as(admin, 'POST', users, { email: `petugas${n}@contoh.id`, role: 'viewer', area: '35.15' });
  }
}

/** An account with a password, ready to be signed in to. */
async function somebody(email, role = 'verifier', more = {}) {
  const { one_time_code: code } = await run.server.as(admin, 'POST', users, { email, role, ...more });
  const who = { email, password: `kata sandi ${email}` };
  await run.server.post('/api/v1/auth/password-reset', { email, code, password: who.password });
  return who;
}

test('an administrator adds a verifier, who sets the password with the code, once, and signs in', async () => {
  const who = { email: 'siti@contoh.id', password: 'tiga kata sederhana' };
  let code = '';
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/sentra');
    await signIn(page, admin);
    await page.locator('header').getByRole('link', { name: /^Pengguna/ }).click();
    await main(page).getByRole('link', { name: 'Tambah akun' }).click();
    await button(page, 'Buat akun').click();
    await main(page).getByText(/alamat surel/).waitFor();
    await main(page).getByLabel('Nama').fill('Siti Aminah');
    await main(page).getByLabel('Wilayah').selectOption('35.15');
    // What was typed stays, whatever page is looked at meanwhile.
    await page.getByRole('link', { name: 'Sentra', exact: true }).click();
    await page.goBack();
    assert.equal(await main(page).getByLabel('Nama').inputValue(), 'Siti Aminah');
    assert.equal(await main(page).getByLabel('Wilayah').inputValue(), '35.15');
    await main(page).getByLabel('Surel').fill(` ${who.email.toUpperCase()}`);
    await button(page, 'Buat akun').click();
    await page.getByRole('heading', { name: `Kode sekali pakai untuk ${who.email}` }).waitFor();
    code = (await main(page).locator('.secret code').innerText()).trim();
    assert.match(code, /^(\w{5}-){3}\w{5}$/);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await button(page, 'Salin').click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
    await main(page).getByRole('link', { name: 'Buka akun ini' }).click();
    await page.getByRole('heading', { level: 1, name: who.email }).waitFor();
    assert.ok(!(await main(page).innerText()).includes(code), 'the code is told more than once');
    drop(faults, refusals);
  });

  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/pengguna');
    await button(page, 'Masuk').click();
    await dialog(page).getByRole('button', { name: /^Pakai kode sekali pakai/ }).click();
    await dialog(page).getByLabel('Surel').fill(who.email);
    await dialog(page).getByLabel('Kode sekali pakai').fill(code.toLowerCase().replaceAll('-', ' '));
    await dialog(page).getByLabel('Kata sandi baru', { exact: true }).fill('pendek');
    await dialog(page).getByRole('button', { name: 'Simpan dan masuk' }).click();
    await dialog(page).getByRole('alert').waitFor();
    assert.notEqual(await dialog(page).getByLabel('Kode sekali pakai').inputValue(), '', 'the code is lost');
    await dialog(page).getByLabel('Kata sandi baru', { exact: true }).fill(who.password);
    await dialog(page).getByRole('button', { name: 'Simpan dan masuk' }).click();
    await accountMenu(page, who).waitFor();

    // Not a page of theirs: said at its address, and not in the navigation.
    await main(page).getByText(/bukan untuk peran Anda/).waitFor();
    assert.equal(await page.getByRole('link', { name: /Pengguna|Catatan/ }).count(), 0);
    assert.equal(await run.server.statusAs(who, 'GET', users), 403);
    await page.reload();
    await main(page).getByText(/bukan untuk peran Anda/).waitFor();
    await open('/akun');
    await main(page).getByText('membuat, mengubah, dan mengajukan usaha').waitFor();
    const text = await main(page).innerText();
    assert.match(text, /Siti Aminah[^]*verifikator[^]*Kabupaten Sidoarjo/);
    assert.doesNotMatch(text, /undefined|null|NaN|\[object|mengelola akun/);
    await signOut(page, who);

    await page.locator('header').getByRole('button', { name: 'Masuk' }).click();
    await dialog(page).getByRole('button', { name: /^Pakai kode sekali pakai/ }).click();
    assert.equal(await dialog(page).getByLabel('Surel').inputValue(), '', 'left for whoever comes next');
    await dialog(page).getByLabel('Surel').fill(who.email);
    await dialog(page).getByLabel('Kode sekali pakai').fill(code);
    await dialog(page).getByLabel('Kata sandi baru', { exact: true }).fill('kata sandi yang lain');
    await dialog(page).getByRole('button', { name: 'Simpan dan masuk' }).click();
    await dialog(page).getByText(/kode sekali pakai salah, atau kodenya sudah berakhir/).waitFor();
    drop(faults, refusals);
  });
});

test('a second factor: drawn, confirmed, asked for at the next sign-in, taken away by an administrator', async () => {
  const who = await somebody('faktor@contoh.id');
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/akun');
    await button(page, 'Masuk').click();
    await dialog(page).getByLabel('Surel').fill(who.email);
    await dialog(page).getByLabel('Kata sandi', { exact: true }).fill(who.password);
    await dialog(page).locator('button[type=submit]').click();
    await button(page, 'Pasang kode kedua').click();
    await main(page).getByLabel('Kata sandi Anda', { exact: true }).fill('keliru');
    await button(page, 'Lanjut').click();
    await main(page).getByText('Tidak cocok.').waitFor();
    await main(page).getByLabel('Kata sandi Anda', { exact: true }).fill(who.password);
    await button(page, 'Lanjut').click();

    const drawing = main(page).getByRole('img', { name: /Kode QR/ });
    await drawing.waitFor();
    const uri = await readQr(page, drawing);
    const secret = new URL(uri).searchParams.get('secret') ?? '';
    assert.match(uri, /^otpauth:\/\/totp\/Sentra:faktor/);
    assert.equal((await main(page).locator('.scan .value code').innerText()).replaceAll(' ', ''), secret);
    await main(page).getByText('Alamat lengkap (otpauth)').click();
    await main(page).getByText(uri, { exact: true }).waitFor();
    assert.deepEqual(await findings(page), [], 'setting it up');

    const wrong = String((Number(totp(secret)) + 1) % 1_000_000).padStart(6, '0');
    await main(page).getByLabel('Kode enam angka').fill(wrong);
    await button(page, 'Pasang').click();
    await main(page).getByText('Tidak cocok.').waitFor();
    await main(page).getByLabel('Kode enam angka').fill(totp(secret));
    await button(page, 'Pasang').click();
    await main(page).getByText(/^Kode kedua terpasang/).waitFor();
    assert.ok(!(await page.content()).includes(secret), 'the secret stays on the page');

    await signOut(page, who);
    await fillSignIn(page, who);
    const field = dialog(page).getByLabel('Kode enam angka');
    await field.waitFor();
    assert.ok(await field.evaluate((input) => input === document.activeElement), 'the code is not in focus');
    assert.deepEqual(await findings(page), [], 'the second step');
    await field.fill('000 000');
    await dialog(page).getByRole('button', { name: 'Masuk' }).click();
    await dialog(page).getByRole('alert').waitFor();
    assert.equal(await field.inputValue(), '000 000');
    // The one before was used up at the confirmation.
    await field.fill(totp(secret, 1));
    await dialog(page).getByRole('button', { name: 'Masuk' }).click();
    await accountMenu(page, who).waitFor();
    await main(page).getByText('Dengan kode kedua').waitFor();
    drop(faults, refusals);
  });

  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/sentra');
    await signIn(page, admin);
    await open(`/pengguna/${encodeURIComponent(who.email)}`);
    await button(page, 'Copot kode kedua').click();
    await main(page).getByRole('group').getByRole('button', { name: 'Copot kode kedua' }).click();
    await main(page).getByText('Kode kedua dicopot dan semua sesi diakhiri.').waitFor();
    assert.equal((await run.server.as(admin, 'GET', userPath(who.email))).second_factor, false);
  });
});

test('too many failures: how long to wait is told and counted down, and nothing typed is lost', async () => {
  const who = await somebody('terkunci@contoh.id');
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/sentra');
    await fillSignIn(page, { ...who, password: 'bukan ini' });
    const submit = dialog(page).locator('button[type=submit]');
    for (let failures = 1; failures < 6; failures += 1) {
      await dialog(page).getByRole('alert').waitFor();
      await submit.click();
      await page.waitForResponse(/auth\/session$/);
    }
    await dialog(page).getByText(/coba lagi dalam \d+ detik/).first().waitFor();
    await dialog(page).getByRole('timer').waitFor();
    assert.ok(await submit.isDisabled());
    assert.match(await submit.innerText(), /lagi dalam \d+ detik/);
    assert.equal(await dialog(page).getByLabel('Surel').inputValue(), who.email);
    assert.equal(await dialog(page).getByLabel('Kata sandi', { exact: true }).inputValue(), 'bukan ini');
    assert.deepEqual(await findings(page), []);
    await dialog(page).getByLabel('Kata sandi', { exact: true }).fill(who.password);
    await dialog(page).getByRole('timer').waitFor({ state: 'detached' });
    await submit.click();
    await accountMenu(page, who).waitFor();
    drop(faults, refusals);
  });
});

test('a changed role counts at once, and who is disabled is signed out', async () => {
  const who = await somebody('pindah@contoh.id', 'verifier', { area: '35.15' });
  await run.visit({ viewport: desktop }, async (theirs, { open: openTheirs, faults }) => {
    await openTheirs('/akun');
    await signIn(theirs, who);
    await main(theirs).getByText('membuat, mengubah, dan mengajukan usaha').waitFor();
    await run.visit({ viewport: desktop }, async (page, { open }) => {
      await open('/sentra');
      await signIn(page, admin);
      await open(`/pengguna/${encodeURIComponent(who.email)}`);
      const save = button(page, 'Simpan perubahan');
      await save.waitFor();
      assert.ok(await save.isDisabled(), 'nothing is changed yet');
      await main(page).getByLabel('Peran', { exact: true }).selectOption('auditor');
      await main(page).getByText(/Membaca catatan pembacaan dan perubahan/).waitFor();
      await main(page).getByLabel('Wilayah', { exact: true }).selectOption('');
      await save.click();
      await main(page).getByText('Tersimpan.').waitFor();
      const { role, area } = await run.server.as(admin, 'GET', userPath(who.email));
      assert.deepEqual([role, area], ['auditor', null]);

      await button(page, 'Nonaktifkan akun').click();
      await page.keyboard.press('Escape');
      assert.equal((await run.server.as(admin, 'GET', userPath(who.email))).disabled, false);
      assert.ok(await button(page, 'Nonaktifkan akun').evaluate((element) => element === document.activeElement));
      await button(page, 'Nonaktifkan akun').click();
      await main(page).getByRole('group').getByRole('button', { name: 'Nonaktifkan akun' }).click();
      await main(page).getByText('Akun dinonaktifkan.').waitFor();
      assert.deepEqual(await findings(page), []);
    });
    await theirs.getByRole('link', { name: 'Koperasi', exact: true }).click();
    await theirs.locator('.news').getByText('Sesi Anda berakhir').waitFor();
    await fillSignIn(theirs, who);
    await dialog(theirs).getByRole('alert').waitFor();
    drop(faults, refusals);
  });
});

test('a right that is taken away while its page is open closes the page at the next request', async () => {
  const who = await somebody('mantan@contoh.id', 'admin', { area: '35.15' });
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/pengguna');
    await button(page, 'Masuk').waitFor();
    await signIn(page, who);
    // Bounded by an area: sees and gives no other.
    await main(page).getByText('Akun petugas di wilayah Anda: Kabupaten Sidoarjo').waitFor();
    await main(page).locator('.paged li').first().waitFor();
    assert.equal(await main(page).getByRole('link', { name: admin.email }).count(), 0);
    await run.server.as(admin, 'PATCH', userPath(who.email), { role: 'viewer' });
    await main(page).getByRole('searchbox').fill('petugas1');
    await main(page).getByText(/bukan untuk peran Anda/).waitFor();
    assert.equal(await page.locator('header').getByRole('link', { name: /^Pengguna/ }).count(), 0);
    assert.ok(!(await main(page).innerText()).includes('petugas1'));
    drop(faults, refusals);
  });
});

test('nobody changes the own account among the others', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/sentra');
    await signIn(page, admin);
    await open(`/pengguna/${encodeURIComponent(admin.email)}`);
    await main(page).getByText('Ini akun Anda sendiri.').waitFor();
    assert.equal(await main(page).getByRole('button').count(), 0);
    await main(page).getByRole('link', { name: 'Akun saya' }).click();
    await page.getByRole('heading', { level: 1, name: 'Akun saya' }).waitFor();
  });
});

test('the list is searched by the address and comes page by page', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/sentra');
    await signIn(page, admin);
    await open('/pengguna');
    const rows = main(page).locator('.paged li');
    await rows.first().waitFor();
    assert.equal(await rows.count(), 50);
    await button(page, 'Muat lagi').click();
    await rows.nth(50).waitFor();
    await button(page, 'Muat lagi').waitFor({ state: 'detached' });
    const all = await rows.count();
    assert.ok(all > 58, `${all}`);
    assert.equal(new Set(await rows.locator('.email').allInnerTexts()).size, all);
    await main(page).getByRole('searchbox', { name: 'Cari surel atau nama' }).fill('petugas1');
    await page.waitForFunction(() => document.querySelectorAll('.paged li').length === 10);
    assert.equal(query(page).get('q'), 'petugas1');
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll('.paged li').length === 10);
    await main(page).getByRole('link', { name: /petugas12@contoh\.id/ }).click();
    await page.getByRole('heading', { level: 1, name: 'petugas12@contoh.id' }).waitFor();
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll('.paged li').length === 10);
    await main(page).getByRole('searchbox').fill('zzqxjv');
    await main(page).getByText('Tidak ada yang cocok.').waitFor();
  });
});

test('a service client: scopes in words, a secret told once that works, renewed, revoked', async () => {
  const token = async (id, secret) => {
    const response = await fetch(`${run.server.origin}/api/v1/auth/token`, {
      method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials' }),
      headers: { Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    });
    return { status: response.status, body: await response.json() };
  };
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/sentra');
    await signIn(page, admin);
    await page.locator('header').getByRole('link', { name: /^Pengguna/ }).click();
    await main(page).getByRole('link', { name: 'Klien layanan' }).click();
    await main(page).getByText('Belum ada klien layanan.').waitFor();
    await main(page).getByRole('link', { name: 'Tambah klien' }).click();
    await button(page, 'Buat klien').click();
    await main(page).getByText('Wajib diisi.').waitFor();
    await main(page).getByLabel('Nama sistem').fill('Satu Data Sidoarjo');
    await main(page).getByLabel('Membaca data internal satu wilayah').check();
    await main(page).getByLabel('Wilayah data internal').selectOption('35.15');
    await button(page, 'Buat klien').click();
    await page.getByRole('heading', { name: 'Rahasia klien Satu Data Sidoarjo' }).waitFor();
    const id = await main(page).locator('.secret .id code').innerText();
    const first = (await main(page).locator('.secret .value code').innerText()).trim();
    const granted = await token(id, first);
    assert.deepEqual([granted.status, granted.body.scope], [200, 'public internal:35.15']);

    await main(page).getByRole('link', { name: 'Semua klien' }).click();
    const item = main(page).getByRole('article', { name: 'Satu Data Sidoarjo' });
    await item.getByText('Membaca data internal Kabupaten Sidoarjo').waitFor();
    await item.getByText('terakhir dipakai').waitFor();
    assert.ok(!(await page.content()).includes(first), 'the secret is told more than once');
    await item.getByRole('button', { name: /^Rahasia baru/ }).click();
    await item.getByRole('button', { name: 'Rahasia baru', exact: true }).click();
    await item.locator('.secret').waitFor();
    const second = (await item.locator('.secret .value code').innerText()).trim();
    assert.notEqual(second, first);
    assert.equal((await token(id, first)).status, 401);
    assert.equal((await token(id, second)).status, 200);
    assert.deepEqual(await findings(page), []);
    await item.getByRole('button', { name: /^Cabut klien/ }).click();
    await item.getByRole('button', { name: 'Cabut klien', exact: true }).click();
    await item.getByText('dicabut', { exact: true }).waitFor();
    assert.equal((await token(id, second)).status, 401);
    assert.equal(await item.getByRole('button').count(), 0);
    drop(faults, refusals);
  });
});

test('the own password and sessions: the others end by a click, all of them with the password', async () => {
  const who = await somebody('sandi@contoh.id', 'analyst');
  await run.server.statusAs(who, 'GET', '/api/v1/account');
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/akun');
    await signIn(page, who);
    const sessions = main(page).getByRole('region', { name: 'Sesi saya' });
    await sessions.getByText('sesi ini').waitFor();
    assert.equal(await sessions.getByRole('listitem').count(), 2);
    await sessions.getByRole('button', { name: /^Akhiri/ }).click();
    await sessions.getByRole('button', { name: 'Akhiri', exact: true }).click();
    await sessions.getByText('1 sesi diakhiri.').waitFor();
    await sessions.getByRole('listitem').nth(1).waitFor({ state: 'detached' });
    assert.equal(await run.server.statusAs(who, 'GET', '/api/v1/account'), 401);

    const form = main(page).getByRole('form', { name: 'Ganti kata sandi' });
    await form.getByLabel('Kata sandi sekarang', { exact: true }).fill('keliru');
    await form.getByLabel('Kata sandi baru', { exact: true }).fill('kata sandi kedua');
    await form.getByRole('button', { name: 'Ganti kata sandi' }).click();
    await form.getByText('Tidak cocok.').waitFor();
    assert.equal(await form.getByLabel('Kata sandi baru', { exact: true }).inputValue(), 'kata sandi kedua');
    await form.getByLabel('Kata sandi sekarang', { exact: true }).fill(who.password);
    await form.getByRole('button', { name: 'Ganti kata sandi' }).click();
    await dialog(page).getByText('Kata sandi sudah diganti.').waitFor();
    assert.equal(await dialog(page).getByLabel('Surel').inputValue(), who.email);
    await dialog(page).getByLabel('Kata sandi', { exact: true }).fill('kata sandi kedua');
    await dialog(page).locator('button[type=submit]').click();
    await accountMenu(page, who).waitFor();
    drop(faults, refusals);
  });
});

test('who is not signed in is asked to, and sees the page then; nothing of it stays afterwards', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/pengguna?q=petugas15');
    await button(page, 'Masuk').click();
    await dialog(page).getByLabel('Surel').fill(admin.email);
    await dialog(page).getByLabel('Kata sandi', { exact: true }).fill(admin.password);
    await dialog(page).locator('button[type=submit]').click();
    await main(page).getByRole('link', { name: /petugas15@contoh\.id/ }).waitFor();
    await signOut(page, admin);
    await main(page).getByText('Halaman ini untuk petugas.').waitFor();
    assert.ok(!(await main(page).innerText()).includes('petugas15'));
    assert.deepEqual(faults, []);
  });
});

test('a page opened without a network is signed in again when it comes back', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/akun');
    await signIn(page, admin);
    await page.route('**/auth/session/refresh', (route) => route.abort());
    await page.reload();
    await button(page, 'Masuk').waitFor();
    await page.unroute('**/auth/session/refresh');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await accountMenu(page, admin).waitFor();
    await main(page).getByText('sesi ini').waitFor();
    drop(faults, /ERR_FAILED/);
  });
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`on a phone: axe, no sideways scrolling, 44 pixels, ${colorScheme}`, async () => {
    await run.visit({ viewport: phone, hasTouch: true, isMobile: true, colorScheme }, async (page, { open }) => {
      const look = async (what) => {
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= phone.width, what);
        assert.ok(await main(page).evaluate((element) => element.scrollWidth <= element.clientWidth), what);
        const targets = 'header button, header a, main button, main input:not([type=checkbox], [type=radio], .hidden), main select, main textarea, main li > a, main summary, main label:has(input[type=radio], input[type=checkbox]), dialog[open] button, dialog[open] input';
        assert.deepEqual(await smallTargets(page, targets), [], what);
        assert.deepEqual(await findings(page), [], what);
      };
      await open('/akun');
      await main(page).getByText('Halaman ini untuk petugas.').waitFor();
      await button(page, 'Masuk').tap();
      await look('signing in');
      await dialog(page).getByRole('button', { name: /^Pakai kode sekali pakai/ }).tap();
      await look('one-time code');
      await dialog(page).getByRole('button', { name: 'Kembali ke surel' }).tap();
      await dialog(page).getByLabel('Surel').fill(admin.email);
      await dialog(page).getByLabel('Kata sandi', { exact: true }).fill(admin.password);
      await dialog(page).locator('button[type=submit]').tap();
      await main(page).getByText('sesi ini').waitFor();
      await look('own account');
      await accountMenu(page, admin).tap();
      await look('menu');
      await page.keyboard.press('Escape');
      const pages = ['/pengguna', '/pengguna/baru', `/pengguna/${encodeURIComponent(colleague.email)}?lang=en`, '/pengguna/klien?lang=id', '/pengguna/klien-baru'];
      for (const address of pages) {
        await open(address);
        await page.waitForFunction(() => document.querySelector('main h1') && !/Memuat…|Loading…/.test(document.querySelector('main')?.textContent ?? ''));
        await look(address);
      }
      await main(page).getByLabel('Membaca data internal').check();
      await look('scopes');
      await open('/pengguna/baru');
      await main(page).getByLabel('Peran').selectOption('cooperative_officer');
      await main(page).getByRole('radio').first().waitFor();
      await look('the cooperative of an officer');
      await main(page).getByLabel('Peran').selectOption('verifier');
      await main(page).getByLabel('Surel').fill(`ponsel-${colorScheme}@contoh.id`);
      await button(page, 'Buat akun').tap();
      await main(page).locator('.secret').waitFor();
      await look('a one-time code');
    });
  });
}
