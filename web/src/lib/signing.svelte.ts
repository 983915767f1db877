/** The dialog by which somebody signs in: opened from the header, and from pages that need it. */

class Signing {
  open = $state(false);
  /** Said in the dialog: why it opened, or what went before. */
  notice = $state<string | null>(null);
  /** Already known: who has just set a password, say. */
  email = $state('');

  ask({ notice = null, email = '' }: { notice?: string | null; email?: string } = {}) {
    this.notice = notice;
    if (email) this.email = email;
    this.open = true;
  }
}

export const signing = new Signing();
