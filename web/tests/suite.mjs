// One server and one browser for the tests of a file.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { launch, visitor } from './browser.mjs';
import { admin, startServer } from './server.mjs';

/** @param {(server: any) => Promise<void>} prepare what the tests of the file need besides the demo data */
export function suite(prepare = async () => {}) {
  /** @type {{server: any, browser: any}} */
  const running = { server: null, browser: null };
  before(async () => {
    running.server = await startServer();
    running.browser = await launch();
    await prepare(running.server);
  });
  after(async () => {
    await running.browser?.close();
    await running.server?.stop();
  });

  return {
    get server() { return running.server; },
    /** Visit as somebody new; afterwards nothing may have gone wrong unnoticed. */
    async visit(options, walk) {
      const { context, page, faults } = await visitor(running.browser, running.server.origin, options);
      page.setDefaultTimeout(20_000);
      const open = (address = '/') => page.goto(running.server.origin + address);
      try {
        await walk(page, { open, faults, context });
        assert.deepEqual(faults, [], 'errors, policy violations or foreign requests');
      } catch (error) {
        await page.screenshot({ path: `${process.env.TEST_SHOTS ?? '/tmp'}/sentra-web-failed.png` }).catch(() => {});
        throw error;
      } finally {
        await context.close();
      }
    },
  };
}

/** An account with a password of its own. */
export async function account(server, who, role, area) {
  const { one_time_code: code } = await server.as(admin, 'POST', '/api/v1/users', { email: who.email, role, area, ...(who.name ? { name: who.name } : {}) });
  await server.post('/api/v1/auth/password-reset', { email: who.email, code, password: who.password });
}

/** Fills in the dialog in which somebody signs in, and sends it. */
export async function fillSignIn(page, who) {
  await page.locator('header').getByRole('button', { name: 'Masuk' }).click();
  await page.getByLabel('Surel').fill(who.email);
  await page.getByLabel('Kata sandi', { exact: true }).fill(who.password);
  await page.locator('dialog[open] button[type=submit]').click();
}

/** The menu of whoever is signed in. */
export const accountMenu = (page, who) => page.getByRole('button', { name: `Akun ${who.email}` });

/** Signs somebody in by the dialog. */
export async function signIn(page, who) {
  await fillSignIn(page, who);
  await accountMenu(page, who).waitFor();
}

export async function signOut(page, who) {
  await accountMenu(page, who).click();
  await page.getByRole('button', { name: 'Keluar', exact: true }).first().click();
  await page.locator('header').getByRole('button', { name: 'Masuk' }).waitFor();
}

export const drop = (faults, pattern) => faults.splice(0, faults.length, ...faults.filter((fault) => !pattern.test(fault)));

export const query = (page) => new URL(page.url()).searchParams;

/** "1.234 usaha di layar ini" → 1234 */
export async function shownCount(page) {
  const text = await page.locator('#list').textContent();
  return Number(text.replace(/\D/g, ''));
}

/** The list's own request behind what is on the screen. */
export function lastListRequest(page) {
  let last = null;
  page.on('response', (response) => {
    const url = new URL(response.url());
    if (url.pathname === '/api/v1/enterprises' && url.searchParams.has('bbox')) last = url;
  });
  return () => last;
}

/** Features of the enterprises tiles as drawn. */
export function drawn(page) {
  return page.evaluate(() => {
    const map = /** @type {any} */ (window).__sentraMap;
    return map.queryRenderedFeatures({ layers: ['clusters', 'singles', 'stacks'] }).map((feature) => ({
      ...feature.properties,
      layer: feature.layer.id,
      point: map.project(feature.geometry.coordinates),
    }));
  });
}

/** How many enterprises the drawn cells stand for; a cell on a tile's edge is drawn by both. */
export async function drawnCount(page) {
  const cells = await drawn(page);
  const unique = new Map(cells.map(({ point, count }) => [`${point.x.toFixed(1)} ${point.y.toFixed(1)}`, Number(count)]));
  return [...unique.values()].reduce((total, count) => total + count, 0);
}

/** Cells on the very edge are drawn in part; records without a point are listed only. */
export function assertAgree(onMap, listed) {
  assert.ok(Math.abs(onMap - listed) <= Math.max(5, listed * 0.1), `${onMap} drawn, ${listed} listed`);
}
