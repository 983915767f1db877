// The pages of sentra and cooperatives.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings, smallTargets } from './axe.mjs';
import { desktop, phone, settled } from './browser.mjs';
import { drop, query, shownCount, suite } from './suite.mjs';

const id = { tanggulangin: '', mojokerto: '', kareb: '', mebel: '' };
const run = suite(async (server) => {
  const find = async (list, q) => (await server.get(`/api/v1/${list}?q=${q}`)).items[0].id;
  id.tanggulangin = await find('sentra', 'tanggulangin');
  id.mojokerto = await find('sentra', 'mojokerto');
  id.kareb = await find('cooperatives', 'kareb');
  id.mebel = await find('cooperatives', 'mebel');
});

const ready = async (page) => {
  await page.getByRole('heading', { level: 2, name: 'Anggota', exact: true }).waitFor();
  await page.waitForFunction(() => !document.querySelector('main')?.textContent?.includes('Memuat…'));
};

test('a sentra shows conflicting figures side by side, each with its source and time', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/');
    await settled(page);
    await page.getByRole('link', { name: 'Sentra', exact: true }).click();
    await page.getByRole('link', { name: /Sentra tas dan barang kulit Tanggulangin/ }).click();
    await ready(page);
    assert.equal(new URL(page.url()).pathname, `/sentra/${id.tanggulangin}`);
    assert.match(await page.title(), /Tanggulangin/);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1', 'the focus is left behind');

    const figure = (text) => page.locator('main li', { has: page.getByText(text, { exact: true }) });
    const [many, few] = [figure('sekitar 3.000 orang'), figure('354 orang')];
    assert.match(await many.innerText(), /Januari 2020[^]*Perajin tas[^]*SURYAMALANG/);
    assert.match(await few.innerText(), /Desember 2019[^]*masa jayanya[^]*Suarajatim/);
    const [left, right] = [await many.boundingBox(), await few.boundingBox()];
    assert.ok(left && right && Math.abs(left.y - right.y) < 2 && left.x + left.width <= right.x, 'not side by side');
    const text = await page.locator('main').innerText();
    assert.match(text, /Rp\s10 miliar/);
    assert.match(text, /US\$\s4,2 miliar/);
    assert.match(text, /berjalan\s+Peta jalan revitalisasi sentra/);
    assert.match(text, /Berdiri\s+belum diketahui/);
    assert.match(text, /CONTOH/);
    assert.doesNotMatch(text, /undefined|null|NaN|\[object|3\.354/);
    await page.getByRole('link', { name: 'Koperasi Intako' }).waitFor();
  });
});

test('its members: how many, the first ones, and all of them on the map under a chip', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    const { matched, items } = await run.server.get(`/api/v1/enterprises?sentra=${id.tanggulangin}&sort=name&limit=20`);
    await open(`/sentra/${id.tanggulangin}`);
    await ready(page);
    await page.getByText(`${matched} usaha tercatat di sini`).waitFor();
    const links = page.getByRole('region', { name: 'Anggota', exact: true }).getByRole('listitem').getByRole('link');
    assert.equal(await links.count(), items.length);
    await page.getByRole('link', { name: 'Semua di peta dan daftar' }).click();
    const chip = page.getByRole('button', { name: 'Hapus saringan Sentra tas dan barang kulit Tanggulangin' });
    await chip.waitFor();
    await settled(page);
    assert.equal(query(page).get('sentra'), id.tanggulangin);
    assert.equal(await shownCount(page), matched, 'the map does not go where the sentra is');
    const zoom = await page.evaluate(() => /** @type {any} */ (window).__sentraMap.getZoom());
    assert.ok(zoom > 10, `zoom ${zoom}`);
    await chip.click();
    await settled(page);
    assert.equal(query(page).get('sentra'), null);
    assert.ok((await shownCount(page)) > 0);
    await page.goBack();
    await chip.waitFor();
    await page.goBack();
    await ready(page);
    await links.first().click();
    await page.getByRole('heading', { level: 2, name: items[0].name }).waitFor();
    assert.equal(query(page).get('id'), items[0].id);
  });
});

test('figures of the region stand on the sentra page, apart from its own', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open(`/sentra/${id.mojokerto}`);
    const region = page.getByRole('region', { name: 'Angka wilayah: Kota Mojokerto' });
    await region.getByText('413 usaha', { exact: true }).waitFor();
    await region.getByText('15–17 usaha', { exact: true }).waitFor();
    const own = page.getByRole('region', { name: 'Angka dari laporan' });
    await own.getByText('sekitar 500 kodi', { exact: true }).waitFor();
    await own.getByText('40.000 pasang', { exact: true }).waitFor();
    assert.equal(await own.getByText('413 usaha').count(), 0);
  });
});

