/**
 * How much an archive may ask for. Each number has a reason, and going over it ends the whole work with an error.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { formatBytes } from "../host/size.ts";

/** What may be set for one call. */
export interface ArchiveLimits {
  /** Most members, and most folders, those that are merely implied included. */
  readonly entries: number;
  /** Most bytes of content, as it is stored: the holes of a sparse file count nothing. */
  readonly bytes: number;
  /** How many times larger than the file an archive may become, once it is above {@link RATIO_FREE_BYTES}. */
  readonly ratio: number;
}

/** The default limits. Far above what a box's home holds. */
const DEFAULT_LIMITS: ArchiveLimits = { entries: 1_000_000, bytes: 100 * 2 ** 30, ratio: 1000 };

/**
 * For archives that are ours alone, or that the user trusts: above what a walk takes, so that whatever can be put in can be taken
 * out again, and with no ratio. A gigabyte of one letter, in a box's home, is no attack.
 */
export const OWN_LIMITS: ArchiveLimits = { entries: 20_000_000, bytes: 4 * 2 ** 40, ratio: Infinity };

/** Below this much unpacked data no ratio is looked at: small files of one letter compress well in all honesty. */
const RATIO_FREE_BYTES: number = 100 * 2 ** 20;
/** Longest path of a member. The kernel takes no longer one in a call; a longer one is refused, not cut. */
export const MAX_PATH_BYTES = 4096;
/** Longest name in a folder; no file system takes a longer one. */
export const MAX_NAME_BYTES = 255;
/** Largest extended header. It holds a path, a target and some numbers: ours take at most 9 KiB. */
export const MAX_PAX_BYTES: number = 64 * 1024;
/** Largest size of a member. Above it a number is no longer exact. */
export const MAX_MEMBER_BYTES: number = Number.MAX_SAFE_INTEGER;
/** Most pieces of data of one sparse file that are read or written; what is in more pieces is stored with its holes. */
export const MAX_SPARSE_RANGES = 100_000;
/** Most zeros behind the end of the archive: tape blocks. Anything but zeros there is refused at once. */
export const MAX_PADDING_BYTES: number = 1024 * 1024;
/** Most memory for what can only be made at the end: symlinks, and the modes and times of folders. */
export const MAX_DEFERRED_BYTES: number = 256 * 2 ** 20;

/** Fills in what was not said. */
export function limitsFrom(limits: Partial<ArchiveLimits> = {}): ArchiveLimits {
  return { ...DEFAULT_LIMITS, ...limits };
}

/** How much of a file of that size a reader unpacks, in bytes. */
export function mostUnpacked(fileBytes: number, { ratio }: Pick<ArchiveLimits, "ratio">): number {
  return Math.max(RATIO_FREE_BYTES, fileBytes * ratio);
}

/** What decides whether an archive is taken. */
export interface ArchiveSize extends Pick<ArchiveLimits, "entries" | "bytes"> {
  /** Of its file, in bytes. */
  readonly archiveBytes: number;
  /** Of all that is in it, headers included, in bytes. */
  readonly unpackedBytes: number;
}

/** Whether a reader with the default limits refuses it. */
export function isAboveDefault({ entries, bytes, archiveBytes, unpackedBytes }: ArchiveSize): boolean {
  return entries > DEFAULT_LIMITS.entries || bytes > DEFAULT_LIMITS.bytes ||
    unpackedBytes > mostUnpacked(archiveBytes, DEFAULT_LIMITS);
}

/** The error of putting in more than a reader takes. `what` is a clause. */
export function tooMuch(subject: string, what: string): KanibakoError {
  return new KanibakoError("too-large", `Cannot write ${subject}: ${what}`, {
    hint: "Leave something out. Nothing was left behind.",
  });
}

/** The error of going over a limit. `what` is a clause: `it has more than 5 entries`. */
export function overLimit(subject: string, what: string): KanibakoError {
  return new KanibakoError("too-large", `Cannot use ${subject}: ${what}`, {
    hint: [
      "This guards the disk against archives made to fill it. Nothing was left behind.",
      "If you trust the archive: box extract and box vault import take --any-size.",
    ],
  });
}

/** The error of too many members. */
export function tooMany(subject: string, limits: ArchiveLimits): KanibakoError {
  return overLimit(subject, `it has more than ${limits.entries} entries`);
}

/** The error of too much content. */
export function tooBig(subject: string, limits: ArchiveLimits): KanibakoError {
  return overLimit(subject, `it holds more than ${formatBytes(limits.bytes)}`);
}
