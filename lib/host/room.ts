/**
 * How much room a file system has, and what is said when it has none: which one is full, and of what. A disk can have space and no inodes,
 * and then nobody finds the reason by looking at its size.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";
import { cName, rareCall } from "./libc/libc.ts";
import { mountPoints } from "./mounts.ts";
import { exists, parentOf } from "./path.ts";
import { shellQuote } from "./ui/text.ts";

/** The room of a file system, for this user. */
export interface Room {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** How many more files it takes; absent where that is not limited. */
  readonly freeFiles: number | undefined;
}

/** The room at a path, or above it where that is not there yet. `undefined` where it cannot be asked. */
export function roomAt(path: string): Room | undefined {
  // struct statfs: kind, size of a block, blocks, free ones, those that we may use, files, free ones.
  const about = new BigInt64Array(32);
  try {
    const call = rareCall("statfs", { parameters: ["buffer", "buffer"], result: "i32" });
    if (call?.call(cName(existing(path)), about) !== 0) return undefined;
  } catch {
    return undefined; // without the C library
  }
  const [, block = 0, blocks = 0, , usable = 0, files = 0, freeFiles = 0] = Array.from(about, Number);
  return {
    freeBytes: block * usable,
    totalBytes: block * blocks,
    freeFiles: files === 0 ? undefined : freeFiles,
  };
}

/** The nearest folder of a path that is there. */
function existing(path: string): string {
  let at = path;
  while (at !== "/" && !exists(at)) at = parentOf(at);
  return at;
}

/** Where the file system of a path is mounted. */
function mountedAt(path: string): string {
  const there = existing(path);
  let real = there;
  try {
    real = Deno.realPathSync(there);
  } catch { /* then by its name */ }
  const above = mountPoints().map((mount) => mount.path)
    .filter((at) => at === "/" || real === at || real.startsWith(`${at}/`));
  return above.toSorted((a, b) => b.length - a.length)[0] ?? "/";
}

/** What the system says of a full file system, and of a quota that is used up; and what we made of it. */
const FULL = /No space left on device \(os error 28\)|[Qq]uota exceeded \(os error 122\)|: no space left\b/;
const QUOTA = /os error 122/;
/** The path in such words, as Deno and we write it. */
const QUOTED = /'(\/[^']+)'/;
const NAMED = /Cannot [a-z ]{1,40} '?(\/.*?)'?: /;

/**
 * The error to show for one that comes of a full file system: which one it is, and what it lacks. `undefined` for any other. `roomOf` and
 * `mountOf` are replaced in tests.
 */
export function noRoom(
  error: unknown,
  roomOf: typeof roomAt = roomAt,
  mountOf: typeof mountedAt = mountedAt,
): KanibakoError | undefined {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at);
  const full = chain.find(({ message }) => FULL.test(message));
  if (!full) return undefined;
  const path = chain.map(({ message }) => message.match(QUOTED)?.[1] ?? message.match(NAMED)?.[1]).find((
    path,
  ) => path !== undefined);
  const ours = error instanceof KanibakoError ? error : undefined;
  const done = ours && FULL.test(ours.message)
    ? `${ours.message.split(FULL)[0]!.replace(/:? *$/, "")}: `
    : "";
  const exitCode = ours?.exitCode ?? 1;
  const sentence = (text: string) =>
    done === "" ? `${text[0]!.toUpperCase()}${text.slice(1)}.` : `${done}${text}`;
  if (path === undefined) {
    return new KanibakoError("disk-full", sentence("no space is left on the device"), {
      exitCode,
      cause: error,
    });
  }
  const place = mountOf(path);
  const inodes = roomOf(path)?.freeFiles === 0;
  const what = inodes
    ? "no inodes are left"
    : QUOTA.test(full.message)
    ? "the disk quota is used up"
    : "no space is left";
  return new KanibakoError("disk-full", sentence(`${what} at ${shellQuote(place)}`), {
    hint: [
      inodes
        ? "It has room for no more files, however small: delete some."
        : "Free some space there, and try again.",
      `To see how full it is: df ${inodes ? "-i" : "-h"} ${shellQuote(place)}`,
    ],
    exitCode,
    cause: error,
  });
}
