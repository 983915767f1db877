// Pictures of the page for looking at: `npm run screenshots`, then see tests/out/.
import { mkdir } from 'node:fs/promises';
import { desktop, launch, phone, settled, visitor } from './browser.mjs';
import { staff, startServer } from './server.mjs';

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
  ['internal', record, { viewport: desktop }, async (page) => {
    await button(page, 'Masuk');
    await page.getByLabel('Surel').fill(staff.email);
    await page.getByLabel('Kata sandi').fill(staff.password);
    await page.screenshot({ path: `${out}sign-in.png` });
    await page.locator('dialog[open] button[type=submit]').click();
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
  ['phone-legend', '/', touch, (page) => button(page, 'Keterangan')],
];

await mkdir(out, { recursive: true });
const browser = await launch();
const wanted = process.argv.slice(2);
for (const [name, address, options, then] of shots) {
  if (wanted.length && !wanted.includes(name)) continue;
  const { context, page, faults } = await visitor(browser, server.origin, options);
  await page.goto(server.origin + address);
  if (address.startsWith('/?') || address === '/') await settled(page);
  else await page.locator('main li a').first().waitFor();
  await then?.(page);
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${out}${name}.png` });
  console.log(name, faults.length ? faults : 'ok');
  await context.close();
}
await browser.close();
await server.stop();
