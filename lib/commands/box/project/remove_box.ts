/**
 * Forgets a project, and deletes its data when asked to: what `rm` and `purge` do.
 *
 * @module
 */

import type { Host } from "../../../config/system.ts";
import { note, out } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { planRemoval } from "../../../project/purge.ts";
import type { Removal } from "../../../project/remove.ts";
import { exists } from "../../../project/undo.ts";
import { type ChangeFlags, makeChange, showLeft } from "./make_change.ts";

/** Removes what was found. */
export async function removeBox(
  host: Host,
  removal: Removal,
  flags: ChangeFlags & { readonly purge: boolean },
): Promise<void> {
  const { qualifiedName: name, path, kind, data } = removal;
  const where = path === undefined ? [] : [`The project's own folder stays: ${path}`];
  const report = await makeChange(host, flags, {
    name,
    plan: () => planRemoval(host, removal, flags.purge),
    ...(flags.purge && data.length > 0
      ? {
        explain: () => [
          `This deletes all data of the box ${shellQuote(name)}: its home, its settings, its history.`,
          ...data.map((folder) => `  ${folder}`),
          ...where,
        ],
      }
      : {}),
  });
  if (!report) return;
  if (kind !== "left-over") {
    out(`Removed ${name}${path === undefined ? "" : ` (${path})`} from the registry.`);
  }
  if (flags.purge) {
    if (report.left.length === 0) out("Deleted its data.");
    return showLeft(report);
  }
  const kept = (await Promise.all(data.map(exists))).some((there) => there);
  if (kept) {
    out(`Its data is kept. To delete it: kanibako rm ${shellQuote(name)} --purge`);
    if (kind === "default") note(`To take it up again: kanibako box migrate ${shellQuote(name)} FOLDER`);
  } else if (kind === "left-over") out("There is nothing to remove.");
}
