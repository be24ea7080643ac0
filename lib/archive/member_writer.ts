/**
 * Members of a tar archive: headers, and content that is read where it lies.
 *
 * @module
 */

import type { Hash } from "node:crypto";
import { isUtf8, nameBytes, nameText } from "../host/raw_name.ts";
import type { TreeFile } from "../host/tree_file.ts";
import { type ArchiveLimits, tooBig, tooMany } from "./limits.ts";
import type { ManifestEntry } from "./manifest.ts";
import type { ManifestFile } from "./manifest_file.ts";
import type { OutStream } from "./out_stream.ts";
import { encodePax, paxTime } from "./pax.ts";
import type { Range } from "./sparse.ts";
import { BLOCK, linkFits, MAX_LONG, MAX_SHORT, pathFits, Type, writeHeader } from "./tar_header.ts";

const BACKSLASH = 92;
const PAX_NAME = nameBytes("pax-header");

/** A member as it went into the archive. */
export interface PackedEntry extends ManifestEntry {
  /** When its content changed, in nanoseconds since 1970. */
  readonly mtimeNs: bigint;
}

/** Something that was not put into the archive, and why. */
export interface Skipped {
  /** Its path in the archive. */
  readonly path: string;
  /** `fifo`, `socket`, `device`: never opened. `vanished`: it went away meanwhile. */
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
  readonly skipped: Skipped[];
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
    changed: [],
  };
  readonly #out: OutStream;
  readonly #manifest: ManifestFile;
  readonly #subject: string;
  readonly #limits: ArchiveLimits;
  #entries = 0;

  /** Into an archive and its manifest. `subject` is what the archive is called in messages. */
  constructor(out: OutStream, manifest: ManifestFile, subject: string, limits: ArchiveLimits) {
    this.#out = out;
    this.#manifest = manifest;
    this.#subject = subject;
    this.#limits = limits;
  }

  /** What is in the archive now. */
  record(entry: PackedEntry): void {
    const { mtimeNs: _, ...line } = entry;
    this.#manifest.add(line);
  }

  /** Writes a member's headers. */
  async putMember(member: Member): Promise<void> {
    const { uid, gid, size, mtimeNs } = member;
    // What is more than a reader takes must not be found out when it is needed.
    if (++this.#entries > this.#limits.entries) throw tooMany(this.#subject, this.#limits);
    if (this.counts.bytes + size > this.#limits.bytes) throw tooBig(this.#subject, this.#limits);
    const seconds = mtimeNs / 1_000_000_000n;
    const exactTime = mtimeNs >= 0n && mtimeNs % 1_000_000_000n === 0n && seconds <= BigInt(MAX_LONG);
    const records: (readonly [string, string | Uint8Array])[] = [...member.records ?? []];
    const named = records.some(([key]) => key === "GNU.sparse.name");
    if (!pathFits(member.path) && !named) records.push(["path", member.path]);
    if (member.link && !linkFits(member.link)) records.push(["linkpath", member.link]);
    if (size > MAX_LONG) records.push(["size", `${size}`]);
    if (uid > MAX_SHORT) records.push(["uid", `${uid}`]);
    if (gid > MAX_SHORT) records.push(["gid", `${gid}`]);
    if (!exactTime) records.push(["mtime", paxTime(mtimeNs)]);
    // In text, a reader would take them for UTF-8.
    if (records.some(([, value]) => typeof value !== "string" && !isUtf8(nameText(value)))) {
      records.unshift(["hdrcharset", "BINARY"]);
    }
    // A backslash can be a separator gone wrong. This says that it belongs to the name.
    if (member.path.includes(BACKSLASH)) records.push(["KANIBAKO.backslash", "1"]);
    const pax = records.length > 0 ? encodePax(records) : undefined;
    if (this.#out.room < BLOCK * 2 + (pax?.length ?? 0) + BLOCK) await this.#out.flush();
    const { mode } = member;
    const header = {
      path: member.path,
      mode,
      uid: uid > MAX_SHORT ? 0 : uid,
      gid: gid > MAX_SHORT ? 0 : gid,
      size: size > MAX_LONG ? 0 : size,
      mtime: seconds < 0n || seconds > BigInt(MAX_LONG) ? 0 : Number(seconds),
    };
    if (pax) {
      const about = { ...header, mode: 0o644, path: PAX_NAME, size: pax.length, type: Type.PAX };
      this.#putHeader(about);
      await this.#out.put(pax);
      await this.#out.fill(BLOCK);
    }
    if (this.#out.room < BLOCK) await this.#out.flush();
    this.#putHeader({ ...header, type: member.type, ...(member.link ? { link: member.link } : {}) });
  }

  #putHeader(fields: Parameters<typeof writeHeader>[2]): void {
    writeHeader(this.#out.free(), 0, fields);
    this.#out.advance(BLOCK);
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
