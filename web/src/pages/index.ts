/** The pages that exist. A new one is a line here and a component beside it. */
import type { Component } from 'svelte';
import type { WordKey } from '../lib/i18n';
import CooperativeListPage from './CooperativeListPage.svelte';
import CooperativePage from './CooperativePage.svelte';
import MapPage from './MapPage.svelte';
import SentraListPage from './SentraListPage.svelte';
import SentraPage from './SentraPage.svelte';

interface PageEntry {
  path: string;
  title: WordKey;
  component: Component;
  /** The page of one of them: `path/ID`. */
  one?: Component<{ id: string }>;
}

export const pages: PageEntry[] = [
  { path: '/', title: 'nav.map', component: MapPage },
  { path: '/sentra', title: 'nav.sentra', component: SentraListPage, one: SentraPage },
  { path: '/koperasi', title: 'nav.cooperatives', component: CooperativeListPage, one: CooperativePage },
];

/** The page at a path, and which one it is of. The server serves the app at the same paths. */
export function pageAt(path: string): { entry: PageEntry; id: string | null } | null {
  const [, first = '', second, ...rest] = path.split('/');
  const entry = pages.find((page) => page.path === `/${first}`);
  if (!entry || rest.length) return null;
  if (!second) return { entry, id: null };
  return entry.one ? { entry, id: second } : null;
}
