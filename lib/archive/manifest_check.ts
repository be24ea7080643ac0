/**
 * Whether an archive holds what its manifest says. Nothing is kept for it: both are hashed line by line, in the
 * archive's order.
 *
 * @module
 */

import * as z from "zod/mini";
import { createHash } from "node:crypto";
import { MANIFEST_HEADER, type ManifestEntry, manifestLine } from "./manifest.ts";

/** Collects what is there, and then what was said. */
export class ManifestCheck {
  readonly #found = createHash("sha256").update(`${MANIFEST_HEADER}\n`);
  readonly #said = createHash("sha256");
  #start = "";
  #wasRead = false;

  /** A member was met. */
  found(entry: ManifestEntry): void {
    this.#found.update(`${manifestLine(entry)}\n`);
  }

  /** A piece of the manifest was read. */
  said(piece: Uint8Array): void {
    this.#wasRead = true;
    if (this.#start.length < MANIFEST_HEADER.length) {
      this.#start += String.fromCharCode(...piece.subarray(0, MANIFEST_HEADER.length));
    }
    this.#said.update(piece);
  }

  /** `missing`: there was no manifest. `unknown`: it is of another version. Call it once. */
  result(): "same" | "different" | "missing" | "unknown" {
    if (!this.#wasRead) return "missing";
    if (!this.#start.startsWith(MANIFEST_HEADER)) return "unknown";
    return this.#found.digest("hex") === this.#said.digest("hex") ? "same" : "different";
  }
}

/** Takes a manifest apart. Lines that are none are left out: they are found by comparing. */
export function parseManifest(text: string): ManifestEntry[] {
  return text.split("\n").slice(1).flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return ENTRY.safeParse(value).success ? [value as ManifestEntry] : [];
    } catch {
      return [];
    }
  });
}

/** What is needed of a line to name it; all else is found by comparing. */
const ENTRY = z.looseObject({ path: z.string(), kind: z.string(), size: z.number(), mode: z.number() });
