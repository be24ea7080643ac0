/**
 * What changed between two snapshots, or between one and what is live.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { openTree } from "../../host/tree/tree.ts";
import { comparePaths, linesOf, type ManifestLine, type TreePart } from "../checksums/manifest.ts";
import type { PartName } from "../record.ts";
import { plainPaths, within } from "./select_paths.ts";
import type { Side, Sides } from "./sides.ts";

/** One entry that differs. */
export interface Difference {
  readonly what: "added" | "changed" | "removed" | "unreadable";
  readonly part: PartName;
  readonly path: string;
  readonly kind: string;
  /** Bytes before and after; absent where there was or is nothing, and of what is not a file. */
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

/** The longest file whose text is compared. */
const MAX_TEXT_BYTES = 1024 * 1024;

/**
 * Every difference, in order; of the home too where both sides have it. `content`: files that look the same by length and time
 * are read and compared too.
 */
export function* differences({ before, after, paths }: Sides, content: boolean): Generator<Difference, void> {
  const both = (side: Side) => side.parts.some(({ name }) => name === "home");
  for (const name of both(before) && both(after) ? ["content", "home"] as const : ["content"] as const) {
    const unreadable = new Set<string>();
    const of = (side: Side) => {
      const part = side.parts.find((part) => part.name === name);
      return linesIn(part, paths, content, (path) => void unreadable.add(path));
    };
    for (const one of inStep(of(before), of(after), content)) {
      // What cannot be seen on one side is no difference.
      if (!isBelow(one.path, unreadable)) yield one;
    }
    for (const path of unreadable) yield { what: "unreadable", part: name, path, kind: "other" };
  }
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  if (folders.size === 0) return false;
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    if (folders.has(path.slice(0, end))) return true;
  }
  return false;
}

function* inStep(
  one: Generator<ManifestLine, void>,
  other: Generator<ManifestLine, void>,
  content: boolean,
): Generator<Difference, void> {
  try {
    let [a, b] = [one.next(), other.next()];
    while (!a.done || !b.done) {
      const order = a.done ? 1 : b.done ? -1 : comparePaths(a.value.path, b.value.path);
      if (order < 0) yield difference("removed", a.value!, undefined);
      else if (order > 0) yield difference("added", undefined, b.value!);
      else if (differ(a.value!, b.value!, content)) yield difference("changed", a.value!, b.value!);
      if (order <= 0) a = one.next();
      if (order >= 0) b = other.next();
    }
  } finally {
    one.return();
    other.return();
  }
}

/** Snapshots hold no pipes, sockets and devices: that these are missing is no difference. */
function* linesIn(
  part: TreePart | undefined,
  paths: readonly string[] | undefined,
  content: boolean,
  onUnreadable: (path: string) => void,
): Generator<ManifestLine, void> {
  if (!part) return;
  const wanted = paths && within(paths);
  for (const line of linesOf(part, content ? undefined : () => "", paths, onUnreadable)) {
    if (line.kind !== "other" && (!wanted || wanted(line.path))) yield line;
  }
}

function difference(
  what: Difference["what"],
  a: ManifestLine | undefined,
  b: ManifestLine | undefined,
): Difference {
  const { part, path, kind } = (b ?? a)!;
  return {
    what,
    part,
    path,
    kind,
    ...(a?.kind === "file" ? { before: a.size } : {}),
    ...(b?.kind === "file" ? { after: b.size } : {}),
  };
}

function differ(a: ManifestLine, b: ManifestLine, content: boolean): boolean {
  if (a.kind !== b.kind || a.size !== b.size || a.target !== b.target || a.sha256 !== b.sha256) return true;
  if (a.kind !== "symlink" && (a.mode & 0o777) !== (b.mode & 0o777)) return true;
  return a.kind === "file" && !content && a.mtime !== b.mtime;
}

/** The text of one file on both sides, as a unified comparison. Throws `unknown-path`, `not-text`. */
export async function textDifference({ before, after, paths }: Sides, path: string): Promise<string[]> {
  const plain = plainPaths([path])[0]!;
  if (paths && !within(paths)(plain)) {
    throw new KanibakoError(
      "unknown-path",
      `Cannot compare ${shellQuote(plain)}: ${before.name} and ${after.name} do not both contain it.`,
      { hint: `Both contain: ${paths.slice(0, 5).map(shellQuote).join(" ") || "nothing"}` },
    );
  }
  const [a, b] = [textOf(before, plain), textOf(after, plain)];
  if (a === undefined && b === undefined) {
    throw new KanibakoError(
      "unknown-path",
      `There is no file ${shellQuote(plain)} in ${before.name} or ${after.name}.`,
    );
  }
  const { unified } = await import("./unified.ts");
  return unified(a ?? "", b ?? "", `${before.name}/${plain}`, `${after.name}/${plain}`);
}

function textOf(side: Side, path: string): string | undefined {
  const content = side.parts.find(({ name }) => name === "content");
  if (!content) return undefined;
  using tree = openTree(content.folder.path);
  const bytes = tree.readFile(path, MAX_TEXT_BYTES);
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch { /* not text */ }
  throw new KanibakoError(
    "not-text",
    `Cannot compare ${shellQuote(path)} as text: in ${side.name} it is not text.`,
  );
}
