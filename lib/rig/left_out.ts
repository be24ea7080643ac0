/**
 * What a build left out because its vendor's host gave it not: the script that installs such things says so in a line
 * (`containerfiles/vendor`), and the build goes on.
 *
 * @module
 */

const LINE = /^kanibako: skipped ([a-z0-9-]{1,40}): ([\w .'-]{1,120}?)\. To try again: /;
/** Longer lines are none of ours. */
const LONGEST = 1000;

/** Gathers it from the output of builds, in pieces as they come. */
export class LeftOut {
  readonly #found = new Set<string>();
  #rest = "";

  /** Takes a piece. */
  add(text: string): void {
    const lines = (this.#rest + text).split(/[\r\n]/);
    this.#rest = lines.pop()!.slice(-LONGEST);
    for (const line of lines) {
      // Engines put a number before what a step says, and docker a time.
      const [, name, reason] = line.replace(/^#\d+ (\d+\.\d+ )?/, "").match(LINE) ?? [];
      if (name !== undefined) this.#found.add(`${name} (${reason})`);
    }
  }

  /** Each with its reason, such as `rustup (rust-lang.org cannot be reached)`. */
  all(): readonly string[] {
    return [...this.#found];
  }
}
