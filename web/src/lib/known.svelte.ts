/** Names of sentra, cooperatives, usaha and regions that are only pointed at: asked for once each. */
import { untrack } from 'svelte';
import { ApiError, getJson } from './http';
import { t } from './i18n';
import { session } from './session.svelte';

export type KnownKind = 'sentra' | 'cooperatives' | 'enterprises' | 'regions' | 'campaigns';
interface Thing {
  name: string;
  /** Where it stands. */
  region?: string | null;
  /** Of a cooperative: the one that it belongs to. */
  parent?: string | null;
}

class Known {
  /** By path; null where there is nothing to see for whoever asks. */
  #things = $state.raw<Record<string, Thing | null>>({});
  #asked = new Set<string>();
  #epoch = 0;

  get = (kind: KnownKind, id: string): Thing | null | undefined => this.#things[`${kind}/${id}`];

  /** The name, or what to say in its place. */
  name(kind: KnownKind, id: string): string {
    const thing = this.get(kind, id);
    if (thing) return thing.name;
    return thing === null ? t('known.hidden') : t('app.loading');
  }

  /** Reactive in who is asking: somebody else may see other names. */
  want(kind: KnownKind, ids: (string | null | undefined)[]): void {
    const epoch = session.epoch;
    untrack(() => {
      if (epoch !== this.#epoch) {
        this.#epoch = epoch;
        this.#asked.clear();
        this.#things = {};
      }
      for (const id of ids) if (id) void this.#load(`${kind}/${encodeURIComponent(id)}`, epoch);
    });
  }

  async #load(path: string, epoch: number): Promise<void> {
    if (this.#asked.has(path)) return;
    this.#asked.add(path);
    const put = (thing: Thing | null) => {
      if (epoch === this.#epoch) this.#things = { ...this.#things, [path]: thing };
    };
    try {
      put(await getJson<Thing>(`/api/v1/${path}`));
    } catch (error) {
      // Not there, or not for us. Anything else may go better at the next occasion.
      if (error instanceof ApiError && (error.status === 404 || error.status === 400)) put(null);
      else this.#asked.delete(path);
    }
  }
}

export const known = new Known();
