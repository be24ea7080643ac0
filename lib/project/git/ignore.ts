/**
 * Keeps a project's box out of its repository.
 *
 * @module
 */

import { readUntrusted } from "../../config/approval.ts";
import { writeText } from "../../host/store.ts";
import { openFolder } from "../../host/tree/folder.ts";
import type { Undo } from "../undo.ts";

/**
 * Adds the entries a workspace's `.gitignore` lacks; `below`: that of a folder in it. A link in place of the file stays, and nothing is
 * written; one in place of the folder is an error, `unsafe-tree`.
 */
export async function addIgnored(
  workspace: string,
  entries: readonly string[],
  undo: Undo,
  below?: string,
): Promise<void> {
  using root = openFolder(workspace);
  using inner = below === undefined ? undefined : root.openPath(below);
  if (below !== undefined && !inner) return;
  const path = `${below === undefined ? workspace : `${workspace}/${below}`}/.gitignore`;
  const file = `${(inner ?? root).path}/.gitignore`;
  const info = await Deno.lstat(file).catch(() => undefined);
  if (info && !info.isFile) return;
  const before = await readUntrusted(file);
  const after = withIgnored(before, entries);
  if (after === undefined) return;
  const mode = (info?.mode ?? 0o644) & 0o777;
  // Written beside and renamed, so that a link put there meanwhile is replaced, not followed.
  await writeText(file, after, mode);
  undo.add(() => before === undefined ? Deno.remove(path) : writeText(path, before, mode));
}

/** The text of a `.gitignore` with the entries it lacks; `undefined` when it has them all. */
export function withIgnored(before: string | undefined, entries: readonly string[]): string | undefined {
  const lines = new Set((before ?? "").split("\n").map((line) => line.trim()));
  const missing = entries.filter((entry) => !lines.has(entry) && !lines.has(`/${entry}`));
  if (missing.length === 0) return undefined;
  const start = before === undefined || before === "" || before.endsWith("\n") ? before ?? "" : `${before}\n`;
  return `${start}${missing.join("\n")}\n`;
}
