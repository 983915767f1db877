/**
 * The view is the address: filter, chosen usaha, map position and language live
 * in the query and nowhere else. Filters and the choice push (back undoes them);
 * map moves and typing replace.
 */
import { emptyFilter, filterPairs, parseFilter, queryString, type Filter } from './filter';
import { parseView, viewText, type View } from './mercator';
import { ownNames } from './own';

export type Lang = 'id' | 'en';
const LANG_KEY = 'sentra.lang';

interface ViewState {
  path: string;
  filter: Filter;
  /** What only this page understands, by name. */
  own: Record<string, string>;
  id: string | null;
  view: View | null;
  lang: Lang;
}

function remembered(): Lang {
  try {
    return localStorage.getItem(LANG_KEY) === 'en' ? 'en' : 'id';
  } catch {
    return 'id'; // storage may be forbidden; the page works without it
  }
}

function read(): ViewState {
  const params = new URLSearchParams(location.search);
  const lang = params.get('lang');
  const own: Record<string, string> = {};
  for (const name of ownNames(location.pathname)) {
    const value = params.get(name)?.trim();
    if (value) own[name] = value;
    params.delete(name);
  }
  return {
    path: location.pathname,
    filter: parseFilter(params),
    own,
    id: params.get('id') || null,
    view: parseView(params.get('map')),
    lang: lang === 'en' || lang === 'id' ? lang : remembered(),
  };
}

class Location {
  #state = $state.raw(read());
  /** Counts backs, forwards and followed links: the map follows those, but not its own moves. */
  jumps = $state(0);

  // Each apart, so that a map move does not look like a new filter or another usaha.
  readonly path = $derived(this.#state.path);
  readonly filter = $derived(this.#state.filter);
  readonly own = $derived(this.#state.own);
  readonly id = $derived(this.#state.id);
  readonly view = $derived(this.#state.view);
  readonly lang = $derived(this.#state.lang);

  constructor() {
    addEventListener('popstate', () => {
      this.#state = read();
      this.jumps += 1;
    });
  }

  /** The address of this view with some of it changed; also for real links. */
  href(change: Partial<ViewState> = {}): string {
    const state = { ...this.#state, ...change };
    const pairs = [...filterPairs(state.filter), ...Object.entries(state.own).filter(([, value]) => value)];
    if (state.id) pairs.push(['id', state.id]);
    if (state.view) pairs.push(['map', viewText(state.view)]);
    if (state.lang === 'en') pairs.push(['lang', 'en']);
    const query = queryString(pairs);
    return query ? `${state.path}?${query}` : state.path;
  }

  #go(change: Partial<ViewState>, mode: 'push' | 'replace', hash = '') {
    const href = this.href(change);
    const same = href === location.pathname + location.search;
    this.#state = { ...this.#state, ...change };
    if (same) return;
    if (mode === 'push') history.pushState(null, '', href + hash);
    else history.replaceState(null, '', href + hash);
  }

  /** Follows a link inside the app. */
  open(url: URL) {
    const href = url.pathname + url.search;
    if (href === location.pathname + location.search) return;
    history.pushState(null, '', href);
    this.#state = read();
    this.jumps += 1;
  }

  setFilter(change: Partial<Filter>, mode: 'push' | 'replace' = 'push') {
    this.#go({ filter: { ...this.filter, ...change } }, mode);
  }

  setOwn(change: Record<string, string>, mode: 'push' | 'replace' = 'push') {
    this.#go({ own: { ...this.own, ...change } }, mode);
  }

  clearFilter() {
    this.#go({ filter: emptyFilter(), own: {} }, 'push');
  }

  select(id: string | null, mode: 'push' | 'replace' = 'push') {
    this.#go({ id }, mode);
  }

  setView(view: View) {
    this.#go({ view }, 'replace');
  }

  setLang(lang: Lang) {
    try {
      localStorage.setItem(LANG_KEY, lang);
    } catch {
      // not remembered, but shown
    }
    // An owner's page is opened by what stands there.
    this.#go({ lang }, 'replace', location.hash);
  }
}

export const here = new Location();
