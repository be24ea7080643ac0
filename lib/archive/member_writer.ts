/**
 * Members of a tar archive: headers, and content that is read where it lies.
 *
 * @module
 */

import { type Hash, hash as hashOnce } from "node:crypto";
import { isUtf8, nameBytes, nameText } from "../host/tree/raw_name.ts";
import { formatBytes } from "../host/size.ts";
import type { TreeFile } from "../host/tree/file.ts";
import { type ArchiveLimits, tooMuch } from "./limits.ts";
import type { ManifestEntry } from "./manifest.ts";
import type { ManifestFile } from "./manifest_file.ts";
import type { OutStream } from "./out_stream.ts";
import { encodePax, encodePaxTime, paxTime } from "./pax.ts";
import type { Range } from "./sparse.ts";
import {
  BLOCK,
  type HeaderFields,
  linkFits,
  MAX_LONG,
  MAX_SHORT,
  pathFits,
  Type,
  writeHeader,
} from "./tar_header.ts";

const BACKSLASH = 92;
/** Most names listed of what was passed over. */
const MAX_LISTED = 1000;
const PAX_NAME = nameBytes("pax-header");
/** Content up to this length is put in at once, without waiting in between. */
export const SMALL_BYTES: number = 64 * 1024;
/** Room for a member's headers, of which an extended one takes up to 13 KiB, and its content where that is small. */
const ROOM = 32 * 1024 + SMALL_BYTES;
const SECOND = 1_000_000_000n;
const MAX_TIME = BigInt(MAX_LONG) * SECOND;

/** A member as it went into the archive. */
export interface PackedEntry extends ManifestEntry {
  /** When its content changed, in nanoseconds since 1970. */
  readonly mtimeNs: bigint;
}

/** Something that was not put into the archive, and why. */
export interface Skipped {
  /** Its path in the archive. */
  readonly path: string;
  /** `fifo`, `socket`, `device`: never opened. `vanished`: it disappeared. `unreadable`: we may not. */
  readonly kind: string;
}

/** What went into an archive. */
export interface PackedCounts {
  /** Regular files. */
  files: number;
  /** Folders. */
  folders: number;
  /** Symlinks. */
  symlinks: number;
  /** Further names of files. */
  hardLinks: number;
  /** Content as it was stored, before it was compressed. */
  bytes: number;
  /** The first 1000 of what was passed over: a box can make millions. */
  readonly skipped: Skipped[];
  /** How many were passed over. */
  skippedCount: number;
  /** How many of these we may not read. */
  unreadable: number;
  /** Files that were changed while they were read, where that was watched. */
  torn: number;
  /** Files that became shorter while they were read; filled up with zeros. */
  readonly changed: string[];
}

/** What a header is made of. */
export interface Member {
  readonly path: Uint8Array;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeNs: bigint;
  readonly size: number;
  readonly link?: Uint8Array;
  readonly records?: readonly (readonly [string, string | Uint8Array])[];
}

/** Writes members one after the other. */
export class MemberWriter {
  /** What went in so far. */
  readonly counts: PackedCounts = {
    files: 0,
    folders: 0,
    symlinks: 0,
    hardLinks: 0,
    bytes: 0,
    skipped: [],
    skippedCount: 0,
    unreadable: 0,
    torn: 0,
    changed: [],
  };
  readonly #out: OutStream;
  readonly #manifest: ManifestFile | undefined;
  readonly #subject: string;
  readonly #limits: ArchiveLimits;
  #entries = 0;

  /** Into an archive and its manifest. `subject` is what the archive is called in messages. */
  constructor(out: OutStream, manifest: ManifestFile | undefined, subject: string, limits: ArchiveLimits) {
    this.#out = out;
    this.#manifest = manifest;
    this.#subject = subject;
    this.#limits = limits;
  }

  /** What is in the archive now. */
  record(entry: PackedEntry): void {
    this.#manifest?.add(entry);
  }

  /** Notes what is not put into the archive. */
  skip(path: string, kind: string): void {
    if (kind === "unreadable") this.counts.unreadable++;
    if (this.counts.skippedCount++ < MAX_LISTED) this.counts.skipped.push({ path, kind });
  }

  /** Whether there is too little room for what {@link MemberWriter.putMember} and {@link MemberWriter.putSmall} write. */
  get isFull(): boolean {
    return this.#out.room < ROOM;
  }

  /** Makes room, where there is too little. */
  async makeRoom(): Promise<void> {
    if (this.isFull) await this.#out.flush();
  }

