// Starting Chromium, and a page that notices everything it should not do.
import { chromium } from 'playwright-core';

/** @param {string[]} extra */
export function launch(extra = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--disable-quic',
      // WebGL on the processor: there is no graphics card where tests run.
      '--enable-unsafe-swiftshader',
      ...extra,
    ],
  });
}

export const desktop = { width: 1360, height: 850 };
export const phone = { width: 360, height: 740 };

/** A fresh visitor. `faults` collects errors, policy violations and foreign requests. */
export async function visitor(browser, origin, options = {}) {
  const context = await browser.newContext({
    viewport: desktop, locale: 'id-ID', reducedMotion: 'reduce', ...options,
  });
  const page = await context.newPage();
  /** @type {string[]} */
  const faults = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(blob|data):$/.test(url.protocol)) return;
    if (url.origin !== origin) faults.push(`foreign request: ${request.url()}`);
  });
  page.on('console', (message) => {
    const text = message.text();
    // Chromium's own remarks on drawing without a graphics card.
    if (text.includes('GL Driver Message')) return;
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${text}`);
  });
  page.on('pageerror', (error) => faults.push(`page error: ${error.stack ?? error}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { context, page, faults };
}

/** The map has drawn everything it asked for. */
export async function mapSettled(page) {
  await page.waitForFunction(
    () => {
      const map = /** @type {any} */ (window).__sentraMap;
      return map?.isStyleLoaded() && map.areTilesLoaded() && !map.isMoving();
    },
    null,
    { timeout: 30_000 },
  );
}

/** The list has answered, and waits for nothing. */
export async function listSettled(page) {
  await page.waitForTimeout(350); // longer than the list's own wait before it asks
  await page.locator('.scroll[aria-busy="false"]').waitFor();
}

export async function settled(page) {
  await mapSettled(page);
  await listSettled(page);
}
