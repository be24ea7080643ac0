/**
 * `rigs.toml`: rigs the user has added or extended, by name.
 *
 * @module
 */

import * as z from "zod/mini";
import type { Dirs } from "../host/dirs.ts";
import { FileLock, readToml, writeToml } from "../host/store.ts";

const text = z.optional(z.string());
const ROW = z.looseObject({
  kind: z.optional(z.enum(["prefab", "template", "extended"])),
  source: text,
  source_type: z.optional(z.enum(["ref", "file", "extend", "import", "template"])),
  image: text,
  parent: text,
  foundation_source: text,
  reproducible: z.optional(z.boolean()),
  created: text,
  added: text,
  sha256: text,
});
const FILE = z.looseObject({ rigs: z.optional(z.record(z.string(), ROW)) });

/** One rig of the registry. */
export interface RigRow {
  /** What it is. */
  readonly kind?: "prefab" | "template" | "extended" | undefined;
  /** Where it comes from: a reference, a file, an address, the name of a template. */
  readonly source?: string | undefined;
  /** What `source` is. */
  readonly source_type?: "ref" | "file" | "extend" | "import" | "template" | undefined;
  /** The local image. */
  readonly image?: string | undefined;
  /** The image it was extended from. */
  readonly parent?: string | undefined;
  /** What the user called that image. */
  readonly foundation_source?: string | undefined;
  /** Whether it could be made again. */
  readonly reproducible?: boolean | undefined;
  /** ISO 8601. */
  readonly created?: string | undefined;
  /** ISO 8601. */
  readonly added?: string | undefined;
  /** The SHA-256 of a Containerfile as it was added. */
  readonly sha256?: string | undefined;
}

/** By the rig's name. */
export type RigRows = Readonly<Record<string, RigRow>>;

const fileOf = (dirs: Dirs) => `${dirs.data}/rigs.toml`;

/** The rows of the registry; none when there is no file. */
export async function readRigRows(dirs: Dirs): Promise<RigRows> {
  return (await readToml(fileOf(dirs), FILE))?.rigs ?? {};
}

/** The row of that name. */
export function rowOf(rows: RigRows, name: string): RigRow | undefined {
  return Object.hasOwn(rows, name) ? rows[name] : undefined;
}

/** Whether its image was made by hand, here or elsewhere, and cannot be made again. */
export function isByHand(row: RigRow | undefined): boolean {
  return row?.source_type === "extend" || row?.source_type === "import" || row?.kind === "extended";
}

/** Writes a row, in the place of one of the same name. Everything else in the file stays. */
export async function writeRigRow(dirs: Dirs, name: string, row: RigRow): Promise<void> {
  using _lock = await FileLock.acquire(`${dirs.state}/rigs.toml.lock`);
  const file = await readToml(fileOf(dirs), FILE) ?? {};
  const known = Object.entries(row).filter(([, value]) => value !== undefined);
  await writeToml(fileOf(dirs), { ...file, rigs: { ...file.rigs, [name]: Object.fromEntries(known) } });
}

/** Removes a row. False when there is none of that name. Everything else in the file stays. */
export async function removeRigRow(dirs: Dirs, name: string): Promise<boolean> {
  using _lock = await FileLock.acquire(`${dirs.state}/rigs.toml.lock`);
  const file = await readToml(fileOf(dirs), FILE);
  if (!file?.rigs || !Object.hasOwn(file.rigs, name)) return false;
  const { [name]: _removed, ...rigs } = file.rigs;
  await writeToml(fileOf(dirs), { ...file, rigs });
  return true;
}
