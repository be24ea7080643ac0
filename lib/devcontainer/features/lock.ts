/**
 * `devcontainer-lock.json`: which content features of a registry had, so that they have it again.
 *
 * Source: Development Containers specification, "Lockfile": beside the file, with a dot before it where that has one.
 *
 * @module
 */

import { listOf, matching, optional, shape, tableOf, text } from "../../host/light_schema.ts";
import { checkedValue, parseJsonc } from "../jsonc.ts";

/** Largest file, in bytes. */
export const LOCK_FILE_BYTES: number = 256 * 1024;

/** One feature in it. */
export interface LockedFeature {
  /** Of its metadata. */
  readonly version: string;
  /** The reference with its digest. */
  readonly resolved: string;
  /** The digest of its content: `sha256:` and 64 digits. */
  readonly integrity: string;
  readonly dependsOn?: readonly string[];
}

/** By id as the file has it. */
export type Lock = Readonly<Record<string, LockedFeature>>;

const SCHEMA = shape({
  features: tableOf(shape({
    version: text,
    resolved: text,
    integrity: matching(/^sha256:[0-9a-f]{64}$/, "expected sha256: and 64 hexadecimal digits"),
    dependsOn: optional(listOf(text)),
  })),
});

/** Where the lock of a `devcontainer.json` is. */
export function lockPath(path: string): string {
  const slash = path.lastIndexOf("/") + 1;
  const dot = path.startsWith(".", slash) ? "." : "";
  return `${path.slice(0, slash)}${dot}devcontainer-lock.json`;
}

/** The lock in a text; empty where there is none. `path`: for the error, `bad-devcontainer`. */
export function parseLock(text: string | undefined, path: string): Lock {
  return text === undefined || text.trim() === ""
    ? {}
    : checkedValue(parseJsonc(text, path), path, SCHEMA).features;
}

/** The text of a lock. */
export function lockText(lock: Lock): string {
  const features = Object.fromEntries(Object.entries(lock).sort(([one], [other]) => one < other ? -1 : 1));
  return `${JSON.stringify({ features }, undefined, 2)}\n`;
}
