// The queue of duplicates: decided by keyboard and by hand, taken back, filtered, looked at.
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
const button = (page, name) => main(page).getByRole('button', { name, exact: true });
const pairTitle = (page) => main(page).locator('#pair-title');
const touch = { viewport: phone, hasTouch: true, isMobile: true };
/** How many pairs are open, as the API says; the demonstration data have some of their own. */
const matched = async (query = '') => (await run.server.as(staff, 'GET', `/api/v1/duplicates?limit=1${query}`)).matched;
const pairs = (n) => `${n} pasangan`;
/** Only for one regency. */
const local = { email: 'surabaya@contoh.id', password: 'kata sandi surabaya' };

/** One maker as two lists have them. */
const makers = /** @type {const} */ ([
  ['Tas Melati Kencana', 'UD. MELATI KENTJANA TAS', 'Siti Nurkhasanah', 'Hj. Siti Nurhasanah'],
  ['Sepatu Rajawali Mandala', 'RADJAWALI MANDALA SEPATU', 'Bambang Hartono', 'Bambang Hartono'],
  ['Sandal Cendrawasih Permai', 'Sandal Tjendrawasih Permai', 'Dewi Lestari', 'Bu Dewi Lestari'],
  ['Dompet Gelatik Sejahtera', 'GELATIK SEJAHTRA DOMPET', 'Rahmat Santoso', 'H. Rahmat Santosa'],
  ['Jaket Kutilang Makmur', 'CV Kutilang Makmur Jaket', 'Endang Wahyuni', 'Endang Wahyuni'],
  ['Koper Perkutut Jaya', 'UD Perkutut Djaya Koper', 'Agus Widodo', 'Agus Widodo'],
  ['Ikat Pinggang Kepodang', 'KEPODANG IKAT PINGGANG', 'Sri Mulyani', 'Bu Sri Mulyani'],
]);

async function prepare(server) {
  await mkdir(out, { recursive: true });
  const village = async (district) => (await server.get(`/api/v1/regions?level=village&parent=${district}&limit=1`)).items[0].code;
  const [here, there] = [await village('35.76.01'), await village('35.15.10')];
  for (const [n, [one, two, owner, other]] of makers.entries()) {
    const body = (name, person, more) => ({
      name, region: n === 6 ? there : here, sectors: ['kulit-alas-kaki'], commodities: ['alas-kaki'], registrations: [{ kind: 'ikm' }],
      products: [{ name: 'Sepatu kulit pria', commodity: 'alas-kaki' }],
      owners: [{ name: person, phone: `08123450000${n}` }], ...more,
    });
    const at = (lat) => ({ point: { lon: n === 6 ? 112.7 : 112.43, lat, method: 'gps' } });
    await server.as(colleague, 'POST', enterprises, body(one, owner, { address: 'Jalan Contoh 1', ...at(-7.47) }));
    await server.as(colleague, 'POST', enterprises, body(two, other, at(-7.471)));
  }
  const { one_time_code: code } = await server.as(admin, 'POST', '/api/v1/users', { email: local.email, role: 'verifier', area: '35.78' });
  await server.post('/api/v1/auth/password-reset', { email: local.email, code, password: local.password });
}

const shot = (page, name) => page.screenshot({ path: `${out}duplicates-${name}.png`, fullPage: false });

/** The pair on the screen is another one than that. */
async function another(page, title) {
  await page.waitForFunction((before) => {
    const now = document.querySelector('#pair-title')?.textContent;
    return now && now !== before && !document.querySelector('.pair[aria-busy="true"]') && document.querySelector('.pair table');
  }, title);
  return pairTitle(page).innerText();
}

