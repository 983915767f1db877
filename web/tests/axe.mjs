import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious and critical findings of axe-core, in a form that a person can act on. */
export async function findings(page) {
  // Not a script element: the policy of the page forbids those, rightly.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (window).axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 5).map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
  });
}

/** What a finger cannot hit: links inside a sentence are not meant. */
export async function smallTargets(page, selector) {
  return page.evaluate(
    (wanted) =>
      Array.from(document.querySelectorAll(wanted))
        .filter((element) => element.checkVisibility())
        .map((element) => ({ box: element.getBoundingClientRect(), text: element.textContent?.trim() || element.className }))
        .filter(({ box }) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
        .filter(({ text }) => !/attrib/.test(text))
        .map(({ box, text }) => `${text}: ${box.width}×${box.height}`),
    selector,
  );
}
