/**
 * What changed between two snapshots, or between one and what is live.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/text.ts";
import { openTree } from "../host/tree.ts";
import type { FolderHandle } from "../host/tree_handle.ts";
import { comparePaths, linesOf, type ManifestLine } from "./manifest.ts";
import { plainPaths } from "./select.ts";
import { bring } from "./bring.ts";
import { archiveOf, discard, findSnapshot, listSnapshots, makeDraft, openPart, type Vault } from "./store.ts";

/** One entry that differs. */
export interface Difference {
  readonly what: "added" | "removed" | "changed";
  readonly path: string;
  readonly kind: string;
  /** Bytes before and after; absent where there was or is nothing, and of what is not a file. */
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

/** A side of a comparison. */
export interface Side extends Disposable {
  /** The snapshot's name, or `live`. */
  readonly name: string;
  readonly folder: FolderHandle | undefined;
}

/** The longest file whose text is compared. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** Opens both sides: the last snapshot unless told, and what is live unless told. */
export async function openSides(
  vault: Vault,
  a: string | undefined,
  b: string | undefined,
): Promise<{ readonly before: Side; readonly after: Side } & Disposable> {
  const first = a ?? (await listSnapshots(vault)).all.findLast(({ record }) => !record.only)?.name;
  if (first === undefined) {
    throw new KanibakoError("unknown-snapshot", `There is no snapshot of ${vault.project.name} yet.`, {
      hint: `Take one: kanibako box vault snapshot ${shellQuote(vault.project.name)}`,
    });
  }
  const before = await openSide(vault, first);
  try {
    const after = b === undefined ? liveSide(vault) : await openSide(vault, b);
    return {
      before,
      after,
      [Symbol.dispose]: () => {
        before[Symbol.dispose]();
        after[Symbol.dispose]();
      },
    };
  } catch (error) {
    before[Symbol.dispose]();
    throw error;
  }
}

function liveSide(vault: Vault): Side {
  const folder = vault.base.open(vault.live);
  return { name: "live", folder, [Symbol.dispose]: () => folder?.[Symbol.dispose]() };
}

async function openSide(vault: Vault, name: string): Promise<Side> {
  const snapshot = await findSnapshot(vault, name);
  const folder = openPart(vault, snapshot, "content");
  if (folder) return { name, folder, [Symbol.dispose]: () => folder[Symbol.dispose]() };
  if (!archiveOf(vault, snapshot)) {
    throw new KanibakoError(
      "damaged-snapshot",
      `The snapshot ${shellQuote(name)} is damaged: its content is missing.`,
    );
  }
  // An archive is unpacked for as long as the comparison takes.
  const draft = makeDraft(vault);
  try {
    await bring(vault, snapshot, { part: "content", into: draft.folder, name: "fresh" });
    const fresh = draft.folder.open("fresh");
    return {
      name,
      folder: fresh,
      [Symbol.dispose]: () => {
        fresh?.[Symbol.dispose]();
        draft.folder[Symbol.dispose]();
      },
    };
  } catch (error) {
    draft.folder[Symbol.dispose]();
    await discard(vault.versions, draft.name);
    throw error;
  }
}

/** Every difference, in order. `content`: files that look the same by length and time are read and compared too. */
export function* differences(
  before: FolderHandle | undefined,
  after: FolderHandle | undefined,
  content: boolean,
): Generator<Difference, void> {
  const noSum = () => "";
  const lines = (folder: FolderHandle | undefined) => withoutSpecial(folder, content ? undefined : noSum);
  const [one, other] = [lines(before), lines(after)];
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
function* withoutSpecial(
  folder: FolderHandle | undefined,
  sumOf: (() => string) | undefined,
): Generator<ManifestLine, void> {
  if (!folder) return;
  for (const line of linesOf({ name: "content", folder }, sumOf)) if (line.kind !== "other") yield line;
}

function difference(
  what: Difference["what"],
  a: ManifestLine | undefined,
  b: ManifestLine | undefined,
): Difference {
  const { path, kind } = (b ?? a)!;
  return {
    what,
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
export async function textDifference(before: Side, after: Side, path: string): Promise<string[]> {
  const plain = plainPaths([path])[0]!;
  const [a, b] = [await textOf(before, plain), await textOf(after, plain)];
  if (a === undefined && b === undefined) {
    throw new KanibakoError(
      "unknown-path",
      `There is no file ${shellQuote(plain)} in ${before.name} or ${after.name}.`,
    );
  }
  const { unified } = await import("./unified.ts");
  return unified(a ?? "", b ?? "", `${before.name}/${plain}`, `${after.name}/${plain}`);
}

async function textOf(side: Side, path: string): Promise<string | undefined> {
  if (!side.folder) return undefined;
  using tree = await openTree(side.folder.path);
  const bytes = tree.readFile(path, MAX_TEXT_BYTES);
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch { /* not text */ }
  throw new KanibakoError(
    "not-text",
    `Cannot compare ${shellQuote(path)} as text: in ${side.name} it is not.`,
  );
}
