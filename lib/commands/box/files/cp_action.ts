import { copy } from "../../../app/copy/copy.ts";
import { note } from "../../../host/ui/terminal.ts";
import { count, shellQuote } from "../../../host/ui/text.ts";
import type { Context } from "../../context.ts";
import type { CpFlags } from "./cp.ts";

/** Most names of what was left out that are shown. */
const MOST_NAMES = 5;

/** Copies between this machine and a box. */
export default async function cp(
  this: Context,
  flags: CpFlags,
  source: string,
  target: string,
): Promise<void> {
  const { leading, special } = await copy(await this.host(), source, target, this.cwd, flags);
  if (leading.length > 0) {
    note(
      `Left out ${count(leading.length, "link")} that would lead out of the copied folder: ${named(leading)}`,
    );
  }
  if (special.length > 0) {
    note(
      `Left out ${count(special.length, "FIFO, socket or device", "FIFOs, sockets or devices")}: ${
        named(special)
      }`,
    );
  }
}

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, MOST_NAMES).map((path) => shellQuote(path)).join(", ");
  return paths.length > MOST_NAMES ? `${shown} and ${paths.length - MOST_NAMES} more` : shown;
}
