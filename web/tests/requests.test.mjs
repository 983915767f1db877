// Every request of the web app goes through one client and is of the API document: its path is there, and
// what is expected of it is what the document says. Read from the sources; nothing is run.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';

const root = new URL('../src/', import.meta.url);
const names = (await readdir(root, { recursive: true })).filter((name) => /\.(ts|svelte)$/.test(name) && name !== 'lib/api.d.ts');
/** @type {Map<string, string>} */
const sources = new Map();
for (const name of names) sources.set(name, await readFile(new URL(name, root), 'utf8'));
const document = JSON.parse(await readFile(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'));

/** Who asks by themselves, and why. */
const clients = new Map([
  ['lib/http.ts', 'the client'],
  ['lib/session.svelte.ts', 'gives the client its token'],
  ['lib/upload.ts', 'tells how much of a file has gone, which fetch cannot'],
  ['lib/owner.svelte.ts', 'asks with a link in the place of a token'],
]);

/** Literals of a path of the API, without the query; `${…}` as `{}`. */
function literals(text) {
  const found = text.matchAll(/(['"`])(\/api\/v1[^'"`]*)\1/g);
  return [...found].map(([, , literal]) => ({ literal, path: pathOf(literal) }));
}

function pathOf(literal) {
  const whole = literal.replace(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '{}');
  return whole.split('?')[0];
}

/** The documented paths that a literal may stand for: `{}` is a segment, or at the end anything that follows. */
function documented(path) {
  const segments = path.split('/').map((segment) => segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\{\\}', '[^/]*'));
  const open = /\{\}\{\}$|[^/]\{\}$/.test(path);
  const pattern = new RegExp(`^${segments.join('/')}${open ? '(/.*)?' : ''}$`);
  const found = Object.keys(document.paths).filter((known) => pattern.test(known));
  // What fills a segment is an id, where the document has one there.
  const byId = found.filter((known) => segments.every((segment, at) => segment !== '[^/]*' || known.split('/')[at]?.startsWith('{')));
  return byId.length ? byId : found;
}

test('only the client asks', () => {
  for (const [name, text] of sources) {
    const asks = /[^.\w#]fetch\(|XMLHttpRequest|sendBeacon|EventSource|WebSocket/.test(text);
    assert.ok(!asks || clients.has(name), `${name} asks by itself`);
  }
  for (const name of clients.keys()) assert.ok(sources.has(name), name);
});

test('every path that is asked for is in the document', () => {
  let seen = 0;
  for (const [name, text] of sources) {
    for (const { literal, path } of literals(text)) {
      seen += 1;
      // The API as a whole, or a helper's beginning of a path.
      if (path === '/api/v1' || path === '/api/v1/{}') continue;
      assert.ok(documented(path).length, `${name}: ${literal}`);
    }
  }
  assert.ok(seen > 60, `${seen}`);
});

/** Short names for schemas: `Client` is `Client`, `Enterprise` is `EnterpriseView`. */
const aliases = new Map(
  [...(sources.get('lib/types.ts') ?? '').matchAll(/export type (\w+) = Schemas\['(\w+)'\];/g)].map(([, alias, schema]) => [alias, schema]),
);

/** The schema of the JSON that an operation answers, and of its items where it is a list. */
function answered(path, method) {
  const exact = documented(path).filter((known) => document.paths[known][method]);
  if (exact.length !== 1) return null;
  const { responses } = document.paths[exact[0]][method];
  const success = Object.keys(responses).find((status) => status.startsWith('2')) ?? '200';
  const schema = responses[success]?.content?.['application/json']?.schema;
  const name = schema?.$ref?.split('/').at(-1) ?? null;
  const items = name && document.components.schemas[name]?.properties?.items?.items?.$ref?.split('/').at(-1);
  return { name, items };
}

/** Expectations that the sources state beside a literal path: of a call, or of a value that loads. */
function* expectations(text) {
  for (const [, type, , literal, rest] of text.matchAll(/getJson<([^>]+(?:<[^>]*>)?[^>]*)>\(\s*(['"`])(\/api\/v1[^'"`]*)\2([^;]*)/g)) {
    const method = /method: '(\w+)'/.exec(rest)?.[1] ?? 'GET';
    yield { type, literal, method: method.toLowerCase(), list: false };
  }
  for (const [, name, kind, type] of text.matchAll(/(\w+) = new (Remote|Listing)<([^>]+)>\(/g)) {
    for (const [, , literal] of text.matchAll(new RegExp(`\\b${name}\\.load\\(\\s*(['"\`])(/api/v1[^'"\`]*)\\1`, 'g'))) {
      yield { type, literal, method: 'get', list: kind === 'Listing' };
    }
  }
}

test('what is expected of a request is what the document says', () => {
  let held = 0;
  for (const [name, text] of sources) {
    assert.doesNotMatch(text, /getJson<(unknown|any|object)>/, `${name} expects anything`);
    for (const { type, literal, method, list } of expectations(text)) {
      const answer = answered(pathOf(literal), method);
      if (!answer?.name) continue;
      const items = /^\{ items: (\w+)\[\]/.exec(type)?.[1];
      const expected = aliases.get(items ?? type);
      if (!expected) continue;
      held += 1;
      assert.equal(items || list ? answer.items : answer.name, expected, `${name}: ${method} ${literal}`);
    }
  }
  assert.ok(held > 20, `${held}`);
});
