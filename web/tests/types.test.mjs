// The types are generated from the API document; both are committed and must agree.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import openapiTS, { astToString } from 'openapi-typescript';

const file = (path) => new URL(path, import.meta.url);

test('api.d.ts is what `npm run types` makes of openapi.json', async () => {
  const committed = await readFile(file('../src/lib/api.d.ts'), 'utf8');
  const made = astToString(await openapiTS(file('../../openapi/openapi.json')));
  assert.ok(committed.endsWith(made), 'run `npm run types` and commit the result');
});
