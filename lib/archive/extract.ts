/**
 * Unpacking an archive into a fresh folder: all of it or nothing.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { interruptible } from "../host/interruption.ts";
import { cName, errnoName, HERE, libc, Open } from "../host/libc/libc.ts";
import { cannot } from "../host/store.ts";
import { quotePath } from "../host/ui/quote_path.ts";
import { removeTree } from "../host/tree/remove.ts";
import { limitsFrom } from "./limits.ts";
import { cut, unsafe } from "./member_path.ts";
import { type MetEntry, readArchive, type ReadOptions, type ReadReport } from "./read.ts";
import { type Owner, type UnpackedCounts, Unpacker } from "./unpacker.ts";

export type { Owner, UnpackedCounts } from "./unpacker.ts";

/** How an archive is unpacked. */
export interface ExtractOptions extends ReadOptions {
  /** Only what is below this folder of the archive, which becomes the new folder itself. */
  readonly strip?: string;
  /** What to unpack, by its path in the archive. Folders on the way to it come with it. */
  readonly select?: (path: string) => boolean;
  /** Who owns what is made, where we may give it away. [default: this user] */
  readonly owner?: Owner;
  /** It was made by us and kept where nobody else writes: permissions for others to write are kept too. */
  readonly isOurs?: boolean;
  /** Returns only when everything is on the disk, for a folder that is to take the place of another. */
  readonly durable?: boolean;
}

/** What was unpacked. */
export interface ExtractReport extends Readonly<UnpackedCounts> {
  /** Whether a manifest was there, and all was as it says. */
  readonly verified: boolean;
}

/** The hard links to one file that was not chosen itself. */
type Orphans = Map<string, string[]>;

/**
 * Unpacks an archive into `to`, which must not exist; its parent must. Files, folders and links are made beneath it, by
 * handle, with the archive's times and modes (without setuid, setgid, sticky, and nothing that others could write),
 * owned by us. FIFOs, sockets, devices and extended attributes are left out. Symlinks are made last.
 *
 * After any error, and after a signal that ends the program, `to` is gone again. Throws `exists` and what
 * `readArchive` throws.
 */
export async function extractArchive(
  file: string,
  to: string,
  options: ExtractOptions = {},
): Promise<ExtractReport> {
  await makeFresh(to);
  return await interruptible(async (signal) => {
    try {
      return await unpack(file, to, { ...options, signal });
    } catch (error) {
      await removeTree(await Deno.realPath(to));
      throw error;
    }
  }, options.signal);
}

async function unpack(file: string, to: string, options: ExtractOptions): Promise<ExtractReport> {
  const subject = `the archive ${quotePath(file)}`;
  const fd = libc().open(HERE, cName(to), Open.READ | Open.FOLDER | Open.NOFOLLOW);
  if (fd < 0) throw cannot("open", to, new Error(errnoName(fd)));
  using unpacker = new Unpacker(to, fd, subject, limitsFrom(options.limits), options);
  const orphans: Orphans = new Map();
  const report = await readArchive(file, async (entry) => {
    const path = placeOf(entry.path, options);
    if (path === undefined) return;
    const target = entry.kind === "hardlink" ? placeOf(entry.target!, options) : undefined;
    if (entry.kind === "hardlink" && target === undefined) {
      unpacker.keep(entry.target!, path);
      const others = orphans.get(entry.target!);
      if (others) others.push(path);
      else orphans.set(entry.target!, [path]);
    } else await unpacker.add(entry, path, target);
  }, options);
  if (orphans.size > 0) await adopt(file, orphans, unpacker, subject, options);
  unpacker.finish();
  if (options.durable) libc().syncfs(fd);
  return { ...unpacker.counts, verified: report.verified };
}

/** Unpacks the files that were left out but have another name that was not. */
async function adopt(
  file: string,
  orphans: Orphans,
  unpacker: Unpacker,
  subject: string,
  options: ReadOptions,
): Promise<ReadReport> {
  const { onProgress: _, ...again } = options;
  const report = await readArchive(file, async (entry: MetEntry) => {
    const [first, ...others] = orphans.get(entry.path) ?? [];
    if (first === undefined || entry.kind !== "file" && entry.kind !== "symlink") return;
    await unpacker.add(entry, first);
    for (const path of others) await unpacker.add({ ...about(entry), kind: "hardlink" }, path, first);
    orphans.delete(entry.path);
  }, again);
  for (const [target, [path]] of orphans) {
    throw unsafe(subject, `the hard link "${cut(path!)}" leads to "${cut(target)}", which is no file in it`);
  }
  return report;
}

function about(entry: MetEntry): MetEntry {
  const { path, kind, size, mode, mtimeNs } = entry;
  return { path, kind, size, mode, mtimeNs, content: () => Promise.resolve(undefined) };
}

/** Where a member goes, or nothing when it was not chosen. */
function placeOf(path: string, { strip, select }: ExtractOptions): string | undefined {
  if (select && !select(path)) return undefined;
  if (strip === undefined || strip === "") return path;
  if (path === strip) return "";
  return path.startsWith(`${strip}/`) ? path.slice(strip.length + 1) : undefined;
}

async function makeFresh(to: string): Promise<void> {
  try {
    await Deno.mkdir(to, { mode: 0o700 });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AlreadyExists)) throw cannot("create", to, cause);
    throw new KanibakoError("exists", `Cannot extract to ${quotePath(to)}: something is already there`, {
      hint: "Use another name, or remove it.",
    });
  }
}
