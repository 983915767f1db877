/** The examples of docs/examples, as they are run by the tests. */
const files = import.meta.glob<string>('../../../docs/examples/*', { query: '?raw', import: 'default', eager: true });

const order = ['list.sh', 'export.sh', 'list.py', 'list.R', 'list.pq', 'token.sh', 'changes.sh', 'follow.py', 'token.R', 'token.pq'];

/** By file name, in the order in which they are read; with this server's address in the place of the example's. */
export function examples(origin: string): { name: string; text: string }[] {
  return Object.entries(files)
    .map(([path, text]) => ({ name: path.split('/').at(-1) ?? path, text: text.replaceAll('https://sentra.contoh.id', origin) }))
    .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}
