/**
 * From a rig's name to the reference a launch runs: from our own records, without asking the engine anything.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { checkImageName, parseImageName, registryPrefix, tagged } from "./image_name.ts";
import { readRigRecords, type RigRecords } from "./records.ts";

/** Rigs that go by a short name. `min` and `oci` can be built here; the others must come from a registry. */
export const PREFAB_NAMES: readonly string[] = ["min", "oci", "lxc", "vm"];

/** The reference to run for a rig's name. Throws `bad-rig` when it cannot be a name. */
export async function rigReference(host: Host, word: string): Promise<string> {
  return referenceFor(word, await readRigRecords(host.dirs), configuredPrefix(host));
}

/** As {@link rigReference}, from what has been read. When nothing is recorded the answer is a guess. */
export function referenceFor(word: string, records: RigRecords, prefix: string | undefined): string {
  checkImageName(word);
  const known = Object.hasOwn(records, word) ? records[word] : undefined;
  if (known && parseImageName(known.reference)) return known.reference;
  const bare = prefabName(word);
  if (bare === undefined) return word;
  return prefix ? `${prefix}/${bare}` : `localhost/${bare}`;
}

/** The tagged name of our own rigs (`oci` is `kanibako-oci:latest`); `undefined` for any other image. */
export function prefabName(word: string): string | undefined {
  if (word.includes("/")) return undefined;
  if (PREFAB_NAMES.includes(word)) return `kanibako-${word}:latest`;
  return word.startsWith("kanibako-") ? tagged(word) : undefined;
}

/** The registry and owner rigs are pulled from: those of the rig the system configuration names. */
export function configuredPrefix(host: Host): string | undefined {
  const image = host.system.config.values["box.image"];
  return typeof image === "string" ? registryPrefix(image) : undefined;
}

/** The rig of a box for which nothing else is set. */
export function configuredRig(host: Host): string {
  const image = host.system.config.values["box.image"];
  return typeof image === "string" && image !== "" ? image : "oci";
}
