/** Media queries and the network's state as reactive values. */
class Media {
  matches = $state(false);
  constructor(query: string) {
    const list = matchMedia(query);
    this.matches = list.matches;
    list.addEventListener('change', (event) => (this.matches = event.matches));
  }
}

export const dark = new Media('(prefers-color-scheme: dark)');
export const still = new Media('(prefers-reduced-motion: reduce)');
export const phone = new Media('(max-width: 760px)');

class Network {
  offline = $state(!navigator.onLine);
  constructor() {
    addEventListener('online', () => (this.offline = false));
    addEventListener('offline', () => (this.offline = true));
  }
}

export const network = new Network();
