/**
 * Which of a helper's changes are meant by paths.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { within } from "../../vault/compare/select_paths.ts";
import type { Change } from "./changes.ts";

/** Those at or below the paths; all where none are given. Throws `bad-path`, and `unknown-path` for one at which nothing changed. */
export function selected<C extends Change>(changes: readonly C[], paths: readonly string[] | undefined): C[] {
  if (paths === undefined || paths.length === 0) return [...changes];
  const wanted = paths.map(plainPath);
  for (const path of wanted) {
    if (!changes.some((change) => within([path])(change.path))) {
      throw new KanibakoError("unknown-path", `The helper changed nothing at ${shellQuote(path)}.`, {
        hint: "To see what it changed: kanibako crab helper diff HELPER",
      });
    }
  }
  const isWanted = within(wanted);
  return changes.filter(({ path }) => isWanted(path));
}

function plainPath(path: string): string {
  const plain = path.replace(/^(\.\/+)+/, "").replace(/\/+$/, "");
  const names = plain.split("/");
  if (path.startsWith("/") || path.includes("\0") || names.some((name) => ["", ".", ".."].includes(name))) {
    throw new KanibakoError("bad-path", `Cannot land ${shellQuote(path)}.`, {
      hint: "Use a path below the helper's folder, such as src/main.ts.",
    });
  }
  return plain;
}
