/**
 * Photos of a visit that was filled in on a page. The visit is kept first; then each photo goes by
 * itself, once, whatever page is open meanwhile, and one that failed waits to be sent again.
 */
import { t } from './i18n';
import type { Visit } from './types';
import { upload } from './upload';

export interface ChosenPhoto {
  /** What the visit calls it. */
  name: string;
  file: File;
}

export interface PhotoOnItsWay extends ChosenPhoto {
  state: 'waiting' | 'sending' | 'sent' | 'failed';
  /** The share that has gone, 0 to 1. */
  share: number;
  problem: unknown;
}

/** As the server takes them. */
const LARGEST = 20_000_000 - 10_000;
const KINDS = ['image/jpeg', 'image/png'];

/** Why a file cannot be one, in words. */
export function photoFault(file: File): string | null {
  if (!KINDS.includes(file.type)) return t('photo.wrongKind');
  if (file.size > LARGEST) return t('photo.tooLarge');
  return null;
}

/** A name that no other photo of the visit has; a file's own may tell of people. */
export function photoName(question: string, file: File): string {
  const mark = Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${question}-${mark}.${file.type === 'image/png' ? 'png' : 'jpg'}`;
}

export class PhotoQueue {
  photos = $state<PhotoOnItsWay[]>([]);
  #working = false;

  constructor(
    private readonly visit: Visit['id'],
    chosen: ChosenPhoto[],
  ) {
    this.photos = chosen.map(({ name, file }) => ({ name, file, state: 'waiting', share: 0, problem: null }));
    void this.#work();
  }

  get unsent(): boolean {
    return this.photos.some(({ state }) => state !== 'sent');
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let photo = this.#next(); photo; photo = this.#next()) {
      photo.state = 'sending';
      photo.share = 0;
      const sending = photo;
      const form = new FormData();
      form.append(photo.name, photo.file, photo.name);
      try {
        await upload(`/api/v1/visits/${encodeURIComponent(this.visit)}/photos`, form, { onprogress: (share) => (sending.share = share) });
        photo.state = 'sent';
      } catch (error) {
        photo.problem = error;
        photo.state = 'failed';
      }
    }
    this.#working = false;
    if (!this.unsent) queues.delete(this.visit);
  }

  #next = () => this.photos.find(({ state }) => state === 'waiting');

  /** Sends what failed once more; what had come after all is not there twice. */
  again(): void {
    for (const photo of this.photos) {
      if (photo.state !== 'failed') continue;
      photo.state = 'waiting';
      photo.problem = null;
    }
    void this.#work();
  }

  /** Gives up what failed. */
  drop(): void {
    this.photos = this.photos.filter(({ state }) => state !== 'failed');
    if (!this.unsent) queues.delete(this.visit);
  }
}

const queues = new Map<string, PhotoQueue>();

/** Those of a visit that are still on their way. */
export const queueOf = (visit: string): PhotoQueue | null => queues.get(visit) ?? null;

export function sendPhotos(visit: string, chosen: ChosenPhoto[]): PhotoQueue {
  const queue = new PhotoQueue(visit, chosen);
  queues.set(visit, queue);
  return queue;
}

// They are in this page alone: whoever shuts it is asked once more.
addEventListener('beforeunload', (event) => {
  if ([...queues.values()].some(({ unsent }) => unsent)) event.preventDefault();
});
