// The real server on a throw-away database with the demonstration data.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const staff = { email: 'pengelola@contoh.id', password: 'kata-sandi-uji-4711' };
/** Somebody else, so that what one submits the other may verify. */
export const colleague = { email: 'verifikator@contoh.id', password: 'kata-sandi-uji-4712' };
export const admin = { email: 'admin@contoh.id', password: 'kata-sandi-uji-4713' };
/** Of the whole province: who makes releases. */
export const analyst = { email: 'analis@contoh.id', password: 'kata-sandi-uji-4715' };
export const auditor = { email: 'auditor@contoh.id', password: 'kata-sandi-uji-4714' };
const people = /** @type {const} */ ([[staff, 'verifier'], [colleague, 'verifier'], [admin, 'admin'], [auditor, 'auditor'], [analyst, 'analyst']]);

function binary() {
  const file = process.env.SENTRA_BIN;
  if (!file) throw new Error('SENTRA_BIN is not set: build the server and give the path of its binary.');
  if (!existsSync(file)) throw new Error(`SENTRA_BIN names no file: ${file}`);
  return path.resolve(file);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = /** @type {import('node:net').AddressInfo} */ (probe.address());
      probe.close(() => resolve(address.port));
    });
  });
}

/** Run one command of the binary to its end. */
function run(file, args, options, input = '') {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, options);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`sentra ${args.join(' ')} ended with ${code}:\n${output}`)));
    child.stdin.on('error', () => {}); // a command that reads no input may be gone already
    child.stdin.end(input);
  });
}

export async function startServer() {
  const file = binary();
  const folder = await mkdtemp(path.join(tmpdir(), 'sentra-web-'));
  const port = await freePort();
  const api = `http://127.0.0.1:${port}`;
  const database = ['--database', `sqlite://${folder}/sentra.db`];
  const options = { cwd: folder, env: process.env };

  await run(file, ['migrate', ...database], options);
  await run(file, ['seed', '--demo', ...database], options);
  for (const [who, role] of people) {
    await run(
      file,
      ['user', 'add', who.email, '--role', role, '--password-stdin', ...database],
      options,
      `${who.password}\n`,
    );
  }

  const serve = spawn(file, ['serve', '--listen', `127.0.0.1:${port}`, ...database], options);
  let log = '';
  serve.stdout.on('data', (chunk) => (log += chunk));
  serve.stderr.on('data', (chunk) => (log += chunk));
  const ended = new Promise((resolve) => serve.once('close', resolve));

  const until = Date.now() + 60_000;
  for (;;) {
    if (serve.exitCode !== null) throw new Error(`sentra serve ended with ${serve.exitCode}:\n${log}`);
    try {
      if ((await fetch(`${api}/api/v1/sectors`)).ok) break;
    } catch {
      // not listening yet
    }
    if (Date.now() > until) throw new Error(`sentra serve did not answer within a minute:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  /** @type {Map<string, string>} */
  const tokens = new Map();
  /**
   * One session for each, so that nothing signs in a hundred times.
   * @param {{email: string, password: string}} who
   */
  async function tokenOf(who) {
    const known = tokens.get(who.email);
    if (known) return known;
    const response = await fetch(`${api}/api/v1/auth/session`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: who.email, password: who.password }),
    });
    const token = (await response.json()).access_token;
    tokens.set(who.email, token);
    return token;
  }

  /**
   * @param {any} [body]
   * @param {number} [revision]
   */
  async function ask(who, method, pathAndQuery, body, revision) {
    return fetch(api + pathAndQuery, {
      method,
      headers: {
        Authorization: `Bearer ${await tokenOf(who)}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(revision === undefined ? {} : { 'If-Match': `"${revision}"` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  return {
    origin: api,
    /**
     * The API as a signed-in program sees it; `revision` goes along as If-Match.
     * @param {any} [body]
     * @param {number} [revision]
     */
    async as(who, method, pathAndQuery, body, revision) {
      const response = await ask(who, method, pathAndQuery, body, revision);
      if (!response.ok) throw new Error(`${method} ${pathAndQuery}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? null : response.json();
    },
    tokenOf,
    /** Only how the API answers. */
    async statusAs(who, method, pathAndQuery) {
      return (await ask(who, method, pathAndQuery)).status;
    },
    /** Anonymously too. */
    async post(pathAndQuery, body) {
      const response = await fetch(api + pathAndQuery, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${pathAndQuery}: ${response.status} ${await response.text()}`);
    },
    /** The API as an anonymous program sees it. */
    async get(pathAndQuery) {
      const response = await fetch(api + pathAndQuery);
      if (!response.ok) throw new Error(`${pathAndQuery}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    async stop() {
      serve.kill('SIGTERM');
      const late = setTimeout(() => serve.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(late);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
