/**
 * Taking a tar archive apart, member by member, and refusing what is not sound before anything comes of it.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { InStream } from "./in_stream.ts";
import {
  type ArchiveLimits,
  MAX_MEMBER_BYTES,
  MAX_PADDING_BYTES,
  MAX_PATH_BYTES,
  MAX_PAX_BYTES,
  MAX_SPARSE_RANGES,
  overLimit,
  tooBig,
  tooMany,
} from "./limits.ts";
import { cut, linkTarget, memberPath, unsafe } from "./member_path.ts";
import { decodePax, parsePaxNumber, parsePaxTime, type PaxRecords } from "./pax.ts";
import type { Range } from "./sparse.ts";
import { BadHeader, BLOCK, type Header, isZero, readHeader, Type } from "./tar_header.ts";

/** A member of an archive. Its path is sound, and below the folder it is unpacked into. */
export interface ArchiveEntry {
  /** Without a slash at its end; `""`: the folder itself. Bytes that are not UTF-8 as `raw_name.ts` writes them. */
  readonly path: string;
  /** `other`: a FIFO or a device, which is never made. */
  readonly kind: "file" | "folder" | "symlink" | "hardlink" | "other";
  /** Length of the file in bytes, holes included; 0 for anything else. */
  readonly size: number;
  /** Permission bits as they were, setuid, setgid and sticky included. */
  readonly mode: number;
  /** When its content changed, in nanoseconds since 1970. */
  readonly mtimeNs: bigint;
  /** Of a link: where it points. Of a hard link, that is the path of a member. */
  readonly target?: string;
  /** Of a sparse file: where its data belongs. Its content is these pieces, one after the other. */
  readonly ranges?: readonly Range[];
  /** Of a sparse file: the bytes that said so. */
  readonly map?: Uint8Array;
}

/** What a header for all members must leave alone: it decides what a member is. */
const MATTERS = /^(path$|linkpath$|size$|hdrcharset$|GNU\.|SCHILY\.|KANIBAKO\.)/;

/** What extended headers said of the member that follows. */
interface About {
  readonly pax?: PaxRecords;
  readonly longPath?: Uint8Array;
  readonly longLink?: Uint8Array;
}

/** Members of an archive, one after the other. */
export class TarReader {
  readonly #in: InStream;
  readonly #subject: string;
  readonly #limits: ArchiveLimits;
  readonly #backslashes: boolean;
  #entries = 0;
  #bytes = 0;
  /** Of the member at hand: content that was not read, and zeros behind it. */
  #left = 0;
  #padding = 0;

  /** `subject` is what the archive is called in messages. `backslashes`: they belong to names, also where that is not said. */
  constructor(stream: InStream, subject: string, limits: ArchiveLimits, backslashes = false) {
    this.#backslashes = backslashes;
    this.#in = stream;
    this.#subject = subject;
    this.#limits = limits;
  }

  /** How many members there were, and how much content they had. */
  get counts(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#entries, bytes: this.#bytes };
  }

  /** The next member; nothing at the end, which was looked at to its last byte. */
  async next(): Promise<ArchiveEntry | undefined> {
    try {
      return await this.#next();
    } catch (error) {
      if (error instanceof BadHeader) throw this.#bad(error.message);
      throw error;
    }
  }

  /** Some of the content of the member at hand; good until the next call. Nothing when all was read. */
  async content(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#left === 0) return undefined;
    const piece = await this.#in.some(this.#left);
    if (piece === undefined) throw this.#bad("it is truncated");
    this.#left -= piece.length;
    return piece;
  }

