/**
 * Small commands of the 0.x versions.
 *
 * @module
 */

import { Aborted } from "../../host/error.ts";
import { confirmYes } from "../../host/ui/prompt.ts";
import { cannot } from "../../host/store.ts";
import { note, out } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import list from "../box/report/list_action.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako box orphan`. */
export async function boxOrphan(
  this: Context,
  flags: { readonly quiet: boolean; readonly json: boolean },
): Promise<void> {
  await list.call(this, { ...flags, orphan: true, active: false, all: false });
}

/** Runs `kanibako remove`: only the configuration goes; what else there is, is told. */
export async function removeConfig(this: Context, flags: { readonly force: boolean }): Promise<void> {
  const host = await this.host(false);
  const { file } = host.system;
  if (!await Deno.lstat(file).then(() => true, () => false)) {
    out(`There is no ${file}.`);
    return;
  }
  const agreed = flags.force ||
    await confirmYes(`This deletes ${shellQuote(file)}. Projects, boxes and their data stay.`);
  if (!agreed) throw new Aborted();
  try {
    await Deno.remove(file);
  } catch (cause) {
    throw cannot("delete", file, cause);
  }
  out(`Deleted ${file}.`);
  note(
    `To delete the boxes' data as well: kanibako box purge --all, then rm -r ${shellQuote(host.dirs.data)}`,
  );
}
