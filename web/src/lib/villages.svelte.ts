/** Villages of a district, asked for once: for names, and to choose from. */
import { getJson } from './http';
import type { Region } from './types';

class Villages {
  #by = $state.raw<Record<string, Region[]>>({});
  #asked = new Set<string>();
  #names = $derived(new Map(Object.values(this.#by).flat().map(({ code, name }) => [code, name])));

  of = (district: string): Region[] | undefined => this.#by[district];
  name = (code: string): string => this.#names.get(code) ?? code;

  want(district: string): void {
    if (this.#asked.has(district)) return;
    this.#asked.add(district);
    void this.#load(district);
  }

  async #load(district: string): Promise<void> {
    try {
      const page = await getJson<{ items: Region[] }>(`/api/v1/regions?level=village&parent=${district}&limit=1000`);
      this.#by = { ...this.#by, [district]: page.items };
    } catch {
      // The code stands for the name; the next occasion tries again.
      this.#asked.delete(district);
    }
  }
}

export const villages = new Villages();
