/**
 * Names of projects: what they may look like, and how one is found for a folder.
 *
 * A name becomes a folder, a container, a host name and a mailbox, so its alphabet is that of the strictest of them.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";

/** Most characters of a name. */
export const MAX_NAME = 63;

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const RESERVED = new Set(["default", "__default__"]);
// Containers that are no project's own are named after these.
const RESERVED_START = /^(ronin|ws|extend|template)-/;
const RESERVED_END = /-(helper-\d+|browser)$/;

/** Whether a text can be a project's name. */
export function isName(text: string): boolean {
  return NAME.test(text) && !text.includes("..") && !isReserved(text);
}

/** Throws `bad-name`, saying what is allowed, when a text cannot be a project's name. */
export function checkName(text: string): void {
  if (isName(text)) return;
  const why = isReserved(text) ? "kanibako uses it itself" : "it contains invalid characters";
  throw new KanibakoError("bad-name", `Cannot use ${shellQuote(text)} as a name: ${why}.`, {
    hint: [
      `A name is at most ${MAX_NAME} of a-z, 0-9, ".", "_" and "-", starts with a letter or digit, without "..".`,
      `Try ${slug(text)}.`,
    ],
  });
}

/** The nearest text that is a name. The same text, when it is one. */
export function slug(text: string): string {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const cut = plain
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, MAX_NAME)
    .replace(plain === text && NAME.test(text) ? /$/ : /[._-]+$/, "");
  const name = cut === "" ? "project" : cut;
  if (!isReserved(name)) return name;
  if (RESERVED_START.test(name)) return clipped(`project-${name}`, "");
  return clipped(name, "-project");
}

/** The first of `app`, `app-2`, `app-3` that is not taken, for a folder's path. A number without its dash would read as part of the name. */
export async function freeName(
  path: string,
  isTaken: (name: string) => boolean | Promise<boolean>,
): Promise<string> {
  const base = slug(path.slice(path.lastIndexOf("/") + 1));
  for (let number = 1;; number++) {
    const name = number === 1 ? base : clipped(base, `-${number}`);
    if (isName(name) && !await isTaken(name)) return name;
  }
}

function isReserved(name: string): boolean {
  return RESERVED.has(name) || RESERVED_START.test(name) || RESERVED_END.test(name);
}

function clipped(base: string, end: string): string {
  const room = base.slice(0, MAX_NAME - end.length);
  const name = room + end;
  return isReserved(name) && RESERVED_END.test(name) ? `${name.slice(0, MAX_NAME - 2)}-x` : name;
}
