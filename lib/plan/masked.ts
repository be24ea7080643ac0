/**
 * A plan without its secrets, and as `--json` shows it.
 *
 * @module
 */

import type { BoxSpec, EnvEntry, FilesMount } from "../spec/box_spec.ts";
import { MASK } from "../spec/mask.ts";
import { type Source, sourceText } from "../spec/source.ts";

/** The plan without its secrets: neither values of secret variables nor the content of files that are handed in. */
export function maskedPlan(spec: BoxSpec): BoxSpec {
  return {
    ...spec,
    env: mapValues(spec.env, masked),
    mounts: spec.mounts.map((mount) => mount.type === "files" ? { ...mount, files: emptied(mount) } : mount),
  };
}

/** The masked plan as `--json` shows it: sources in words, files that are handed in by name. */
export function planData(plan: BoxSpec): Readonly<Record<string, unknown>> {
  const spec = maskedPlan(plan);
  return {
    ...spec,
    env: mapValues(spec.env, inWords),
    mounts: spec.mounts.map((mount) =>
      inWords(mount.type === "files" ? { ...mount, files: [...mount.files.keys()] } : mount)
    ),
    network: spec.network.kind,
    ports: spec.ports.map(inWords),
    ...(spec.network.kind === "filtered" ? { networkRules: spec.network.rules.map(inWords) } : {}),
    limits: inWords(spec.limits),
    security: inWords(spec.security),
  };
}

/** Something with its source in words. */
export function inWords<T extends { readonly from: Source }>(part: T): Omit<T, "from"> & { from: string } {
  return { ...part, from: sourceText(part.from) };
}

function masked(entry: EnvEntry): EnvEntry {
  return entry.secret ? { ...entry, value: MASK } : entry;
}

function emptied({ files }: FilesMount): FilesMount["files"] {
  return new Map([...files].map(([path, file]) => [path, { ...file, content: "" }]));
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
