/**
 * Keeps a project's box out of its repository.
 *
 * @module
 */

import { readUntrusted } from "../config/approval.ts";
import { writeText } from "../host/store.ts";
import type { Undo } from "./undo.ts";

/** Adds the entries a workspace's `.gitignore` lacks. A link in its place stays, and nothing is written. */
export async function addIgnored(workspace: string, entries: readonly string[], undo: Undo): Promise<void> {
  const file = `${workspace}/.gitignore`;
  const info = await Deno.lstat(file).catch(() => undefined);
  if (info && !info.isFile) return;
  const before = await readUntrusted(file);
  const lines = new Set((before ?? "").split("\n").map((line) => line.trim()));
  const missing = entries.filter((entry) => !lines.has(entry) && !lines.has(`/${entry}`));
  if (missing.length === 0) return;
  const start = before === undefined || before === "" || before.endsWith("\n") ? before ?? "" : `${before}\n`;
  const mode = (info?.mode ?? 0o644) & 0o777;
  // Written beside and renamed, so that a link put there meanwhile is replaced, not followed.
  await writeText(file, `${start}${missing.join("\n")}\n`, mode);
  undo.add(() => before === undefined ? Deno.remove(file) : writeText(file, before, mode));
}
