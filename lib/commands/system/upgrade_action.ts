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
    note("Whether there is a newer one is not looked up: this program asks no server for it.");
    return;
  }
  out("From a clone: git pull, then ./dev build; the new program is dist/kanibako.");
  out("From a release: put the new file in the place of the old one (command -v kanibako).");
  note("Boxes that run keep the program they started with until they are started again.");
}