test('five pairs are decided with the keyboard alone, and a merge is taken back', async () => {
  const all = await matched();
  assert.ok(all >= 7);
  await run.visit({ viewport: desktop }, async (page, { open: visit, faults }) => {
    await visit('/');
    await signIn(page, staff);
    await page.locator('header').getByRole('link', { name: 'Duplikat' }).focus();
    await page.keyboard.press('Enter');
    let title = await another(page, '');
    await main(page).getByText(pairs(all), { exact: true }).waitFor();
    const text = await main(page).innerText();
    assert.match(text, /nilai \d+ dari 100/);
    assert.match(text, /Nomor telepon sama/);
    assert.match(text, /Jarak kedua titik: 11\d m; titik 2 di (utara|selatan) titik 1/);
    assert.match(text, /berbeda/);
    assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
    assert.deepEqual(await findings(page), [], 'the queue');
    await shot(page, 'desktop');

    // The list of keys, there and back.
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Pintasan papan ketik' }).waitFor();
    assert.deepEqual(await findings(page), [], 'the list of keys');
    await page.keyboard.press('Escape');

    // To the next and back.
    const first = title;
    await page.keyboard.press('j');
    const second = await another(page, first);
    assert.ok(query(page).get('pair'), 'the pair is not in the address');
    await page.keyboard.press('k');
    assert.equal(await another(page, second), first);

    // Arrows walk in the queue, and only there; single letters can be switched off.
    await main(page).locator('[data-pair]').first().focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await another(page, first), second);
    await page.keyboard.press('ArrowUp');
    assert.equal(await another(page, second), first);
    const letters = page.getByRole('checkbox', { name: 'Pakai pintasan satu huruf' });
    await page.keyboard.press('?');
    await letters.uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.waitForTimeout(300);
    assert.equal(await pairTitle(page).innerText(), first);
    await button(page, 'Pintasan').click();
    await letters.check();
    await page.keyboard.press('Escape');

    // Without a reason it is refused, and what is open stays open.
    await page.keyboard.press('m');
    const reason = main(page).getByRole('textbox', { name: /alasan/i });
    assert.ok(await reason.evaluate((input) => input === document.activeElement));
    assert.notEqual(await reason.inputValue(), '', 'no reason is offered');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.press('Enter');
    await main(page).getByRole('alert').waitFor();
    assert.equal(await pairTitle(page).innerText(), first);
    await page.keyboard.press('Escape');
    drop(faults, /422/);

    /** @type {string[]} */
    const merged = [];
    for (const [n, key] of ['m', 't', 'm', 't', 'm'].entries()) {
      title = await another(page, merged.at(-1) ?? '');
      if (n === 2) await page.keyboard.press('2'); // the other one is kept
      await page.keyboard.press(key);
      await reason.waitFor();
      if (n === 2) await main(page).getByText(/^Gabung, pertahankan catatan 2/).waitFor();
      await page.keyboard.press('Control+a');
      await page.keyboard.type(`sudah ditanyakan ${n}`);
      await page.keyboard.press('Enter');
      await main(page).getByText(key === 'm' ? / digabung ke / : / ditandai bukan usaha yang sama/).waitFor();
      merged.push(title);
      await another(page, title);
      assert.ok(await pairTitle(page).evaluate((heading) => heading === document.activeElement), 'the next one is not in focus');
    }
    assert.equal(new Set(merged).size, 5);
    assert.equal(await matched(), all - 5);
    assert.equal(await matched('&status=merged'), 3);
    const rejected = await run.server.as(staff, 'GET', '/api/v1/duplicates?status=not_the_same');
    assert.deepEqual(rejected.items.map(({ decided }) => decided.reason).sort(), ['sudah ditanyakan 1', 'sudah ditanyakan 3']);

    await page.keyboard.press('u');
    await main(page).getByText(/^Gabungan .* diurungkan\.$/).waitFor();
    await main(page).getByText(pairs(all - 4), { exact: true }).waitFor();
    assert.equal(await matched(), all - 4);
    // Once only.
    await page.keyboard.press('u');
    await main(page).getByText('Tidak ada gabungan yang dapat diurungkan di sini.').waitFor();
    assert.equal(await matched(), all - 4);
  });
});

