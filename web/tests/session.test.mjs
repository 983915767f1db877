import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desktop, settled } from './browser.mjs';
import { staff } from './server.mjs';
import { fillSignIn, signOut, suite } from './suite.mjs';

const run = suite();
const signIn = (page, password = staff.password) => fillSignIn(page, { ...staff, password });

test('an anonymous visit asks for no session', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await open();
    await settled(page);
    assert.equal(asked.filter((url) => url.includes('/auth/')).length, 0);
  });
});

test('signing in shows internal fields, survives a reload, and signing out hides them', async () => {
  await run.visit({ viewport: desktop }, async (page, { open }) => {
    /** @type {(string | undefined)[]} */
    let tileTokens = [];
    page.on('request', (request) => {
      if (request.url().includes('/tiles/enterprises/')) tileTokens.push(request.headers().authorization);
    });
    await open();
    await settled(page);
    assert.ok(tileTokens.length && tileTokens.every((token) => !token));
    await page.locator('.results ol a').first().click();
    const panel = page.getByRole('region', { name: 'Rincian usaha' });
    await panel.getByText('Diperbarui').waitFor();
    assert.equal(await panel.getByText('Data internal').count(), 0);

    tileTokens = [];
    await signIn(page);
    await page.getByText('Data internal tampil').waitFor();
    await panel.getByRole('heading', { name: 'Data internal' }).waitFor();
    await settled(page);
    assert.ok(tileTokens.some((token) => token?.startsWith('Bearer ')), 'tiles are not asked for again with the token');
    const text = await panel.innerText();
    for (const label of ['Pemilik', 'Alamat', 'Tenaga kerja', 'Pemeriksaan', 'Penerbitan', 'Asal data']) {
      assert.ok(text.includes(label), `${label} is missing`);
    }
    assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    assert.doesNotMatch(kept, /eyJ|Bearer|token/i, 'the token must stay in memory');

    await page.reload();
    await page.getByText('Data internal tampil').waitFor();
    await panel.getByRole('heading', { name: 'Data internal' }).waitFor();
    await settled(page);

    tileTokens = [];
    await signOut(page, staff);
    await panel.getByRole('heading', { name: 'Data internal' }).waitFor({ state: 'detached' });
    await settled(page);
    assert.ok(tileTokens.length && tileTokens.every((token) => !token));
    await page.reload();
    await settled(page);
    assert.equal(await page.getByText('Data internal').count(), 0);
  });
});

test('a wrong password is refused in words and keeps what was typed', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open();
    await settled(page);
    await signIn(page, 'salah-salah-salah');
    const alert = page.locator('dialog[open]').getByRole('alert');
    await alert.waitFor();
    assert.ok((await alert.innerText()).trim().length > 10);
    assert.equal(await page.getByLabel('Surel').inputValue(), staff.email);
    await page.keyboard.press('Escape');
    assert.equal(await page.getByText('Data internal tampil').count(), 0);
    faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes('401')));
  });
});

test('a token that stopped working is renewed once, without the reader noticing', async () => {
  await run.visit({ viewport: desktop }, async (page, { open, faults }) => {
    await open();
    await settled(page);
    await signIn(page);
    await page.getByText('Data internal tampil').waitFor();
    await settled(page);
    let refused = 0;
    let renewed = 0;
    await page.route('**/api/v1/enterprises?**', async (route) => {
      if (refused++ > 0) return route.continue();
      return route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"title":"x","status":401}' });
    });
    page.on('request', (request) => (renewed += request.url().endsWith('/auth/session/refresh') ? 1 : 0));
    await page.locator('.legend').getByRole('button', { name: 'Pangan' }).click();
    await settled(page);
    assert.equal(renewed, 1);
    assert.ok(await page.getByText('Data internal tampil').isVisible());
    assert.ok((await page.locator('.results ol a').count()) > 0);
    faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes('401')));
  });
});