  /** Writes a member's headers, at once: {@link MemberWriter.makeRoom} comes before. */
  putMember(member: Member): void {
    const { uid, gid, size, mtimeNs } = member;
    // An archive that no reader would accept must fail now, not when it is needed.
    const { entries, bytes } = this.#limits;
    if (++this.#entries > entries) throw tooMuch(this.#subject, `there are more than ${entries} entries`);
    if (this.counts.bytes + size > bytes) {
      throw tooMuch(this.#subject, `there is more than ${formatBytes(bytes)}`);
    }
    const seconds = mtimeNs < 0n ? -1 : Number(mtimeNs / SECOND);
    const mtime = seconds < 0 || seconds > MAX_LONG ? 0 : seconds;
    const numbers = {
      uid: uid > MAX_SHORT ? 0 : uid,
      gid: gid > MAX_SHORT ? 0 : gid,
      mtime,
    };
    const pax = extendedHeader(member);
    if (pax) {
      const about = { ...numbers, mode: 0o644, path: PAX_NAME, size: pax.length, type: Type.PAX };
      this.#putHeader(about);
      this.#out.putNow(pax);
      this.#out.fillNow(BLOCK);
    }
    const { path, mode, type, link } = member;
    const header = { ...numbers, path, mode, size: size > MAX_LONG ? 0 : size, type };
    this.#putHeader(link ? { ...header, link } : header);
  }

  #putHeader(fields: HeaderFields): void {
    writeHeader(this.#out.piece, this.#out.at, fields);
    this.#out.advance(BLOCK);
  }

  /**
   * Writes a file of up to {@link SMALL_BYTES} without holes, with what ends it, at once. Answers its SHA-256, and whether all
   * was there.
   */
  putSmall(file: TreeFile, size: number): { readonly sha256: string; readonly whole: boolean } {
    const out = this.#out;
    const start = out.at;
    let left = size;
    while (left > 0) {
      const count = file.read(out.free(left));
      if (count === 0) break;
      out.advance(count);
      left -= count;
    }
    if (left > 0) {
      // As in putContent.
      out.free(left).fill(0);
      out.advance(left);
    }
    const sha256 = hashOnce("sha256", out.piece.subarray(start, start + size), "hex");
    out.fillNow(BLOCK);
    return { sha256, whole: left === 0 };
  }

  /** Writes a file's pieces, of which `ranges` tells, and answers whether all was there. */
  async putContent(file: TreeFile, ranges: readonly Range[], hash: Hash): Promise<boolean> {
    const out = this.#out;
    let whole = true;
    for (const range of ranges) {
      if (range.offset > 0) file.seek(range.offset);
      for (let left = range.length; left > 0;) {
        if (out.room === 0) await out.flush();
        const space = out.free();
        const into = space.length > left ? space.subarray(0, left) : space;
        let count = file.read(into);
        if (count === 0) {
          // It became shorter. Its length is written already: the rest is zeros, and that is reported.
          whole = false;
          count = into.fill(0).length;
        }
        hash.update(into.subarray(0, count));
        out.advance(count);
        left -= count;
      }
    }
    return whole;
  }

  /** Adds bytes to the content of the member at hand. */
  put(bytes: Uint8Array): Promise<void> {
    return this.#out.put(bytes);
  }

  /** Ends the content of the member at hand. */
  endContent(): Promise<void> {
    return this.#out.fill(BLOCK);
  }
}

/** What of a member does not fit into its header; nothing when all does. */
function extendedHeader(member: Member): Uint8Array<ArrayBuffer> | undefined {
  const { path, link, uid, gid, size, mtimeNs } = member;
  const exactTime = mtimeNs >= 0n && mtimeNs <= MAX_TIME && mtimeNs % SECOND === 0n;
  const plain = pathFits(path) && (!link || linkFits(link)) && size <= MAX_LONG && uid <= MAX_SHORT &&
    gid <= MAX_SHORT && !path.includes(BACKSLASH) && !member.records;
  if (plain) return exactTime ? undefined : encodePaxTime(mtimeNs);
  const records: (readonly [string, string | Uint8Array])[] = [...member.records ?? []];
  const named = records.some(([key]) => key === "GNU.sparse.name");
  if (!pathFits(path) && !named) records.push(["path", path]);
  if (link && !linkFits(link)) records.push(["linkpath", link]);
  if (size > MAX_LONG) records.push(["size", `${size}`]);
  if (uid > MAX_SHORT) records.push(["uid", `${uid}`]);
  if (gid > MAX_SHORT) records.push(["gid", `${gid}`]);
  if (!exactTime) records.push(["mtime", paxTime(mtimeNs)]);
  // In text, a reader would take them for UTF-8.
  if (records.some(([, value]) => typeof value !== "string" && !isUtf8(nameText(value)))) {
    records.unshift(["hdrcharset", "BINARY"]);
  }
  // A backslash can be a separator gone wrong. This says that it belongs to the name.
  if (path.includes(BACKSLASH)) records.push(["KANIBAKO.backslash", "1"]);
  return records.length > 0 ? encodePax(records) : undefined;
}
