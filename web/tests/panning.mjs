// How smooth the map is on whatever a running server holds:
//   node web/tests/panning.mjs http://127.0.0.1:8080 [trace.json]
// Pans, zooms and filters as a person does; tells for each step how long it took until everything
// was drawn, and the tasks of the page's main thread and of its workers that took over 50 ms: how long
// by the clock, how long their scripts ran, how much the processor worked. Without a graphics card a
// frame's task waits for another process to draw it; only scripts and workers handle tiles.
import { writeFile } from 'node:fs/promises';
import { launch, mapSettled, visitor } from './browser.mjs';

const LONG = 50;
const [origin, file] = process.argv.slice(2);
if (!origin) throw new Error('Give the address of a running server.');

const browser = await launch();
const { page } = await visitor(browser, origin);
const map = (step) => page.evaluate(`void window.__sentraMap.${step}`);
const steps = [
  ['pan east', () => map('panBy([400, 0])')],
  ['pan south', () => map('panBy([0, 300])')],
  ['zoom in', () => map('zoomIn()')],
  ['zoom in again', () => map('zoomIn()')],
  ['pan west', () => map('panBy([-600, 0])')],
  ['zoom to a city', () => map('easeTo({ center: [112.74, -7.27], zoom: 12, duration: 300 })')],
  ['pan in the city', () => map('panBy([500, 200])')],
  ['zoom out', () => map('easeTo({ center: [112.6, -7.6], zoom: 7, duration: 300 })')],
];

async function timed(name, act) {
  await page.evaluate((mark) => performance.mark(mark), `step ${name}`);
  const start = Date.now();
  await act();
  await page.waitForTimeout(20);
  await mapSettled(page);
  const drawn = Date.now() - start;
  await page.waitForLoadState('networkidle');
  console.log(`${name}: drawn after ${drawn} ms`);
}

/** Tasks with what ran inside them, in milliseconds. */
function longTasks(events) {
  const threads = new Map();
  for (const { name, pid, tid, args } of events) {
    if (name === 'thread_name') threads.set(`${pid} ${tid}`, args.name);
  }
  const found = [];
  for (const task of events) {
    const thread = threads.get(`${task.pid} ${task.tid}`) ?? '';
    if (task.name !== 'RunTask' && task.name !== 'ThreadControllerImpl::RunTask') continue;
    if (!/CrRendererMain|DedicatedWorker/.test(thread) || !(task.dur >= LONG * 1000)) continue;
    const inside = events.filter((event) =>
      event !== task && event.pid === task.pid && event.tid === task.tid && event.dur > 0
      && event.ts >= task.ts && event.ts + event.dur <= task.ts + task.dur);
    const scripts = inside.filter((event) => /FunctionCall|EvaluateScript|RunMicrotasks|GC/.test(event.name));
    // The outermost of them.
    const outer = scripts.filter((one) => !scripts.some((other) =>
      other !== one && other.dur >= one.dur && other.ts <= one.ts && other.ts + other.dur >= one.ts + one.dur));
    const ms = (micros) => Math.round((micros ?? 0) / 1000);
    found.push({
      thread,
      clock: ms(task.dur),
      script: ms(outer.reduce((sum, event) => sum + event.dur, 0)),
      processor: ms(task.tdur),
    });
  }
  return found;
}

await page.goto(origin);
await mapSettled(page);
await page.waitForLoadState('networkidle');
const categories = ['toplevel', 'devtools.timeline', 'blink.user_timing', '__metadata'];
await browser.startTracing(page, { categories });
for (const [name, act] of steps) await timed(name, act);
await page.getByRole('button', { name: 'Sektor', exact: true }).click();
await timed('filter by sector', () => page.getByRole('checkbox', { name: 'Pangan' }).check());
const trace = await browser.stopTracing();
if (file) await writeFile(file, trace);
const tasks = longTasks(JSON.parse(trace.toString()).traceEvents);
const ofTiles = tasks.filter(({ thread, script }) => !/CrRendererMain/.test(thread) || script >= LONG);
console.log(`${tasks.length} tasks over ${LONG} ms by the clock; ${ofTiles.length} of them in a worker or with scripts that ran so long`);
for (const { thread, clock, script, processor } of tasks) {
  console.log(`  ${thread}: ${clock} ms, scripts ${script} ms, processor ${processor} ms`);
}
await browser.close();
