/** One-letter shortcuts, which whoever dictates or mistypes can do without. */
const OFF = 'sentra.shortcuts.off';

function remembered(): boolean {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true;
  }
}

class Shortcuts {
  #on = $state(remembered());
  get on(): boolean {
    return this.#on;
  }
  set on(on: boolean) {
    this.#on = on;
    try {
      if (on) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, '1');
    } catch {
      // For this visit then.
    }
  }
}

export const shortcuts = new Shortcuts();

/** The key of an event that is meant for the page: not typed into a field, nor a browser's own. */
export function shortcutOf(event: KeyboardEvent): string | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  if (document.querySelector('dialog[open]')) return null;
  const { target } = event;
  if (target instanceof Element && target.closest('input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]')) return null;
  return event.key;
}
