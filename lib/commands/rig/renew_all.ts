/**
 * `--all` of `rig prep` and `rig rebuild`.
 *
 * @module
 */

import { note, showError } from "../../host/ui/terminal.ts";
import { renewableRigs } from "../../rig/list.ts";
import { viewRigs } from "../../rig/lookup.ts";
import { type PrepareOptions, prepareRigs } from "../../rig/prepare.ts";

/** Makes every existing rig again and counts. Returns the exit code. */
export async function renewAll(options: PrepareOptions): Promise<number> {
  const words = renewableRigs(await viewRigs(options.host, options.store));
  const done = words.length === 0 ? [] : await prepareRigs(words, options, {
    done: (rig) => options.progress.done(rig.summary),
    failed: (_word, cause) => showError(cause),
  });
  note(words.length === 0 ? "There are no rigs yet." : `Updated ${done.length}/${words.length}`);
  return done.length === words.length ? 0 : 1;
}
