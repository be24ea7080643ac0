/**
 * A root file system on its way from an engine's tar archive into another one: byte for byte, without what is not wanted.
 *
 * Owners, capabilities and times stay as they are, which no unpacking by a user without root could promise.
 *
 * @module
 */

import { nameText } from "../../host/tree/raw_name.ts";
import type { InStream } from "../../archive/in_stream.ts";
import type { OutStream } from "../../archive/out_stream.ts";
import { decodePax, parsePaxNumber } from "../../archive/pax.ts";
import { BadHeader, BLOCK, type Header, isZero, readHeader, Type } from "../../archive/tar_header.ts";
import { KanibakoError } from "../../host/error.ts";

/** Longest extended header, in bytes: an engine writes a file's attributes into it, such as capabilities. */
const MAX_ABOUT_BYTES = 1024 * 1024;

const CHARACTER_DEVICE = "3";
const BLOCK_DEVICE = "4";

/** A member as it passes. */
export interface PassingMember {
  /** Without a slash at either end; `""`: the root itself. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "device" | "other";
}

/**
 * Copies the members that `wanted` says yes to. The end of the archive is not copied: more can follow. `subject`: what the archive is
 * called in errors. Throws `bad-archive` where it is not whole.
 */
export async function copyMembers(
  from: InStream,
  to: OutStream,
  subject: string,
  wanted: (member: PassingMember) => boolean,
): Promise<void> {
  try {
    for (let member = await next(from); member; member = await next(from)) {
      const { blocks, size, header, path } = member;
      const keep = wanted({ path: shortPath(path), kind: kindOf(header) });
      if (keep) { for (const block of blocks) await to.put(block); }
      await pass(from, Math.ceil(size / BLOCK) * BLOCK, keep ? to : undefined);
    }
    await from.finish();
  } catch (cause) {
    if (!(cause instanceof BadHeader)) throw cause;
    throw new KanibakoError("bad-archive", `Cannot read ${subject}: ${cause.message}`, { cause });
  }
}

interface Member {
  /** The headers, as they were. */
  readonly blocks: readonly Uint8Array[];
  readonly header: Header;
  readonly path: string;
  /** Of its content, in bytes. */
  readonly size: number;
}

async function next(from: InStream): Promise<Member | undefined> {
  const blocks: Uint8Array[] = [];
  let path: string | undefined;
  let size: number | undefined;
  for (;;) {
    const block = (await whole(from, BLOCK)).slice();
    if (isZero(block)) {
      if (blocks.length > 0) throw new BadHeader("its last header describes nothing");
      // What an engine fills its last piece up with.
      while (await from.some(BLOCK) !== undefined);
      return undefined;
    }
    const header = readHeader(block);
    if (header.type === "S") throw new BadHeader("it has a sparse file in GNU's own format");
    const about = header.type === Type.PAX || header.type === Type.GNU_LONG_NAME ||
      header.type === Type.GNU_LONG_LINK || header.type === Type.PAX_GLOBAL;
    if (!about) {
      return {
        blocks: [...blocks, block],
        header,
        path: path ?? nameText(header.path),
        size: size ?? (hasContent(header) ? header.size : 0),
      };
    }
    if (header.size > MAX_ABOUT_BYTES) throw new BadHeader("an extended header is too long");
    const content = (await whole(from, Math.ceil(header.size / BLOCK) * BLOCK)).slice();
    // A comment for all members, of which this archive has no use.
    if (header.type === Type.PAX_GLOBAL) continue;
    blocks.push(block, content);
    const said = content.subarray(0, header.size);
    if (header.type === Type.GNU_LONG_NAME) path = nameText(said.subarray(0, endOf(said)));
    if (header.type !== Type.PAX) continue;
    const records = decodePax(said);
    const longPath = records.get("path");
    const longSize = records.get("size");
    if (longPath) path = nameText(longPath);
    if (longSize) size = parsePaxNumber(nameText(longSize), "size");
  }
}

function hasContent({ type }: Header): boolean {
  return type === Type.FILE || !"123456".includes(type);
}

function endOf(text: Uint8Array): number {
  const end = text.indexOf(0);
  return end < 0 ? text.length : end;
}

function kindOf({ type }: Header): PassingMember["kind"] {
  if (type === Type.FILE) return "file";
  if (type === Type.FOLDER) return "folder";
  if (type === Type.SYMLINK || type === Type.HARDLINK) return "link";
  return type === CHARACTER_DEVICE || type === BLOCK_DEVICE ? "device" : "other";
}

function shortPath(path: string): string {
  return path.replace(/^(\.?\/+)+|^\.$/, "").replace(/\/+$/, "");
}

async function pass(from: InStream, bytes: number, to: OutStream | undefined): Promise<void> {
  for (let left = bytes; left > 0;) {
    const piece = await from.some(left);
    if (piece === undefined) throw new BadHeader("it is truncated");
    if (to) await to.put(piece);
    left -= piece.length;
  }
}

async function whole(from: InStream, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const found = await from.exactly(bytes);
  if (found.length < bytes) throw new BadHeader("it is truncated");
  return found;
}
