/**
 * What `rm` and `purge` say of a project that was removed.
 *
 * @module
 */

import type { Removed } from "../../../app/project/remove.ts";
import { note, out } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { reportOf, showLeft } from "./show_change.ts";

/** Says what was done, or shows what would be. */
export function showRemoval(removed: Removed, purge: boolean): void {
  const report = reportOf(removed);
  if (!report) return;
  const { qualifiedName: name, path, kind } = removed.removal;
  if (kind !== "left-over") {
    out(`Removed ${name}${path === undefined ? "" : ` (${path})`} from the registry.`);
  }
  if (purge) {
    if (report.left.length === 0) out("Deleted its data.");
    return showLeft(report);
  }
  if (removed.dataKept) {
    out(`Its data is kept. To delete it: kanibako rm ${shellQuote(name)} --purge`);
    if (kind === "default") note(`To use it again: kanibako box migrate ${shellQuote(name)} FOLDER`);
  } else if (kind === "left-over") out("There is nothing to remove.");
}
