/**
 * The part of `setup` that is about the user's shell.
 *
 * @module
 */

import { completionState, installCompletions, userShell } from "../../../app/system/completions.ts";
import type { Shell } from "../../../app/system/completion_scripts.ts";
import { out } from "../../../host/ui/terminal.ts";
import type { Asking } from "./asking.ts";

/** Shows whether the shell completes, and lets it where that is wanted. */
export async function setupCompletions(asking: Asking): Promise<void> {
  const given = asking.flags.completions;
  const shell = given ?? userShell();
  if (shell === undefined) return;
  const { state, file } = await completionState(asking.host, shell);
  const isThere = state === "current";
  asking.step("Completions of your shell", [
    { mark: isThere ? "ok" : "--", label: shell, detail: isThere ? file : "not set up" },
  ]);
  if (isThere) return;
  const wanted = given !== undefined ||
    await asking.wants(
      "Set them up?",
      `writes ${file}`,
      `kanibako setup --completions ${shell} does it later`,
    );
  if (wanted) return await write(asking, shell);
  if (!asking.asks) out(`  To set them up: kanibako setup --completions ${shell}`);
}

async function write({ host }: Asking, shell: Shell): Promise<void> {
  const { file, needs } = await installCompletions(host, shell);
  out(`  Wrote ${file}. To undo it, delete that file.`);
  if (needs !== undefined) out(`  ${needs}`);
}
