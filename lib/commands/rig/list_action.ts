/**
 * `kanibako rig list`: what it does.
 *
 * @module
 */

import { dim, green, json, out, outText, type Part, table } from "../../host/ui/terminal.ts";
import { listRigs, rigImages } from "../../app/rig/show.ts";
import type { RigStatus } from "../../rig/list.ts";
import type { Context } from "../context.ts";
import type { RigListFlags } from "./rig.ts";

/** Lists rigs in three blocks, and the one that is used. */
export default async function list(this: Context, flags: RigListFlags): Promise<void> {
  const host = await this.host();
  if (flags.quiet) {
    for (const name of await rigImages(host, flags.engine)) out(name);
    return;
  }
  const listing = await listRigs(host, flags.engine);
  if (flags.json) return json(listing);
  const block = (title: string, header: readonly string[], rows: readonly (readonly Part[])[]) => {
    out(title);
    if (rows.length === 0) out("  (none)");
    else table(header, rows, { indent: 2, minimum: header.length === 2 ? [32] : [16, 11] });
    outText("");
  };
  block(
    "Prefabs (pull to prep):",
    ["NAME", "STATUS"],
    listing.prefabs.map((one) => [one.name, mark(one.status)]),
  );
  block(
    "Templates (build to prep):",
    ["NAME", "SOURCE", "STATUS"],
    listing.templates.map((one) => [one.name, `[${one.source}]`, mark(one.status)]),
  );
  block(
    "Extended (interactive; export/import to move):",
    ["NAME", "STATUS"],
    listing.extended.map((one) => [one.name, mark(one.status)]),
  );
  out(`Current rig: ${listing.current}`);
}

function mark(status: RigStatus): Part {
  return status === "prepped" ? green(status) : dim(status);
}
