/**
 * What unlocks something and lies in a home or a workspace: left out of an archive unless it is asked for.
 *
 * What a user or an agent puts in no known place, and what environment files hold, cannot be distinguished from other text: an archive is to
 * be kept like a key all the same.
 *
 * @module
 */

import type { Target } from "../../../targets/target.ts";
import { withoutSecrets } from "../git/config.ts";
import { MIXED_PLACES, secretPlaces } from "../secret_places.ts";

/** What may stay of a folder of the list: it says who and where, and unlocks nothing. */
const HARMLESS = /^\.ssh(\/(known_hosts|config|[^/]+\.pub))?$/;

/** Folders nobody misses: they are made again. */
const CACHES: readonly string[] = [".cache/", ".npm/_cacache/", ".local/share/Trash/"];

/** What is left out of a home. */
export interface HomeRules {
  /** Whether a path relative to the home is left out because it unlocks something. */
  isSecret(path: string): boolean;
  /** Whether it is left out because it is made again. */
  isCache(path: string): boolean;
  /** Files (JSON) that go in without their tokens. */
  readonly scrubbed: readonly string[];
}

/** The rules for homes in which these agents may have worked. */
export function homeRules(targets: readonly Target[]): HomeRules {
  const secrets = secretPlaces(targets);
  const caches = [
    ...CACHES,
    ...targets.flatMap(({ disposable = [] }) => disposable.map((folder) => `${folder}/`)),
  ];
  return {
    isSecret: (path) => isListed(secrets, path) && !HARMLESS.test(path),
    isCache: (path) => isListed(caches, path),
    scrubbed: MIXED_PLACES,
  };
}

function isListed(list: readonly string[], path: string): boolean {
  return list.some((place) => place.endsWith("/") ? `${path}/`.startsWith(place) : path === place);
}

const TOKEN_KEY =
  /token|secret|passw(or)?d|api_?-?key|apikey|credential|authorization|bearer|private_?key|cookie/i;

/** JSON text without the values of keys that sound like tokens; `undefined`: it is no JSON, and better left out. */
export function scrubJson(text: string): string | undefined {
  try {
    return `${JSON.stringify(scrub(JSON.parse(text), 0), null, 2)}\n`;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

const MAX_DEPTH = 200;

function scrub(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((each) => scrub(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      // Counts and switches that are called after tokens say nothing.
      .filter(([key, each]) => !TOKEN_KEY.test(key) || typeof each === "number" || typeof each === "boolean")
      .map(([key, each]) => [key, scrub(each, depth + 1)]),
  );
}

/** The text of a repository's configuration without passwords in addresses and without headers that carry tokens. */
export function scrubGitConfig(text: string): string {
  return text.split("\n")
    .filter((line) => !/^\s*extraheader\s*=/i.test(line))
    .map((line) =>
      line.replace(/[a-z][a-z0-9+.-]*:\/\/[^\s"']*/gi, (url) => url.includes("@") ? withoutSecrets(url) : url)
    )
    .join("\n");
}
