/**
 * The 512 bytes in front of every member of a tar archive.
 *
 * Written as POSIX.1-2001 (`ustar`, completed by `pax.ts` where its fields are too small). Read strictly: what two
 * readers could take differently is refused, so that what was checked is what any other program would unpack.
 *
 * @module
 */

/** Length of a header, and what everything in an archive is filled up to. */
export const BLOCK = 512;

/** What kind of member follows. Only those we write or look for have a name here. */
export const Type = {
  FILE: "0",
  HARDLINK: "1",
  SYMLINK: "2",
  FOLDER: "5",
  PAX: "x",
  PAX_GLOBAL: "g",
  GNU_LONG_NAME: "L",
  GNU_LONG_LINK: "K",
} as const;

/** Largest number that fits into a field of 8 or 12 characters. */
export const MAX_SHORT = 0o7777777;
/** As {@link MAX_SHORT}, for sizes and times. */
export const MAX_LONG = 0o77777777777;

const NAME = 100;
const PREFIX = 155;
/** Of a prefix with times at its end. */
const SHORT_PREFIX = 131;
const SLASH = 47;
const SPACE = 32;
const ZERO = 48;

/** A header as it is written. Numbers must fit: what does not goes into a pax header, and 0 here. */
export interface HeaderFields {
  readonly path: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Whole seconds since 1970. */
  readonly mtime: number;
  readonly type: string;
  readonly link?: Uint8Array;
}

/** Whether a path fits into a header as it is. */
export function pathFits(path: Uint8Array): boolean {
  return splitPath(path) !== undefined;
}

/** Whether the target of a link fits into a header as it is. */
export function linkFits(target: Uint8Array): boolean {
  return target.length <= NAME;
}

/** Writes a header at `at`; the bytes there need not be zero. A path or target that does not fit is cut. */
export function writeHeader(into: Uint8Array, at: number, fields: HeaderFields): void {
  into.fill(0, at, at + BLOCK);
  const [prefix, name] = splitPath(fields.path) ??
    [fields.path.subarray(0, 0), fields.path.subarray(0, NAME)];
  into.set(name, at);
  putOctal(into, at + 100, 8, fields.mode);
  putOctal(into, at + 108, 8, fields.uid);
  putOctal(into, at + 116, 8, fields.gid);
  putOctal(into, at + 124, 12, fields.size);
  putOctal(into, at + 136, 12, fields.mtime);
  into.fill(SPACE, at + 148, at + 156);
  into[at + 156] = fields.type.charCodeAt(0);
  if (fields.link) into.set(fields.link.subarray(0, NAME), at + 157);
  putText(into, at + 257, "ustar\x0000");
  putOctal(into, at + 329, 8, 0);
  putOctal(into, at + 337, 8, 0);
  into.set(prefix, at + 345);
  let sum = 0;
  // Nothing but zeros lies between these fields.
  for (let i = at; i < at + name.length; i++) sum += into[i]!;
  for (let i = at + 100; i < at + 157 + (fields.link ? NAME : 0); i++) sum += into[i]!;
  for (let i = at + 257; i < at + 265; i++) sum += into[i]!;
  for (let i = at + 329; i < at + 345 + prefix.length; i++) sum += into[i]!;
  putOctal(into, at + 148, 7, sum);
  into[at + 155] = SPACE;
}

/** A path as prefix and name, or `undefined` when it is too long for both. */
function splitPath(path: Uint8Array): [prefix: Uint8Array, name: Uint8Array] | undefined {
  if (path.length <= NAME) return [path.subarray(0, 0), path];
  if (path.length > PREFIX + 1 + NAME) return undefined;
  // The name must not be empty: the slash at the end of a folder stays with its name.
  for (let at = path.length - 2; at >= path.length - 1 - NAME && at > 0; at--) {
    if (path[at] === SLASH && at <= PREFIX) return [path.subarray(0, at), path.subarray(at + 1)];
  }
  return undefined;
}

