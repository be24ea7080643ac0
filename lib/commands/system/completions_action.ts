/**
 * Prints the script that teaches a shell to complete, or puts it where the shell looks for it.
 *
 * @module
 */

import { COMPLETION_SCRIPTS, type Shell } from "../../app/system/completion_scripts.ts";
import { note, outText, success } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako completions`. */
export default async function completions(
  this: Context,
  flags: { readonly install: boolean },
  shell: string,
): Promise<void> {
  if (!flags.install) return outText(COMPLETION_SCRIPTS[shell as Shell]);
  const { installCompletions } = await import("../../app/system/completions.ts");
  const { file, needs } = await installCompletions(await this.host(), shell as Shell);
  success(`Wrote ${file}. It acts in shells that are opened from now on.`);
  if (needs !== undefined) note(needs);
}
