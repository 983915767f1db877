// Pictures of the page for looking at: `npm run screenshots`, then see tests/out/.
import { mkdir } from 'node:fs/promises';
import { desktop, launch, mapSettled, phone, settled, visitor } from './browser.mjs';
import { admin, auditor, staff, startServer } from './server.mjs';
import { accountMenu, signIn } from './suite.mjs';

const out = new URL('out/', import.meta.url).pathname;
const touch = { viewport: phone, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const button = (page, name) => page.getByRole('button', { name }).first().click();

const server = await startServer();
const { items } = await server.get('/api/v1/enterprises?sector=kulit-alas-kaki&region=35.76&limit=1');
const [tanggulangin] = (await server.get('/api/v1/sentra?q=tanggulangin')).items;
const [mebel] = (await server.get('/api/v1/cooperatives?q=mebel')).items;
const record = `/?sector=kulit-alas-kaki&id=${items[0].id}&map=12.5/-7.47/112.44`;

/** @type {[string, string, object, ((page: any) => Promise<unknown>)?][]} */
const shots = [
  ['desktop', '/', { viewport: desktop }],
  ['desktop-dark', '/', { viewport: desktop, colorScheme: 'dark' }],
  ['town', '/?map=12.5/-7.47/112.44', { viewport: desktop }],
  ['record', record, { viewport: desktop }],
  ['record-dark-en', `${record}&lang=en`, { viewport: desktop, colorScheme: 'dark' }],
  ['region', '/?region=35.15&kind=ikm', { viewport: desktop }],
  ['sectors', '/', { viewport: desktop }, (page) => button(page, 'Sektor')],
  ['commodities', '/', { viewport: desktop }, async (page) => {
    await button(page, 'Komoditas');
    await page.getByRole('searchbox', { name: 'Cari komoditas' }).fill('sandal');
  }],
  ['api', '/?kind=ikm&sector=pangan', { viewport: desktop }, (page) => button(page, 'API')],
  ['sign-in', '/', { viewport: desktop }, (page) => button(page, 'Masuk')],
  ['sign-in-code', '/', touch, async (page) => {
    await button(page, 'Masuk');
    await button(page, /^Pakai kode sekali pakai/);
  }],
  ['internal', record, { viewport: desktop }, async (page) => {
    await signIn(page, staff);
    await page.getByRole('heading', { name: 'Data internal' }).scrollIntoViewIfNeeded();
  }],
  ['empty', '/?q=zzqxjv', { viewport: desktop }],
  ['tablet', '/', { viewport: { width: 900, height: 700 } }],
  ['phone', '/', touch],
  ['phone-dark', '/?sector=pangan', { ...touch, colorScheme: 'dark' }],
  ['phone-filters', '/?kind=ikm', touch, (page) => button(page, /^Saring/)],
  ['phone-record', record, touch],
  ['sentra', `/sentra/${tanggulangin.id}`, { viewport: desktop }],
  ['sentra-list', '/sentra', { viewport: desktop }],
  ['sentra-map', `/?sentra=${tanggulangin.id}`, { viewport: desktop }],
  ['cooperative-dark', `/koperasi/${mebel.id}`, { viewport: desktop, colorScheme: 'dark' }],
  ['cooperative-list-dark', '/koperasi', { viewport: desktop, colorScheme: 'dark' }],
  ['phone-sentra', `/sentra/${tanggulangin.id}`, touch],
  ['phone-cooperative', `/koperasi/${mebel.id}`, touch],
  ['counts', '/?show=wilayah&side=statistik', { viewport: desktop }],
  ['counts-dark', '/?show=wilayah&side=statistik&sector=kulit-alas-kaki', { viewport: desktop, colorScheme: 'dark' }],
  ['counts-districts', '/?show=wilayah&map=9.6/-7.47/112.44', { viewport: desktop }],
  ['phone-counts', '/?show=wilayah', touch, (page) => button(page, 'Keterangan')],
  ['phone-stats', '/?side=statistik', touch],
  ['products', '/produk', { viewport: desktop }],
  ['product', '/produk?sector=kulit-alas-kaki&shade=kekhasan', { viewport: desktop }, mapSettled],
  ['product-dark', '/produk?sector=pangan&compare=2015-01-01', { viewport: desktop, colorScheme: 'dark' }, mapSettled],
  ['phone-product', '/produk?sector=kulit-alas-kaki', touch, mapSettled],
  ['phone-legend', '/', touch, (page) => button(page, 'Keterangan')],
];

/** Pages of staff, each by day and by night, wide and narrow, from top to bottom. */
const main = (page) => page.locator('main');
/** @type {[string, typeof staff, string, ((page: any) => Promise<unknown>)?][]} */
const staffPages = [
  ['account', staff, '/akun'],
  ['second-factor', staff, '/akun', async (page) => {
    await button(page, 'Pasang kode kedua');
    await main(page).getByLabel('Kata sandi Anda', { exact: true }).fill(staff.password);
    await button(page, 'Lanjut');
    await main(page).getByRole('img', { name: /Kode QR/ }).waitFor();
  }],
  ['users', admin, '/pengguna'],
  ['user', admin, `/pengguna/${encodeURIComponent(staff.email)}`, (page) => button(page, 'Nonaktifkan akun')],
  ['user-new', admin, '/pengguna/baru', async (page) => {
    await main(page).getByLabel('Surel').fill(`baru-${Date.now()}@contoh.id`);
    await button(page, 'Buat akun');
    await main(page).locator('.secret').waitFor();
  }],
  ['clients', admin, '/pengguna/klien'],
  ['client-new', admin, '/pengguna/klien-baru', (page) => main(page).getByLabel('Membaca data internal').check()],
  ['menu', admin, '/sentra', (page) => accountMenu(page, admin).click()],
  ['refused', staff, '/pengguna'],
  ['reads', auditor, '/catatan'],
  ['report', auditor, `/catatan/laporan?enterprise=${items[0].id}`],
];
const looks = /** @type {const} */ ([['', { viewport: desktop }], ['-dark', { viewport: desktop, colorScheme: 'dark' }], ['-phone', touch], ['-phone-dark', { ...touch, colorScheme: 'dark' }]]);
for (const [name, who, address, then] of staffPages) {
  for (const [look, options] of looks) {
    shots.push([`staff-${name}${look}`, address, options, async (page) => {
      await signIn(page, who);
      await page.waitForTimeout(600);
      await then?.(page);
      const height = await main(page).evaluate((element) => element.scrollHeight + element.offsetTop);
      await page.setViewportSize({ ...options.viewport, height: Math.min(3000, Math.max(options.viewport.height, height)) });
    }]);
  }
}
const expires_at = new Date(Date.now() + 200 * 86_400_000).toISOString();
await server.as(admin, 'POST', '/api/v1/clients', { name: 'Satu Data Sidoarjo', scopes: ['public', 'internal:35.15', 'changes'], expires_at });
await server.as(staff, 'GET', `/api/v1/enterprises/${items[0].id}`);

await mkdir(out, { recursive: true });
const browser = await launch();
const wanted = process.argv.slice(2);
for (const [name, address, options, then] of shots) {
  if (wanted.length && !wanted.includes(name)) continue;
  const { context, page, faults } = await visitor(browser, server.origin, options);
  await page.goto(server.origin + address);
  if (address.includes('side=')) await mapSettled(page);
  else if (address.startsWith('/?') || address === '/') await settled(page);
  else await page.locator('main h1').waitFor();
  await then?.(page);
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${out}${name}.png` });
  console.log(name, faults.length ? faults : 'ok');
  await context.close();
}
await browser.close();
await server.stop();