function putOctal(into: Uint8Array, at: number, width: number, value: number): void {
  let i = at + width - 2;
  // Above 30 bits there is no shifting.
  for (; value > 0x3fffffff && i >= at; i--) {
    into[i] = ZERO + value % 8;
    value = Math.floor(value / 8);
  }
  for (; i >= at; i--) {
    into[i] = ZERO + (value & 7);
    value >>>= 3;
  }
  into[at + width - 1] = 0;
}

function putText(into: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) into[at + i] = text.charCodeAt(i);
}

/** A header as it is read. */
export interface Header {
  /** With the prefix in front; not checked. */
  readonly path: Uint8Array;
  readonly mode: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly type: string;
  readonly link: Uint8Array;
}

/** A header that cannot be taken. The message is a clause: `its checksum is wrong`. */
export class BadHeader extends Error {
  /** The name of the class. */
  override name = "BadHeader";
}

/** Whether a block is nothing but zeros, as at the end of an archive. */
export function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** Reads a header of {@link BLOCK} bytes. Throws {@link BadHeader}. The result does not share memory with `block`. */
export function readHeader(block: Uint8Array): Header {
  let sum = 8 * SPACE;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i]!;
  const magic = String.fromCharCode(...block.subarray(257, 265));
  const posix = magic === "ustar\x0000";
  // GNU tar's own format has times where the prefix would be.
  if (!posix && magic !== "ustar  \0") throw new BadHeader("it is no tar archive");
  if (number(block, 148, 8, "checksum") !== sum) throw new BadHeader("the checksum of a header is wrong");
  const name = text(block, 0, NAME, "name");
  const width = hasTimes(block) ? SHORT_PREFIX : PREFIX;
  const prefix = posix ? text(block, 345, width, "prefix") : name.subarray(0, 0);
  const type = String.fromCharCode(block[156]!);
  return {
    path: prefix.length === 0 ? name.slice() : Uint8Array.from([...prefix, SLASH, ...name]),
    mode: number(block, 100, 8, "mode") & 0o7777,
    size: number(block, 124, 12, "size"),
    mtime: number(block, 136, 12, "time", true),
    type: type === "\0" || type === "7" ? Type.FILE : type,
    link: text(block, 157, NAME, "link").slice(),
  };
}

/** Whether two times stand at the prefix's end, as npm's tar library and star write them: digits, and a blank or NUL behind them. */
function hasTimes(block: Uint8Array): boolean {
  const time = (at: number) => /^[0-7]{11}[ \0]$/.test(String.fromCharCode(...block.subarray(at, at + 12)));
  return block[345 + SHORT_PREFIX - 1] === 0 && time(476) && time(488) && isZero(block.subarray(500));
}

/** Text up to its NUL. What is behind it must be zero, or a reader that looks at all of it would see another name. */
function text(block: Uint8Array, at: number, width: number, what: string): Uint8Array {
  const field = block.subarray(at, at + width);
  const end = field.indexOf(0);
  if (end < 0) return field;
  if (!isZero(field.subarray(end))) throw new BadHeader(`a ${what} holds a NUL`);
  return field.subarray(0, end);
}

/** A number: octal digits, or GNU tar's binary form. */
function number(block: Uint8Array, at: number, width: number, what: string, negative = false): number {
  const field = block.subarray(at, at + width);
  if (field[0]! >= 0x80) return binary(field, what, negative);
  let i = 0;
  while (i < width && field[i] === SPACE) i++;
  let value = 0;
  for (; i < width && field[i]! >= ZERO && field[i]! < ZERO + 8; i++) value = value * 8 + field[i]! - ZERO;
  while (i < width && (field[i] === SPACE || field[i] === 0)) i++;
  if (i < width) throw new BadHeader(`a ${what} is no number`);
  return value;
}

function binary(field: Uint8Array, what: string, negative: boolean): number {
  if (field[0] !== 0x80 && field[0] !== 0xff) throw new BadHeader(`a ${what} is out of range`);
  let value = field[0] === 0xff ? -1n : 0n;
  for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
  if (!negative && value < 0n) throw new BadHeader(`a ${what} is negative`);
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new BadHeader(`a ${what} is out of range`);
  }
  return Number(value);
}
