/** Code lists and regions: fetched once, shared by filter bar, list, panel and map. */
import { getJson } from './http';
import type { Commodity, QualityRule, Region, Sector, Unit } from './types';

type Loading = 'no' | 'yes' | 'failed';

class Codes {
  sectors = $state.raw<Sector[]>([]);
  commodities = $state.raw<Commodity[]>([]);
  regencies = $state.raw<Region[]>([]);
  units = $state.raw<Unit[]>([]);
  rules = $state.raw<QualityRule[]>([]);
  #districts = $state.raw<Record<string, Region[]>>({});
  /** Regencies whose districts are there or under way. */
  readonly #asked = new Set<string>();
  state = $state<Loading>('no');

  #sectorBy = $derived(new Map(this.sectors.map((item) => [item.code, item])));
  #commodityBy = $derived(new Map(this.commodities.map((item) => [item.code, item])));
  #unitBy = $derived(new Map(this.units.map((item) => [item.code, item])));
  #regencyBy = $derived(new Map(this.regencies.map((item) => [item.code, item])));

  sector = (code: string) => this.#sectorBy.get(code);
  commodity = (code: string) => this.#commodityBy.get(code);
  unit = (code: string) => this.#unitBy.get(code);
  rule = (code: string) => this.rules.find((item) => item.code === code);
  districts = (regency: string): Region[] | undefined => this.#districts[regency];

  region(code: string): Region | undefined {
    if (code.length <= 5) return this.#regencyBy.get(code);
    return this.#districts[code.slice(0, 5)]?.find((item) => item.code === code);
  }

  async load(): Promise<void> {
    if (this.state === 'yes') return;
    this.state = 'yes';
    const list = <Item>(path: string) =>
      getJson<{ items: Item[] }>(`/api/v1/${path}`).then((page) => page.items);
    try {
      await Promise.all([
        list<Sector>('sectors').then((items) => (this.sectors = items)),
        list<Commodity>('commodities').then((items) => (this.commodities = items)),
        list<Region>('regions?level=regency&limit=1000').then((items) => (this.regencies = items)),
      ]);
      this.state = 'no';
    } catch {
      this.state = 'failed';
    }
  }

  /** For quantities: capacities, prices and figures. */
  async loadUnits(): Promise<void> {
    if (this.units.length) return;
    try {
      this.units = (await getJson<{ items: Unit[] }>('/api/v1/units')).items;
    } catch {
      // The code itself is readable enough.
    }
  }

  /** Only staff see the quality of a record. */
  async loadRules(): Promise<void> {
    if (this.rules.length) return;
    try {
      this.rules = (await getJson<{ items: QualityRule[] }>('/api/v1/quality-rules')).items;
    } catch {
      // As with units.
    }
  }

  async loadDistricts(regency: string): Promise<void> {
    if (this.#asked.has(regency)) return;
    this.#asked.add(regency);
    try {
      const path = `/api/v1/regions?level=district&parent=${regency}&limit=1000`;
      const page = await getJson<{ items: Region[] }>(path);
      this.#districts = { ...this.#districts, [regency]: page.items };
    } catch {
      // The regency alone still filters; the next occasion tries again.
      this.#asked.delete(regency);
    }
  }
}

export const codes = new Codes();
