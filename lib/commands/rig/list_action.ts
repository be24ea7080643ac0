/**
 * `kanibako rig list`: what it does.
 *
 * @module
 */

import { dim, green, json, out, outText, type Part, table } from "../../host/ui/terminal.ts";
import { listRigs, rigImages } from "../../app/rig/show.ts";
import type { ListedRig, RigStatus } from "../../rig/list.ts";
import { span } from "../box/report/age.ts";
import type { Context } from "../context.ts";
import type { RigListFlags } from "./rig.ts";
import { decimalSize } from "./decimal_size.ts";

/** Lists rigs in three blocks, and the one that is used. */
export default async function list(this: Context, flags: RigListFlags): Promise<void> {
  const host = await this.host();
  if (flags.quiet) {
    for (const name of await rigImages(host, flags.engine)) out(name);
    return;
  }
  const listing = await listRigs(host, flags.engine);
  if (flags.json) return json(listing);
  const now = Date.now();
  const block = <T extends ListedRig>(title: string, rigs: readonly T[], more: readonly Column<T>[] = []) => {
    out(`${title}:`);
    const columns: Column<T>[] = [["NAME", ({ name }) => name], ...more, ...COMMON(now)];
    const rows = rigs.map((rig) => columns.map(([, value]) => value(rig)));
    if (rows.length === 0) out("  (none)");
    else table(columns.map(([header]) => header), rows, { indent: 2, minimum: [16] });
    outText("");
  };
  block("Rigs (pulled or built)", listing.prefabs);
  block("Templates (built on this machine)", listing.templates, [["FROM", ({ source }) => source]]);
  if (listing.extended.length > 0) block("Made by hand (cannot be built again)", listing.extended);
  out(`Current rig: ${listing.current}`);
}

type Column<T extends ListedRig> = readonly [header: string, value: (rig: T) => Part];

/** What is shown of every rig. `now`: milliseconds since 1970. */
const COMMON = (now: number): Column<ListedRig>[] => [
  ["STATUS", ({ status }) => mark(status)],
  ["SIZE", ({ sizeBytes }) => sizeBytes === undefined ? "-" : decimalSize(sizeBytes)],
  ["AGE", ({ createdAt }) => createdAt === undefined ? "-" : span(createdAt * 1000, now)],
];

const WORDS: Readonly<Record<RigStatus, string>> = {
  prepped: "ready",
  unprepped: "not here",
  missing: "missing",
  unknown: "unknown",
};

function mark(status: RigStatus): Part {
  return status === "prepped" ? green(WORDS[status]) : dim(WORDS[status]);
}
