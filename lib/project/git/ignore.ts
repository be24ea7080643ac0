/**
 * Keeps a project's box out of its repository.
 *
 * @module
 */

import { readUntrusted } from "../../config/approval.ts";
import { writeText } from "../../host/store.ts";
import type { Undo } from "../undo.ts";

/** Adds the entries a workspace's `.gitignore` lacks. A link in its place stays, and nothing is written. */
export async function addIgnored(workspace: string, entries: readonly string[], undo: Undo): Promise<void> {
  const file = `${workspace}/.gitignore`;
  const info = await Deno.lstat(file).catch(() => undefined);
  if (info && !info.isFile) return;
  const before = await readUntrusted(file);
  const after = withIgnored(before, entries);
  if (after === undefined) return;
  const mode = (info?.mode ?? 0o644) & 0o777;
  // Written beside and renamed, so that a link put there meanwhile is replaced, not followed.
  await writeText(file, after, mode);
  undo.add(() => before === undefined ? Deno.remove(file) : writeText(file, before, mode));
}

/** The text of a `.gitignore` with the entries it lacks; `undefined` when it has them all. */
export function withIgnored(before: string | undefined, entries: readonly string[]): string | undefined {
  const lines = new Set((before ?? "").split("\n").map((line) => line.trim()));
  const missing = entries.filter((entry) => !lines.has(entry) && !lines.has(`/${entry}`));
  if (missing.length === 0) return undefined;
  const start = before === undefined || before === "" || before.endsWith("\n") ? before ?? "" : `${before}\n`;
  return `${start}${missing.join("\n")}\n`;
}