test('filters stand in the address, decided pairs tell who decided, and a lost network loses no reason', async () => {
  await run.visit({ viewport: desktop }, async (page, { open: visit, faults, context }) => {
    await visit('/duplikat?status=not_the_same');
    await signIn(page, staff);
    await main(page).getByText(/^Bukan usaha yang sama, menurut pengelola@contoh\.id/).waitFor();
    await main(page).getByText(/sudah ditanyakan/).first().waitFor();
    await main(page).getByLabel('Keputusan').selectOption('');
    await main(page).getByLabel('Kabupaten/kota').selectOption('35.15');
    const there = await matched('&region=35.15');
    await main(page).getByText(pairs(there), { exact: true }).waitFor();
    assert.equal(query(page).get('regency'), '35.15');
    assert.equal(query(page).get('status'), null);
    const only = await another(page, '');
    await page.goBack();
    await main(page).getByText(pairs(await matched()), { exact: true }).waitFor();
    await page.goForward();
    await main(page).getByText(pairs(there), { exact: true }).waitFor();

    await main(page).getByRole('button', { name: /^Bukan usaha yang sama/ }).click();
    const reason = main(page).getByRole('textbox', { name: /alasan/i });
    await reason.fill('dua cabang');
    await context.setOffline(true);
    await page.keyboard.press('Enter');
    await main(page).getByRole('alert').waitFor();
    await page.getByText(/Server tidak terjangkau/).waitFor();
    assert.equal(await reason.inputValue(), 'dua cabang');
    await context.setOffline(false);
    drop(faults, /ERR_INTERNET_DISCONNECTED/);
    // What somebody else decided meanwhile is told, not written over.
    const { items } = await run.server.as(staff, 'GET', '/api/v1/duplicates?region=35.15');
    const same = items.find(({ records }) => records.every(({ name }) => only.includes(name)));
    await run.server.as(colleague, 'POST', `/api/v1/duplicates/${same.id}/not-the-same`, { reason: 'dua orang' });
    await main(page).getByRole('button', { name: 'Simpan: bukan yang sama' }).click();
    await main(page).getByRole('button', { name: 'Muat keadaan terbaru' }).click();
    await main(page).getByText(/menurut verifikator@contoh\.id/).waitFor();
    assert.equal(await pairTitle(page).innerText(), only);
    drop(faults, /409/);
  });
});

test('who decides elsewhere sees no pair of others, and who does not decide has no such page', async () => {
  await run.visit({ viewport: desktop }, async (page, { open: visit }) => {
    await visit('/duplikat');
    await signIn(page, local);
    await main(page).getByText('Antrean kosong: tidak ada pasangan di sini.').waitFor();
  });
  await run.visit({ viewport: desktop }, async (page, { open: visit }) => {
    await visit('/duplikat');
    await signIn(page, admin);
    await main(page).getByText(/bukan untuk peran Anda/).waitFor();
    assert.equal(await page.getByRole('link', { name: /Duplikat|Impor/ }).count(), 0);
  });
});

test('on a phone the queue comes first, then one pair; by day and by night', async () => {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await run.visit({ ...touch, colorScheme }, async (page, { open: visit }) => {
      await visit('/duplikat');
      await signIn(page, staff);
      const link = main(page).locator('[data-pair]').first();
      await link.waitFor();
      const wide = () => page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth ?? 0));
      assert.ok((await wide()) <= 360, `${await wide()} pixels wide`);
      assert.deepEqual(await findings(page), [], 'the queue');
      await shot(page, `phone-queue-${colorScheme}`);
      await link.click();
      await main(page).locator('.pair table').waitFor();
      assert.ok(!(await link.isVisible()));
      assert.ok((await wide()) <= 360, `${await wide()} pixels wide`);
      assert.deepEqual(await findings(page), [], 'the pair');
      assert.deepEqual(await smallTargets(page, '.pair button, .pair a, .pair label, main select, .bar button'), []);
      await page.setViewportSize({ width: 360, height: 2200 });
      await shot(page, `phone-pair-${colorScheme}`);
      await page.setViewportSize(phone);
      await main(page).getByRole('link', { name: 'Kembali ke antrean' }).click();
      await link.waitFor();
    });
  }
  await run.visit({ viewport: desktop, colorScheme: 'dark' }, async (page, { open: visit }) => {
    await visit('/duplikat?lang=en');
    await page.locator('header').getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Email').fill(staff.email);
    await page.getByLabel('Password', { exact: true }).fill(staff.password);
    await page.locator('dialog[open] button[type=submit]').click();
    await main(page).getByRole('heading', { name: 'Field by field' }).waitFor();
    assert.deepEqual(await findings(page), [], 'in the dark, in English');
    await shot(page, 'desktop-dark-en');
  });
});