test('a cooperative shows its tree, up and down, and whether it is active today', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    const { items: children } = await run.server.get(`/api/v1/cooperatives?parent=${id.kareb}`);
    assert.ok(children.length >= 3);
    await open(`/koperasi/${id.kareb}`);
    await ready(page);
    const tree = page.getByRole('region', { name: 'Induk dan koperasi anggota' });
    for (const { name } of children) await tree.getByRole('link', { name }).waitFor();
    assert.match(await tree.innerText(), /Koperasi Kareb\s+\(halaman ini\)/);
    assert.match(await page.locator('main').innerText(), /aktif atau tidak: belum diketahui/);

    const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Jakarta' });
    const dormant = children.find(({ active_until }) => active_until < today);
    const active = children.find(({ active_until }) => active_until >= today);
    assert.ok(dormant && active, 'the demo has no longer one of each');
    await tree.getByRole('link', { name: dormant.name }).click();
    await page.getByRole('heading', { level: 1, name: dormant.name }).waitFor();
    await ready(page);
    const year = Number(dormant.active_until.slice(0, 4));
    await page.getByText(`tidak aktif sejak 1 Januari ${year + 1}`).waitFor();
    await tree.getByRole('link', { name: 'Koperasi Kareb' }).waitFor();
    await tree.getByRole('link', { name: active.name }).click();
    await page.getByText(`aktif sampai 31 Desember ${active.active_until.slice(0, 4)}`).waitFor();
    const text = await page.locator('main').innerText();
    assert.match(text, /Nomor Induk Koperasi\s+belum diketahui\s+nomor lembaga, bukan NIK penduduk/);
    assert.match(text, new RegExp(`Jumlah anggota: ${active.headcount.members} orang`));
    assert.match(text, /Rapat Anggota Tahunan/);
    assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
  });
});

test('the lists are searched and narrowed to a region by the address', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open('/koperasi');
    const cards = page.locator('.docs li');
    await cards.first().waitFor();
    const { items } = await run.server.get('/api/v1/cooperatives?limit=60');
    assert.equal(await cards.count(), items.length);
    await page.getByRole('searchbox', { name: 'Cari koperasi' }).fill('kopwan');
    await page.waitForFunction(() => location.search.includes('q=kopwan'));
    const found = items.filter(({ name }) => /kopwan/i.test(name)).length;
    await page.waitForFunction((count) => document.querySelectorAll('.docs li').length === count, found);
    await page.goBack();
    await page.waitForFunction((count) => document.querySelectorAll('.docs li').length === count, items.length);
    await page.getByLabel('Kabupaten/kota').selectOption('35.22');
    assert.equal(query(page).get('region'), '35.22');
    const there = items.filter(({ region }) => region.startsWith('35.22')).length;
    await page.waitForFunction((count) => document.querySelectorAll('.docs li').length === count, there);
    await page.reload();
    await cards.first().waitFor();
    assert.equal(await cards.count(), there);
    await page.getByRole('searchbox', { name: 'Cari koperasi' }).fill('zzqxjv');
    await page.getByText('Tidak ada yang cocok.').waitFor();
  });
});

test('size, sentra and cooperative filter by the address and by the bar', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    await open(`/?cooperative=${id.mebel}&sentra=${id.tanggulangin}`);
    await settled(page);
    await page.getByText('Tidak ada usaha yang cocok dengan saringan ini.').waitFor();
    await page.getByRole('button', { name: 'Hapus saringan Sentra tas' }).click();
    await settled(page);
    const { matched } = await run.server.get(`/api/v1/enterprises?cooperative=${id.mebel}&limit=1`);
    await page.getByRole('button', { name: /Hapus saringan Koperasi Perajin Mebel/ }).waitFor();
    await settled(page);
    assert.equal(await shownCount(page), matched, 'the map does not go where the members are');
    await open('/');
    await settled(page);
    await page.getByRole('button', { name: 'Skala', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Kecil' }).check();
    await page.keyboard.press('Escape');
    await settled(page);
    assert.equal(query(page).get('size_class'), 'small');
    await page.getByRole('button', { name: 'Hapus saringan Skala kecil' }).waitFor();
    const small = await run.server.get('/api/v1/enterprises?size_class=small&limit=1');
    const shown = await shownCount(page);
    assert.ok(shown > 0 && shown <= small.matched);
  });
});

test('what is not there is said plainly, and the rest of the app still works', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open('/sentra/01900000-0000-7000-8000-00000000dead');
    const alert = page.getByRole('alert').first();
    await alert.waitFor();
    assert.match(await alert.innerText(), /Halaman ini gagal dimuat/);
    await page.getByRole('link', { name: 'Koperasi', exact: true }).click();
    await page.locator('.docs li').first().waitFor();
    drop(faults, /404/);
  });
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`on a phone: axe, no sideways scrolling, 44 pixels, ${colorScheme}`, async () => {
    await run.visit({ viewport: phone, hasTouch: true, isMobile: true, colorScheme }, async (page, { open }) => {
      for (const address of ['/sentra', `/sentra/${id.tanggulangin}`, `/sentra/${id.mojokerto}?lang=en`, '/koperasi?lang=id', `/koperasi/${id.mebel}`]) {
        await open(address);
        await page.locator('main li a').first().waitFor();
        await page.waitForFunction(() => !/Memuat…|Loading…/.test(document.querySelector('main')?.textContent ?? ''));
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= phone.width, address);
        assert.ok(await page.locator('main').evaluate((main) => main.scrollWidth <= main.clientWidth), address);
        assert.deepEqual(await smallTargets(page, 'button, input, select, nav a, main li a, main dd a, main a.button'), [], address);
        assert.deepEqual(await findings(page), [], address);
      }
    });
  });
}
