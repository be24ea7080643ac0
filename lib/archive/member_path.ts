/**
 * Which paths a member of an archive may have: those that lead below the folder it is unpacked into, and that every
 * program reads in the same way.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { nameBytes, nameText } from "../host/tree/raw_name.ts";
import { escapeControl, shellQuote } from "../host/ui/text.ts";
import { MAX_NAME_BYTES, MAX_PATH_BYTES } from "./limits.ts";

const BACKSLASH = 92;
/** Longest part of a path that is shown in a message. */
const SHOWN = 120;

/**
 * A member's path as text without the slash of a folder and without `./` in front; `""` is the folder it is unpacked
 * into. Throws `unsafe-archive`. `backslash`: it was said that backslashes belong to the name.
 */
export function memberPath(
  bytes: Uint8Array,
  isFolder: boolean,
  backslash: boolean,
  subject: string,
): string {
  const refuse = (why: string) => unsafe(subject, `the path ${shownPath(bytes)} ${why}`);
  if (bytes.length === 0) throw unsafe(subject, "a path in it is empty");
  if (bytes.length > MAX_PATH_BYTES) throw refuse(`is longer than ${MAX_PATH_BYTES} bytes`);
  if (bytes.includes(0)) throw refuse("holds a NUL");
  if (!backslash && bytes.includes(BACKSLASH)) throw refuse("holds a backslash");
  const names = nameText(bytes).split("/");
  if (names[0] === "") throw refuse("is absolute");
  if (names.includes("..")) throw refuse('holds ".."');
  while (names[0] === ".") names.shift();
  if (names.at(-1) === "" && names.length > 1) {
    if (!isFolder) throw refuse("is that of a folder, but the entry is none");
    names.pop();
  }
  if (names.length === 0 || names.length === 1 && names[0] === "") {
    if (isFolder) return "";
    throw refuse("is that of the folder itself");
  }
  if (names.includes("") || names.includes(".")) throw refuse("is not in its shortest form");
  // A character is at most three bytes: only a long name is worth counting.
  if (names.some((name) => name.length > MAX_NAME_BYTES / 3 && byteLength(name) > MAX_NAME_BYTES)) {
    throw refuse(`holds a name that is longer than ${MAX_NAME_BYTES} bytes`);
  }
  return names.join("/");
}

/** Where a symlink points: anything, for it is never followed here, but nothing that no file system can hold. */
export function linkTarget(bytes: Uint8Array, path: string, subject: string): string {
  const refuse = (why: string) => unsafe(subject, `the link ${shellQuote(cut(path))} ${why}`);
  if (bytes.length === 0) throw refuse("points nowhere");
  if (bytes.length >= MAX_PATH_BYTES) throw refuse(`has a target of more than ${MAX_PATH_BYTES - 1} bytes`);
  if (bytes.includes(0)) throw refuse("has a target that holds a NUL");
  return nameText(bytes);
}

/** The error for an archive that tries what no honest one does. `why` is a clause. */
export function unsafe(subject: string, why: string): KanibakoError {
  return new KanibakoError("unsafe-archive", `Cannot use ${subject}: ${why}`, {
    hint: "It may be malicious. Nothing was left behind.",
  });
}

function shownPath(bytes: Uint8Array): string {
  return shellQuote(cut(nameText(bytes)));
}

/** A path for a message: not too much of it. */
export function cut(path: string): string {
  return escapeControl(path.length <= SHOWN ? path : `${path.slice(0, SHOWN)}...`);
}

function byteLength(name: string): number {
  return nameBytes(name).length;
}
