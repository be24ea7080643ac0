/**
 * Says how this installation is brought up to date. The program never replaces itself: it asks no server, and what runs
 * boxes should change only when its user changes it.
 *
 * @module
 */

import { note, out } from "../../host/ui/terminal.ts";
import { version } from "../../host/version.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako system upgrade`. */
export default async function upgrade(this: Context, flags: { readonly check: boolean }): Promise<void> {
  await Promise.resolve();
  out(`This is kanibako ${version}.`);
  if (flags.check) {
    note("kanibako does not check for newer versions: it asks no server.");
    return;
  }
  out("From a clone: run git pull and ./dev build; the new program is dist/kanibako.");
  out("From a release: replace the file (command -v kanibako) with the new one.");
  note("Running boxes keep the old program until they are restarted.");
}
