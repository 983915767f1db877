/** A key for what is to be made once: the same for as long as what is sent is the same. */
export class Once {
  #said = '';
  #key = '';

  key(path: string, body: unknown): string {
    const said = `${path} ${JSON.stringify(body)}`;
    if (said !== this.#said) {
      this.#said = said;
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      this.#key = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }
    return this.#key;
  }
}
