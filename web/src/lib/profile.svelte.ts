/** What the profile of a sentra or a cooperative holds, each part by itself: one that fails leaves the rest. */
import { Listing, Remote } from './remote.svelte';
import type { Cooperative, Enterprise, Observation, Sentra } from './types';

const MEMBERS = 20;
export const RELATIVES = 200;

class Profile<Doc> {
  readonly doc = new Remote<Doc>();
  readonly figures = new Listing<Observation>();
  readonly members = new Listing<Enterprise>();

  constructor(
    private readonly list: 'sentra' | 'cooperatives',
    private readonly subject: 'sentra' | 'cooperative',
  ) {}

  load(id: string): void {
    const safe = encodeURIComponent(id);
    void this.doc.load(`/api/v1/${this.list}/${safe}`);
    void this.figures.load(`/api/v1/observations?subject=${this.subject}:${safe}&limit=100`);
    void this.members.load(`/api/v1/enterprises?${this.subject}=${safe}&sort=name&limit=${MEMBERS}`);
  }
}

export class SentraProfile extends Profile<Sentra> {
  /** Figures of the place itself and of the regency that it lies in. */
  readonly place = new Listing<Observation>();
  readonly regency = new Listing<Observation>();

  constructor() {
    super('sentra', 'sentra');
  }

  loadRegions({ region, responsible_region }: Sentra): void {
    const path = (code: string) => `/api/v1/observations?subject=region:${code}&limit=100`;
    void this.regency.load(path(responsible_region));
    if (region !== responsible_region) void this.place.load(path(region));
  }
}

export class CooperativeProfile extends Profile<Cooperative> {
  readonly children = new Listing<Cooperative>();
  /** The others under the same parent, this one among them. */
  readonly siblings = new Listing<Cooperative>();

  constructor() {
    super('cooperatives', 'cooperative');
  }

  loadRelatives({ id, parent }: Cooperative): void {
    const path = (of: string) => `/api/v1/cooperatives?parent=${of}&limit=${RELATIVES}`;
    void this.children.load(path(id));
    if (parent) void this.siblings.load(path(parent));
  }
}
