/**
 * What is refused of all that the settings bring into a box, and what is said then.
 *
 * @module
 */

import { real } from "../host/path.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { reasonAgainst } from "../project/guard.ts";
import { type Source, sourceText } from "../spec/source.ts";

/** A share or a seed. */
export interface Asked {
  readonly key: string;
  /** Whether the box may write it; a seed is only read. */
  readonly mode?: "ro" | "rw";
  readonly source: string;
  readonly from: Source;
}

/** The error for a source that no box may reach. `why`: a clause. */
export function refused(asked: Asked, path: string, why: string): KanibakoError {
  return new KanibakoError(
    "unsafe-share",
    `Cannot give ${shellQuote(path)} to a box (${sourceText(asked.from)}): ${why}.`,
    {
      hint: [
        "Put what the box needs into a folder of its own, and share that.",
        `To leave it out of this box, set ${asked.key} to "".`,
      ],
    },
  );
}

/**
 * Throws `unsafe-share` where a folder or file of ours that boxes write, of the setting `key`, is a link of the user's to what no box
 * may write.
 */
export function assertMayShare(host: Host, key: string, source: string, from: Source): void {
  if (!isLink(source)) return;
  const path = real(source);
  const reason = path === real(host.dirs.home) ? "it is your home" : reasonAgainst(host, path, "write");
  if (reason !== undefined) throw refused({ key, source, from }, path, reason);
}

function isLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch {
    return false;
  }
}
