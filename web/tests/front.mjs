// The build in dist/ in front of a server that carries another one (or none): files and the app's
// own paths from here, everything else from the server, under the server's own security headers.
import { readFile } from 'node:fs/promises';
import { createServer, request as ask } from 'node:http';

const dist = new URL('../dist/', import.meta.url);
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
/** As the server must serve them: src/pages/index.ts names the same. */
const appPath = /^\/(?:(?:sentra|koperasi)(?:\/[^/]+)?)?$/;
const copied = ['content-security-policy', 'x-content-type-options', 'referrer-policy'];

/** @param {string} pathname */
async function fileAt(pathname) {
  const name = appPath.test(pathname) ? 'index.html' : pathname.slice(1);
  if (!/^[\w./-]+$/.test(name) || name.includes('..')) return null;
  try {
    const extension = /** @type {keyof typeof types} */ (name.split('.').pop());
    return { body: await readFile(new URL(name, dist)), type: types[extension] ?? 'application/octet-stream' };
  } catch {
    return null;
  }
}

/** @param {string} target @param {number} port */
export async function startFront(target, port) {
  const { headers } = await fetch(`${target}/api/v1/sectors`);
  const secure = Object.fromEntries(copied.map((name) => [name, headers.get(name) ?? '']));

  const server = createServer(async (incoming, outgoing) => {
    const { pathname } = new URL(incoming.url ?? '/', target);
    const file = incoming.method === 'GET' ? await fileAt(pathname) : null;
    if (file) {
      outgoing.writeHead(200, { ...secure, 'Content-Type': file.type, 'Cache-Control': 'no-cache' }).end(file.body);
      return;
    }
    const onward = ask(`${target}${incoming.url}`, { method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    // A request that the page gave up is given up behind it, too.
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(undefined)));
  return {
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
