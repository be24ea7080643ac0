/**
 * `kanibako rig info`: what it does.
 *
 * @module
 */

import { fields, json, type Part } from "../../host/ui/terminal.ts";
import { rigInfo } from "../../app/rig/show.ts";
import type { Context } from "../context.ts";
import { decimalSize } from "./decimal_size.ts";
import type { RigInfoFlags } from "./rig_look.ts";

const SHOWN_ID_LENGTH = 19;

/** Shows one rig. */
export default async function info(this: Context, flags: RigInfoFlags, word: string): Promise<void> {
  const found = await rigInfo(await this.host(), word, flags.engine);
  const { rig, image, row } = found;
  if (flags.json) {
    json({
      name: word,
      kind: rig.kind,
      status: rig.status,
      image: rig.reference,
      source: found.source,
      recoverable: found.recoverable,
      outdated: found.outdated,
      containerfile: found.containerfile ?? null,
      description: found.description,
      checks: found.checks,
      caches: found.caches,
      vendors: found.vendors,
      id: image?.id ?? null,
      created: image?.createdAt === undefined ? null : isoTime(image.createdAt),
      sizeBytes: image?.sizeBytes ?? null,
      labels: image?.labels ?? {},
      parent: row?.parent ?? null,
      foundation: row?.foundation_source ?? null,
    });
    return;
  }
  const rows: [string, Part][] = [
    ["Name", word],
    ...found.description === "" ? [] : [["What", found.description] as [string, Part]],
    ["Kind", rig.kind],
    ["Status", found.outdated ? `${rig.status}, built from an older recipe` : rig.status],
    ["Image", rig.reference],
    ["Source", found.source],
  ];
  const add = (label: string, value: string | undefined) => value !== undefined && rows.push([label, value]);
  if (image) {
    add("ID", image.id.replace(/^(?!sha256:)/, "sha256:").slice(0, SHOWN_ID_LENGTH));
    add("Created", image.createdAt === undefined ? undefined : isoTime(image.createdAt));
    add("Size", image.sizeBytes === undefined ? undefined : decimalSize(image.sizeBytes));
    for (const name of Object.keys(image.labels).sort()) add("Label", `${name}=${image.labels[name]}`);
  }
  add("Parent", row?.parent);
  add("Foundation", row?.foundation_source);
  add("Containerfile", found.containerfile);
  for (const one of found.checks) add("Check", one);
  for (const { name, gives } of found.vendors) add("Vendor", `${name}: ${gives}`);
  for (const [name, path] of Object.entries(found.caches)) add("Cache", `${name}: ~/${path}`);
  add("If removed", found.recovery);
  fields(rows);
}

function isoTime(seconds: number): string {
  return Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : "unknown";
}
