/**
 * Shows what changed.
 *
 * @module
 */

import { formatBytes } from "../../../host/size.ts";
import { cyan, green, json, out, outText, type Part, red, yellow } from "../../../host/terminal.ts";
import { type Difference, differences, openSides, textDifference } from "../../../vault/diff.ts";
import { sweepVault } from "../../../vault/store.ts";
import type { Context } from "../../context.ts";
import { openProjectVault } from "./open.ts";
import type { DiffFlags } from "./vault.ts";

/** Runs `kanibako box vault diff`. */
export default async function diff(this: Context, flags: DiffFlags, a?: string, b?: string): Promise<void> {
  const host = await this.host();
  using vault = await openProjectVault(host, flags.project, this.cwd);
  try {
    using sides = await openSides(vault, a, b);
    const { before, after } = sides;
    if (flags.file !== undefined) {
      for (const line of await textDifference(before, after, flags.file)) out(coloured(line));
      return;
    }
    const found = differences(before.folder, after.folder, flags.content);
    if (flags.json) return json({ before: before.name, after: after.name, differences: [...found] });
    if (flags.quiet) {
      for (const { path } of found) out(path);
      return;
    }
    show(found, before.name, after.name);
  } finally {
    await sweepVault(vault);
  }
}

function show(found: Iterable<Difference>, before: string, after: string): void {
  const counts = { added: 0, changed: 0, removed: 0 };
  for (const one of found) {
    counts[one.what]++;
    const sign = one.what === "added" ? green("+") : one.what === "removed" ? red("-") : yellow("~");
    out(sign, ` ${one.path}${one.kind === "folder" ? "/" : ""}`, sizes(one));
  }
  const total = counts.added + counts.changed + counts.removed;
  const sides = `${before} to ${after}`;
  outText(
    total === 0
      ? `No difference: ${sides}.\n`
      : `${counts.added} added, ${counts.changed} changed, ${counts.removed} removed: ${sides}.\n`,
  );
}

function sizes({ before, after }: Difference): Part {
  if (before === undefined && after === undefined) return "";
  if (before === undefined || after === undefined) return `  ${formatBytes(before ?? after!)}`;
  return before === after ? `  ${formatBytes(after)}` : `  ${formatBytes(before)} -> ${formatBytes(after)}`;
}

function coloured(line: string): Part {
  if (/^(---|\+\+\+) /.test(line)) return line;
  if (line.startsWith("@@")) return cyan(line);
  return line.startsWith("+") ? green(line) : line.startsWith("-") ? red(line) : line;
}
