/**
 * From a rig's name to the reference a launch runs: from our own records, without asking the engine anything.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { checkImageName, findLocal, parseImageName, registryPrefix, tagged } from "./image_name.ts";
import { readRigRecords, type RigRecord, type RigRecords } from "./records.ts";

/** Rigs that go by a short name. Each can be built here. */
const PREFAB_NAMES: readonly string[] = ["min", "oci", "lxc", "vm"];
/** Where our own rigs are published. Files of earlier versions name them by it, so these references are ours as short names are. */
const PUBLISHED_PREFIX = "ghcr.io/doctorjei";

/** The reference to run for a rig's name. Throws `bad-rig` when it cannot be a name. */
export async function rigReference(host: Host, word: string): Promise<string> {
  return referenceFor(word, await readRigRecords(host.dirs), configuredPrefix(host));
}

/** As {@link rigReference}, from what has been read. When nothing is recorded the answer is a guess. */
export function referenceFor(word: string, records: RigRecords, prefix: string | undefined): string {
  checkImageName(word);
  const known = recordOf(word, records);
  if (known) return known.reference;
  const bare = prefabName(word);
  if (bare === undefined) return word;
  return prefix ? `${prefix}/${bare}` : `localhost/${bare}`;
}

/** What is recorded of the rig that a word means; `undefined`: nothing that counts. */
export function recordOf(word: string, records: RigRecords): RigRecord | undefined {
  const known = Object.hasOwn(records, word) ? records[word] : undefined;
  return known && parseImageName(known.reference) && standsFor(word, known.reference) ? known : undefined;
}

/**
 * Whether an image may be used where a word asks for a rig. A reference in full, or by digest, stands for that image alone, however
 * much another is called alike; a short name stands for whatever it was found to mean.
 */
export function standsFor(word: string, image: string): boolean {
  const name = parseImageName(word);
  if (!name) return false;
  if (name.registry === undefined && name.digest === undefined) return true;
  const ours = publishedName(word);
  return findLocal(word, [image]) !== undefined ||
    (ours !== undefined && findLocal(ours, [image]) !== undefined);
}

/** The name, without a registry, of the rig of ours that a published reference means; `undefined` for any other image. */
export function publishedName(reference: string): string | undefined {
  const { registry, tag = "latest", digest } = parseImageName(reference) ?? {};
  if (registry === undefined || digest !== undefined || tag !== "latest") return undefined;
  const name = tagged(reference).slice(PUBLISHED_PREFIX.length + 1);
  if (registryPrefix(reference) !== PUBLISHED_PREFIX || !name.startsWith("kanibako-")) return undefined;
  // What 0.x called its default rig.
  return name === "kanibako-base:latest" ? "kanibako-oci:latest" : name;
}

/** The tagged name of our own rigs (`oci` is `kanibako-oci:latest`); `undefined` for any other image. */
export function prefabName(word: string): string | undefined {
  if (word.includes("/") || word.includes("@")) return undefined;
  if (PREFAB_NAMES.includes(word)) return `kanibako-${word}:latest`;
  return word.startsWith("kanibako-") ? tagged(word) : undefined;
}

/** Whether a word is a name of one of our own rigs, there already or to come, which nothing else may have. */
export function isPrefabName(word: string): boolean {
  return prefabName(word) !== undefined || word === "kanibako" || word === "base";
}

/** Whether a word means a rig that this program brings the recipe of. */
export function isBundled(word: string): boolean {
  const name = prefabName(word) ?? publishedName(word);
  return PREFAB_NAMES.some((known) => name === `kanibako-${known}:latest`);
}

/** Whether a rig of that name was used or prepared here before. */
export async function isRecorded(host: Host, word: string): Promise<boolean> {
  return Object.hasOwn(await readRigRecords(host.dirs), word);
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
