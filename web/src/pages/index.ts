/** The pages that exist. A new one is a line here and a component beside it. */
import type { Component } from 'svelte';
import type { WordKey } from '../lib/i18n';
import type { Right } from '../lib/types';
import CooperativeListPage from './CooperativeListPage.svelte';
import CooperativePage from './CooperativePage.svelte';
import MapPage from './MapPage.svelte';
import SentraListPage from './SentraListPage.svelte';
import SentraPage from './SentraPage.svelte';

type Whole = Component;
type One = Component<{ id: string }>;
type Loading<Page> = () => Promise<{ default: Page }>;

export interface PageEntry {
  path: string;
  title: WordKey;
  /** In the navigation of a phone, where the title is long. */
  short?: WordKey;
  /** In the navigation: for everybody, for those with a right, or not at all. */
  shown: 'always' | 'never' | Right;
  /** Not in the navigation of those who have this right: another page leads there. */
  unless?: Right;
  /** What the public opens comes with the app … */
  component?: Whole;
  /** … and the others, those of staff above all, when one of them is opened. */
  load?: Loading<Whole>;
  /** The page of one of them, `path/ID`, in the same two ways. */
  one?: One;
  loadOne?: Loading<One>;
  /** For somebody without an account, who came for this page alone: no navigation, no sign-in. */
  bare?: boolean;
}

/** Loaded once: the same page is not put up anew while it is open, which would lose what it knows. */
function once<Page>(load: Loading<Page>): Loading<Page> {
  let loaded: ReturnType<Loading<Page>> | undefined;
  return () => (loaded ??= load());
}

export const pages: PageEntry[] = [
  { path: '/', title: 'nav.map', shown: 'always', component: MapPage },
  { path: '/produk', title: 'nav.products', shown: 'always', load: () => import('./ProductPage.svelte') },
  { path: '/sentra', title: 'nav.sentra', shown: 'always', component: SentraListPage, one: SentraPage },
  { path: '/koperasi', title: 'nav.cooperatives', shown: 'always', component: CooperativeListPage, one: CooperativePage },
  {
    path: '/rilis', title: 'nav.releases', shown: 'always',
    load: () => import('./ReleasesPage.svelte'), loadOne: () => import('./ReleasePage.svelte'),
  },
  { path: '/data', title: 'nav.data', short: 'nav.dataShort', shown: 'always', load: () => import('./DataPage.svelte') },
  {
    path: '/impor', title: 'nav.imports', shown: 'import_lists',
    load: () => import('./ImportsPage.svelte'), loadOne: () => import('./ImportPage.svelte'),
  },
  { path: '/duplikat', title: 'nav.duplicates', shown: 'decide', load: () => import('./DuplicatesPage.svelte') },
  { path: '/meja', title: 'nav.desk', short: 'nav.deskShort', shown: 'decide', load: once(() => import('./DeskPage.svelte')) },
  {
    path: '/meja/kantor', title: 'nav.offices', shown: 'read_internal', unless: 'decide',
    load: () => import('./DeskOfficesPage.svelte'),
  },
  {
    path: '/pendataan', title: 'nav.campaigns', shown: 'read_internal',
    load: () => import('./CampaignsPage.svelte'), loadOne: () => import('./CampaignPage.svelte'),
  },
  { path: '/pendataan/baru', title: 'campaign.plan', shown: 'never', load: () => import('./NewCampaignPage.svelte') },
  { path: '/pendataan/kuesioner', title: 'asked.title', shown: 'never', load: () => import('./QuestionnairesPage.svelte') },
  { path: '/pendataan/ponsel', title: 'phone.title', shown: 'never', load: () => import('./DevicesPage.svelte') },
  {
    path: '/pengguna', title: 'nav.users', short: 'nav.usersShort', shown: 'manage_access',
    load: () => import('./UsersPage.svelte'), loadOne: () => import('./UserPage.svelte'),
  },
  { path: '/pengguna/baru', title: 'user.add', shown: 'never', load: () => import('./NewUserPage.svelte') },
  { path: '/pengguna/klien', title: 'client.title', shown: 'never', load: () => import('./ClientsPage.svelte') },
  { path: '/pengguna/pemakaian', title: 'usage.title', shown: 'never', load: () => import('./ClientUsagePage.svelte') },
  { path: '/pengguna/klien-baru', title: 'client.add', shown: 'never', load: () => import('./NewClientPage.svelte') },
  { path: '/catatan', title: 'nav.reads', short: 'nav.readsShort', shown: 'read_log', load: () => import('./ReadsPage.svelte') },
  { path: '/catatan/laporan', title: 'report.title', shown: 'never', load: () => import('./ReadsReportPage.svelte') },
  { path: '/pemilik', title: 'owner.title', shown: 'never', bare: true, load: () => import('./OwnerPage.svelte') },
  { path: '/akun', title: 'account.title', shown: 'never', load: () => import('./AccountPage.svelte') },
];

export interface FoundPage {
  entry: PageEntry;
  id: string | null;
}

function decoded(word: string): string | null {
  try {
    return decodeURIComponent(word);
  } catch {
    return null; // a stray "%"
  }
}

/** The page at a path, and which one it is of. The server serves the app at the same paths. */
export function pageAt(path: string): FoundPage | null {
  const [, first = '', second, ...rest] = path.split('/');
  if (rest.length) return null;
  const whole = pages.find((page) => page.path === (second ? `/${first}/${second}` : `/${first}`));
  if (whole) return { entry: whole, id: null };
  const entry = pages.find((page) => page.path === `/${first}`);
  const id = second ? decoded(second) : null;
  return entry && id && (entry.one || entry.loadOne) ? { entry, id } : null;
}

/** Whether two pages belong to the same line of the navigation. */
export const sameBranch = (one: string, other: string) => one.split('/')[1] === other.split('/')[1];
