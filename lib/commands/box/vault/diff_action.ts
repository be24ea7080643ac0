/**
 * Shows what changed.
 *
 * @module
 */

import { formatBytes } from "../../../host/size.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { cyan, green, json, out, outText, type Part, red, warn, yellow } from "../../../host/ui/terminal.ts";
import { type Compared, compareFile, compareSnapshots } from "../../../app/vault/diff.ts";
import type { Difference } from "../../../vault/compare/diff.ts";
import type { Context } from "../../context.ts";
import type { DiffFlags } from "./vault.ts";

/** Runs `kanibako box vault diff`. */
export default async function diff(this: Context, flags: DiffFlags, a?: string, b?: string): Promise<void> {
  const host = await this.host();
  const request = { project: flags.project, cwd: this.cwd, before: a, after: b, content: flags.content };
  if (flags.file !== undefined) {
    for (const line of await compareFile(host, request, flags.file)) out(coloured(line));
    return;
  }
  await compareSnapshots(host, request, (found, compared) => {
    if (flags.json) json({ ...compared, paths: compared.paths ?? null, differences: [...found] });
    else if (flags.quiet) { for (const one of found) out(shown(one)); }
    else show(found, compared);
  });
}

function show(found: Iterable<Difference>, { before, after, paths }: Compared): void {
  const counts = { added: 0, changed: 0, removed: 0 };
  const unreadable: string[] = [];
  for (const one of found) {
    if (one.what === "unreadable") {
      unreadable.push(shown(one));
      continue;
    }
    counts[one.what]++;
    const sign = one.what === "added" ? green("+") : one.what === "removed" ? red("-") : yellow("~");
    out(sign, ` ${shown(one)}${one.kind === "folder" ? "/" : ""}`, sizes(one));
  }
  const total = counts.added + counts.changed + counts.removed;
  const sides = `${before} to ${after}${paths ? `, ${limits(paths)}` : ""}`;
  outText(
    total === 0
      ? `No difference: ${sides}.\n`
      : `${counts.added} added, ${counts.changed} changed, ${counts.removed} removed: ${sides}.\n`,
  );
  tellUnreadable(unreadable);
}

function shown({ part, path }: Difference): string {
  return part === "home" ? `home: ${path}` : path;
}

/** What nobody can tell of: a box may have changed anything there. */
function tellUnreadable(paths: readonly string[]): void {
  if (paths.length === 0) return;
  warn(
    `Not compared, because ${paths.length === 1 ? "it" : "they"} could not be read: ${
      paths.slice(0, 10).map(shellQuote).join(" ")
    }${paths.length > 10 ? ` and ${paths.length - 10} more` : ""}`,
  );
}

/** What was looked at, where a snapshot holds some paths only. */
function limits(paths: readonly string[]): string {
  if (paths.length === 0) return "which hold nothing in common";
  return paths.length === 1 ? `only ${shellQuote(paths[0]!)}` : `only ${paths.length} paths`;
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
