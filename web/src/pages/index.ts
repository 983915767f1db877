/** The pages that exist. A new one is a line here and a component beside it. */
import type { Component } from 'svelte';
import type { WordKey } from '../lib/i18n';
import MapPage from './MapPage.svelte';

interface PageEntry {
  path: string;
  title: WordKey;
  component: Component;
}

export const pages: PageEntry[] = [{ path: '/', title: 'nav.map', component: MapPage }];

export const pageAt = (path: string) => pages.find((page) => page.path === path);
