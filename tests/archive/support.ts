/** Archives made by hand, honest or not, and trees to put into them. */

import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { type MetEntry, readArchive, type ReadOptions } from "../../lib/archive/read.ts";
import { encodePax } from "../../lib/archive/pax.ts";
import { writeHeader } from "../../lib/archive/tar_header.ts";

const encoder = new TextEncoder();

/** A folder for one test. */
export class Scratch implements AsyncDisposable {
  readonly path: string = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "kanibako-archive-" }));

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await new Deno.Command("/bin/chmod", { args: ["-R", "u+rwX", this.path] }).output();
    await Deno.remove(this.path, { recursive: true });
  }

  /** Writes bytes as a file, and answers its path. */
  file(name: string, ...parts: readonly Uint8Array[]): string {
    const path = `${this.path}/${name}`;
    const file = Deno.openSync(path, { write: true, create: true, truncate: true });
    for (const part of parts) for (let at = 0; at < part.length;) at += file.writeSync(part.subarray(at));
    file.close();
    return path;
  }

  /** What is in it. */
  names(): string[] {
    return [...Deno.readDirSync(this.path)].map(({ name }) => name).sort();
  }
}

/** A member as an attacker would write it. */
export interface RawMember {
  readonly path: string | Uint8Array;
  readonly type?: string;
  readonly link?: string;
  readonly mode?: number;
  readonly body?: string | Uint8Array;
  /** Instead of the body's length. */
  readonly size?: number;
  /** Records of an extended header in front of it. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Bytes put over the header, at an offset; the checksum is made right again. */
  readonly over?: readonly (readonly [offset: number, bytes: string])[];
}

/** A member's header, body and padding. */
export function member(
  { path, type = "0", link, mode = 0o644, body = "", size, pax, over }: RawMember,
): Uint8Array {
  const content = typeof body === "string" ? encoder.encode(body) : body;
  const header = new Uint8Array(512);
  writeHeader(header, 0, {
    path: typeof path === "string" ? encoder.encode(path) : path,
    mode,
    uid: 0,
    gid: 0,
    size: size ?? content.length,
    mtime: 1_600_000_000,
    type,
    ...(link === undefined ? {} : { link: encoder.encode(link) }),
  });
  for (const [offset, bytes] of over ?? []) {
    for (let i = 0; i < bytes.length; i++) header[offset + i] = bytes.charCodeAt(i);
  }
  if (over) {
    header.fill(32, 148, 156);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.set(encoder.encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  }
  const whole = join(header, padded(content));
  if (!pax) return whole;
  return join(member({ path: "pax", type: "x", body: encodePax(Object.entries(pax)) }), whole);
}

/** The blocks of zeros at the end of an archive. */
export const END: Uint8Array = new Uint8Array(1024);

/** Bytes, one after the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function padded(content: Uint8Array): Uint8Array {
  return join(content, new Uint8Array((512 - content.length % 512) % 512));
}

/** All that an archive holds, in its order. Reads it to its end. */
export async function listArchive(
  file: string,
  options: ReadOptions = {},
): Promise<Pick<MetEntry, "path" | "kind">[]> {
  const entries: Pick<MetEntry, "path" | "kind">[] = [];
  await readArchive(file, ({ path, kind }) => void entries.push({ path, kind }), options);
  return entries;
}

/** Fails unless the work is refused with one of these codes. */
export async function refused(work: Promise<unknown>, ...codes: readonly string[]): Promise<KanibakoError> {
  const error = await work.then(() => assert.fail("it was not refused"), (error) => error);
  assert.ok(error instanceof KanibakoError, String(error?.stack ?? error));
  assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`);
  return error;
}

/** Runs a program of the system; its standard output, a character for each byte. */
export async function system(...argv: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(argv[0]!, { args: argv.slice(1) }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  let text = "";
  for (let at = 0; at < stdout.length; at += 8192) {
    text += String.fromCharCode(...stdout.subarray(at, at + 8192));
  }
  return text;
}

/**
 * Everything below a folder as text, for comparing, by the system's own programs: kinds, modes, times, sizes, targets,
 * content, and which names are one file. `masked` is what an archive drops of a mode.
 */
export async function listing(root: string, masked = 0): Promise<string[]> {
  const found = await system(
    "find",
    root,
    "-mindepth",
    "1",
    "-printf",
    "%P\\0%y\\0%m\\0%T@\\0%s\\0%l\\0%i\\0%n\\0",
  );
  const fields = found.split("\0");
  const first = new Map<string, string>();
  const lines: string[] = [];
  const entries = Array.from(
    { length: Math.floor(fields.length / 8) },
    (_, at) => fields.slice(at * 8, at * 8 + 8),
  )
    .sort((a, b) => a[0]! < b[0]! ? -1 : 1);
  for (const [path, kind, mode, time, size, target, inode, names] of entries as [string, ...string[]][]) {
    if (kind === "p" || kind === "s") continue;
    const same = kind === "f" && names !== "1" ? first.get(inode!) ?? path : "";
    if (kind === "f") first.set(inode!, same || path);
    const permissions = kind === "l" ? "" : (parseInt(mode!, 8) & ~masked).toString(8);
    lines.push(
      [path, kind, permissions, time, kind === "d" ? "" : size, target, same === path ? "" : same].join(
        " | ",
      ),
    );
  }
  const sums = await system(
    "sh",
    "-c",
    'cd "$1" && find . -type f -print0 | sort -z | xargs -0r sha256sum -z',
    "sh",
    root,
  );
  return [...lines, ...sums.split("\0")];
}

/** What an archive drops of a mode: setuid, setgid, sticky, and that others may write. */
export const DROPPED = 0o7002;
