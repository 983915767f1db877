/** Addresses inside the app, and following them without loading the page anew. */
import { emptyFilter, type Filter } from './filter';
import { here } from './location.svelte';

interface Target {
  filter?: Partial<Filter>;
  id?: string | null;
  /** What only that page understands. */
  own?: Record<string, string>;
}

/** A page with its own filter: what is filtered here says nothing about another page. */
export function pageLink(path: string, { filter = {}, id = null, own = {} }: Target = {}): string {
  return here.href({ path, filter: { ...emptyFilter(), ...filter }, own, id, view: null });
}

export const sentraLink = (id: string) => pageLink(`/sentra/${encodeURIComponent(id)}`);
/** Who read one usaha, or what one account read. */
export const reportLink = (of: { enterprise?: string; actor?: string }) => pageLink('/catatan/laporan', { own: of });
export const releaseLink = (id: string) => pageLink(`/rilis/${encodeURIComponent(id)}`);
export const userLink = (email: string) => pageLink(`/pengguna/${encodeURIComponent(email)}`);
export const cooperativeLink = (id: string) => pageLink(`/koperasi/${encodeURIComponent(id)}`);

/** The token lives in memory, so a link to a page of the app must not reload it. */
export function follow(event: MouseEvent, known: (path: string) => boolean) {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.target || link.hasAttribute('download') || link.hash) return;
  if (link.origin !== location.origin || !known(link.pathname)) return;
  event.preventDefault();
  here.open(new URL(link.href));
}

/** What was typed into the data as an address is a link only where it is one of the web. */
export const webAddress = (url: string | null | undefined) => (url && /^https?:\/\//i.test(url) ? url : null);

/** Goes on to another page by itself: after saving, say. */
export const goTo = (href: string) => here.open(new URL(href, location.origin));
