/**
 * Scripts that people put before a program, to set a variable or to choose a version.
 *
 * @module
 */

import type { TargetHost } from "./target.ts";

/** What a wrapper starts. */
export interface Wrapped {
  /** Symlinks resolved. */
  readonly path: string;
  /** Whether it starts it with the caller's words and no others: then nothing else can be meant. */
  readonly only: boolean;
}

const EXEC =
  /^[ \t]*exec[ \t]+(?:(?:\/\S*\/)?(?:node|env)[ \t]+)?(?:"(\/[^"$`\\]+)"|'(\/[^']+)'|(\/[^\s"'$`\\;|&<>()]+))([^\n;|&<>]*)$/gm;

/** What a shell script runs in its place by an absolute path, as in `exec /opt/claude/claude "$@"`. `head`: its beginning. */
export async function behindWrapper(
  host: TargetHost,
  path: string,
  head: string,
): Promise<Wrapped | undefined> {
  if (!/^#!\s*\S*(\/|env\s+)(ba|da|z|k)?sh\b/.test(head)) return undefined;
  for (const [, double, single, bare, rest] of head.matchAll(EXEC)) {
    const found = await host.realPath((double ?? single ?? bare)!);
    if (found === undefined || found === path || await host.kind(found) !== "file") continue;
    return { path: found, only: /^\s+("\$@"|\$\{?1?\+?"?\$@"?\}?)\s*$/.test(rest!) };
  }
  return undefined;
}
