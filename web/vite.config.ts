import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const server = process.env.SENTRA_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  // The map's worker is an ES module (MapLibre 6 has no other build).
  worker: { format: 'es' },
  build: {
    // The page is served under a policy without inline scripts and styles, so
    // nothing may be folded into the HTML.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // The map library is one large chunk on purpose: it is loaded after the list.
    chunkSizeWarningLimit: 1300,
    // The app, and the map alone for pages of other sites.
    rolldownOptions: { input: ['index.html', 'embed.html'] },
  },
  server: {
    // The examples of docs/examples are shown on a page.
    fs: { allow: ['..'] },
    proxy: Object.fromEntries(
      ['/api', '/docs', '/openapi.json', '/ogc', '/healthz'].map((path) => [path, server]),
    ),
  },
});
