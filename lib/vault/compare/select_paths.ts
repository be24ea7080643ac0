/**
 * Some paths of a tree and nothing else.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Kind } from "../../host/tree/walk.ts";

/** Paths as a user writes them, made plain: relative to the folder, no `.`, `..` or double slash. None is below another. */
export function plainPaths(paths: readonly string[]): string[] {
  const plain = [...new Set(paths.map(plainPath))];
  return plain.filter((path) => !plain.some((above) => path.startsWith(`${above}/`)));
}

function plainPath(path: string): string {
  const plain = path.replace(/^(\.\/+)+/, "").replace(/\/+$/, "");
  const names = plain.split("/");
  if (
    path.startsWith("/") || path.includes("\0") || names.some((name) => ["", ".", ".."].includes(name))
  ) {
    throw new KanibakoError("bad-path", `Cannot use the path ${shellQuote(path)}.`, {
      hint: "Use a path below the vault's folder, such as notes/plan.md.",
    });
  }
  return plain;
}

/** Whether a path is one of those, below one of them, or a folder on the way to one. */
export function selects(paths: readonly string[]): (path: string, kind: Kind) => boolean {
  return (path, kind) =>
    paths.some((wanted) =>
      path === wanted || path.startsWith(`${wanted}/`) || (kind === "folder" && wanted.startsWith(`${path}/`))
    );
}

/** Whether a path is one of those or below one of them. */
export function within(paths: readonly string[]): (path: string) => boolean {
  return (path) => paths.some((wanted) => path === wanted || path.startsWith(`${wanted}/`));
}
