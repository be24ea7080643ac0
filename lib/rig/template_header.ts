/**
 * What a template says of itself in the comment at its beginning.
 *
 * @module
 */

import { cachePath, isCacheName } from "../config/caches.ts";

/** What a vendor alone gives: it is in the image where its host could be reached when that was built. */
export interface VendorPart {
  /** As in `/etc/kanibako/vendor/NAME` of the image, which says what became of it. */
  readonly name: string;
  /** What it gives, for people. */
  readonly gives: string;
  /** Commands that succeed where it is there. */
  readonly checks: readonly string[];
}

/** What a template says of itself. */
export interface TemplateHeader {
  readonly description: string;
  /** Commands that succeed in a sound image. */
  readonly checks: readonly string[];
  /** Caches that boxes of this rig can share: a path relative to the home, by the name of the cache. */
  readonly caches: Readonly<Record<string, string>>;
  readonly vendors: readonly VendorPart[];
}

const DESCRIPTION_WITHIN = 10;
const HEADER_WITHIN = 60;

/**
 * Reads the description (in the first 10 lines), and checks, caches and vendors (in the leading comment, at most 60 lines). A
 * cache whose name or path can be none is left out, as is a check of a vendor that is not named.
 */
export function templateHeader(text: string): TemplateHeader {
  const lines = text.split("\n");
  const description = values(lines.slice(0, DESCRIPTION_WITHIN), "")[0] ?? "";
  const end = lines.findIndex((line) => line.trim() !== "" && !line.startsWith("#"));
  const header = lines.slice(0, Math.min(HEADER_WITHIN, end < 0 ? HEADER_WITHIN : end));
  const vendorChecks = values(header, "-check-vendor").map(firstWord);
  return {
    description,
    checks: values(header, "-check"),
    caches: Object.fromEntries(
      values(header, "-cache").map(firstWord)
        .map(([name, path]) => [name, cachePath(path)] as const)
        .filter((cache): cache is readonly [string, string] =>
          isCacheName(cache[0]) && cache[1] !== undefined
        ),
    ),
    vendors: values(header, "-vendor").map(firstWord).map(([name, gives]) => ({
      name,
      gives,
      checks: vendorChecks.filter(([of]) => of === name).map(([, command]) => command),
    })),
  };
}

function values(lines: readonly string[], suffix: string): string[] {
  const pattern = new RegExp(`^#\\s*kanibako-template${suffix}:\\s*(.*\\S)`);
  return lines.map((line) => line.match(pattern)?.[1]).filter((value) => value !== undefined);
}

function firstWord(text: string): readonly [string, string] {
  const [, word = "", rest = ""] = text.match(/^(\S+)\s*(.*)$/) ?? [];
  return [word, rest];
}
