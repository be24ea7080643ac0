/**
 * `kanibako rig list`: what it does.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { dim, green, json, out, outText, type Part, table } from "../../host/ui/terminal.ts";
import { type ListedImage, listImages } from "../../app/image/list.ts";
import { listRigs, rigImages } from "../../app/rig/show.ts";
import type { ListedRig, RigStatus } from "../../rig/list.ts";
import { span } from "../box/report/age.ts";
import type { Context } from "../context.ts";
import type { RigListFlags } from "./rig_look.ts";
import { decimalSize } from "./decimal_size.ts";

/** So much of an id tells images apart. */
const SHORT_ID = 12;

/** Lists rigs in three blocks, images, and the rig that is used. */
export default async function list(this: Context, flags: RigListFlags): Promise<void> {
  const host = await this.host();
  if (flags.quiet) {
    for (const name of await rigImages(host, flags.engine)) out(name);
    return;
  }
  const [listing, images] = await Promise.all([
    listRigs(host, flags.engine),
    listImages(host, flags).catch((error: unknown) => {
      if (error instanceof KanibakoError && error.code === "no-engine") return [];
      throw error;
    }),
  ]);
  if (flags.json) return json({ ...listing, images });
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
  if (images.length > 0) imageBlock(images, flags.all);
  out(`Current rig: ${listing.current}`);
}

function imageBlock(images: readonly ListedImage[], all: boolean): void {
  out(`${all ? "All images" : "Images (pulled or built by kanibako, or in use)"}:`);
  const rows = images.flatMap(({ id, names, usedBy, sizeBytes }) =>
    (names.length === 0 ? ["<none>"] : names).map((name) => [
      name,
      dim(id.slice(0, SHORT_ID)),
      usedBy.length === 0 ? "-" : usedBy.join(", "),
      sizeBytes === undefined ? "-" : decimalSize(sizeBytes),
    ])
  );
  table(["REPOSITORY:TAG", "IMAGE ID", "USED BY", "SIZE"], rows, { indent: 2 });
  outText("");
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