  async #next(): Promise<ArchiveEntry | undefined> {
    let about: About = {};
    while (true) {
      await this.#skip();
      const block = await this.#in.exactly(BLOCK);
      if (block.length < BLOCK) throw this.#bad("it is truncated");
      if (isZero(block)) {
        if (Object.keys(about).length > 0) throw this.#bad("its last header describes nothing");
        await this.#end();
        return undefined;
      }
      const header = readHeader(block);
      switch (header.type) {
        case Type.PAX:
          about = this.#add(about, { pax: decodePax(await this.#text(header, MAX_PAX_BYTES)) });
          break;
        case Type.PAX_GLOBAL:
          this.#count();
          this.#checkGlobal(decodePax(await this.#text(header, MAX_PAX_BYTES)));
          break;
        case Type.GNU_LONG_NAME:
          about = this.#add(about, { longPath: await this.#gnuText(header) });
          break;
        case Type.GNU_LONG_LINK:
          about = this.#add(about, { longLink: await this.#gnuText(header) });
          break;
        default:
          this.#count();
          return await this.#member(header, about);
      }
    }
  }

  #count(): void {
    if (++this.#entries > this.#limits.entries) throw tooMany(this.#subject, this.#limits);
  }

  #add(about: About, more: About): About {
    if (Object.keys(more).some((key) => key in about)) throw this.#bad("a header describes the same twice");
    return { ...about, ...more };
  }

  /** A record for all members behind it must not be one that matters. */
  #checkGlobal(records: PaxRecords): void {
    const key = [...records.keys()].find((key) => MATTERS.test(key));
    if (key !== undefined) throw this.#bad(`a header for all entries sets "${cut(key)}"`);
  }

  async #member(header: Header, { pax = new Map(), longPath, longLink }: About): Promise<ArchiveEntry> {
    const text = (key: string) => pax.has(key) ? String.fromCharCode(...pax.get(key)!) : undefined;
    const stored = pax.has("size") ? parsePaxNumber(text("size")!, "size") : header.size;
    const sparse = this.#isSparse(header, pax);
    const isFolder = header.type === Type.FOLDER;
    const raw = (sparse ? pax.get("GNU.sparse.name") : undefined) ?? pax.get("path") ?? longPath ??
      header.path;
    const path = memberPath(raw, isFolder, this.#backslashes || pax.has("KANIBAKO.backslash"), this.#subject);
    const about = {
      path,
      mode: header.mode,
      mtimeNs: pax.has("mtime") ? parsePaxTime(text("mtime")!) : BigInt(header.mtime) * 1_000_000_000n,
    };
    const link = pax.get("linkpath") ?? longLink ?? header.link;
    this.#begin(header.type, stored, path);
    switch (header.type) {
      case Type.FILE: {
        if (!sparse) return { ...about, kind: "file", size: stored };
        const size = parsePaxNumber(text("GNU.sparse.realsize") ?? "", "size");
        return { ...about, kind: "file", size, ...await this.#sparseMap(size, path) };
      }
      case Type.FOLDER:
        return { ...about, kind: "folder", size: 0 };
      case Type.SYMLINK:
        return { ...about, kind: "symlink", size: 0, target: linkTarget(link, path, this.#subject) };
      case Type.HARDLINK: {
        const target = memberPath(link, false, true, this.#subject);
        return { ...about, kind: "hardlink", size: 0, target };
      }
      case "3":
      case "4":
      case "6":
        return { ...about, kind: "other", size: 0 };
      case "S":
        throw this.#bad("it has sparse files in GNU tar's old form", "Write it with tar --format=pax.");
      default:
        throw this.#bad(`it has an entry of the unknown type ${JSON.stringify(header.type)}`);
    }
  }

  /** Notes how much content a member has. Only a file may have any: two readers could disagree about the others. */
  #begin(type: string, stored: number, path: string): void {
    if (stored > MAX_MEMBER_BYTES) throw this.#bad("a size is out of range");
    if (type !== Type.FILE && stored > 0 && /^[1-6]$/.test(type)) {
      throw unsafe(this.#subject, `the entry "${cut(path)}" has content that it cannot have`);
    }
    this.#bytes += stored;
    if (this.#bytes > this.#limits.bytes) throw tooBig(this.#subject, this.#limits);
    this.#left = stored;
    this.#padding = (BLOCK - stored % BLOCK) % BLOCK;
  }

  /** Whether it is a sparse file. Only the one form that says all in the content is taken. */
  #isSparse(header: Header, pax: PaxRecords): boolean {
    const keys = [...pax.keys()].filter((key) => key.startsWith("GNU.sparse."));
    if (keys.length === 0) return false;
    const is = (key: string, value: string) => String.fromCharCode(...pax.get(key) ?? []) === value;
    const known = ["major", "minor", "name", "realsize"].every((key) => keys.includes(`GNU.sparse.${key}`));
    if (
      header.type !== Type.FILE || !known || keys.length !== 4 || !is("GNU.sparse.major", "1") ||
      !is("GNU.sparse.minor", "0")
    ) {
      throw this.#bad(
        "it has sparse files in a form that is not known",
        "Write it with tar --sparse-version=1.0.",
      );
    }
    return true;
  }

  /** Reads where the data of a sparse file belongs, which is said in front of it. */
  async #sparseMap(size: number, path: string): Promise<{ ranges: Range[]; map: Uint8Array }> {
    const wrong = () => this.#bad(`the map of the sparse file "${cut(path)}" is wrong`);
    const blocks: Uint8Array[] = [];
    const numbers: number[] = [];
    let wanted = 1;
    let rest = "";
    while (numbers.length < wanted) {
      if (this.#left < BLOCK) throw wrong();
      const block = (await this.#in.exactly(BLOCK)).slice();
      if (block.length < BLOCK) throw this.#bad("it is truncated");
      this.#left -= BLOCK;
      blocks.push(block);
      const lines = (rest + String.fromCharCode(...block)).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        if (numbers.length === wanted || !/^[0-9]{1,16}$/.test(line)) throw wrong();
        numbers.push(Number(line));
        if (numbers.length > 1) continue;
        if (numbers[0]! > MAX_SPARSE_RANGES) {
          throw overLimit(
            this.#subject,
            `the sparse file "${cut(path)}" has more than ${MAX_SPARSE_RANGES} pieces`,
          );
        }
        wanted = 1 + 2 * numbers[0]!;
      }
      if (numbers.length < wanted ? rest.length > 16 : !/^\0*$/.test(rest)) throw wrong();
    }
    const ranges: Range[] = [];
    let end = 0;
    let data = 0;
    for (let at = 1; at < numbers.length; at += 2) {
      const [offset, length] = [numbers[at]!, numbers[at + 1]!];
      if (offset < end || offset + length > size) throw wrong();
      end = offset + length;
      data += length;
      if (length > 0) ranges.push({ offset, length });
    }
    if (data !== this.#left) throw wrong();
    return { ranges, map: concat(blocks) };
  }

  /** A header's own content, which must be short. */
  async #text(header: Header, most: number): Promise<Uint8Array> {
    if (header.size > most) {
      throw overLimit(this.#subject, `a header in it is longer than ${most} bytes`);
    }
    this.#left = header.size;
    this.#padding = (BLOCK - header.size % BLOCK) % BLOCK;
    const bytes = (await this.#in.exactly(header.size)).slice();
    if (bytes.length < header.size) throw this.#bad("it is truncated");
    this.#left = 0;
    return bytes;
  }

  /** As {@link TarReader.#text}, ended by a NUL: how GNU tar writes long paths. */
  async #gnuText(header: Header): Promise<Uint8Array> {
    const bytes = await this.#text(header, MAX_PATH_BYTES + 1);
    return bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
  }

  /** Passes over what is left of a member. */
  async #skip(): Promise<void> {
    while (this.#left > 0) await this.content();
    if (this.#padding === 0) return;
    const padding = await this.#in.exactly(this.#padding);
    if (padding.length < this.#padding) throw this.#bad("it is truncated");
    this.#padding = 0;
  }

  /** Behind the first block of zeros there must be a second, and then nothing but zeros. */
  async #end(): Promise<void> {
    const second = await this.#in.exactly(BLOCK);
    if (second.length < BLOCK) throw this.#bad("it is truncated");
    if (!isZero(second)) throw this.#bad("there is something behind its end");
    let padding = 0;
    for (let piece = await this.#in.some(BLOCK); piece; piece = await this.#in.some(BLOCK)) {
      if (!isZero(piece)) throw this.#bad("there is something behind its end");
      padding += piece.length;
      if (padding > MAX_PADDING_BYTES) throw overLimit(this.#subject, "there is too much behind its end");
    }
    await this.#in.finish();
  }

  #bad(why: string, hint = "Nothing was changed. Use another copy."): KanibakoError {
    return new KanibakoError("bad-archive", `Cannot read ${this.#subject}: ${why}`, { hint });
  }
}

function concat(blocks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(blocks.length * BLOCK);
  blocks.forEach((block, at) => whole.set(block, at * BLOCK));
  return whole;
}
