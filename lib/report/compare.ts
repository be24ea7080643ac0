/**
 * What happened between two looks, as lines of a report.
 *
 * @module
 */

import { effectOf } from "./effect.ts";
import type { Counts, Danger, Entry } from "./entry.ts";
import { isUsualInClone } from "./keys/git_config.ts";
import type { Change, Finding, Look, Seen } from "./look.ts";
import { isAt, partsOf } from "./place.ts";
import { TABLE } from "./table.ts";

/** From so many on, several of a kind in one folder are one line. */
const TOGETHER = 4;
/** The time of a file may be that much older than a look that came before it, in milliseconds. */
const COARSE_MS = 100;
const DANGERS: readonly Danger[] = ["unasked", "usual", "asked"];
const CHANGES: readonly Change[] = ["new", "changed", "executable", "removed"];

/** What counts by being there, whatever becomes of it. */
const UNCHANGING: ReadonlySet<Counts> = new Set(["program", "installed", "leads-out", "set-id", "presence"]);
const BY_ID = new Map(TABLE.map((entry) => [entry.id, entry]));

/** Compares. The most dangerous comes first. */
export function compareLooks(before: Look, after: Look): Finding[] {
  const findings: Finding[] = [];
  for (const [path, now] of Object.entries(after.seen)) {
    const finding = lookedAgain(before, after, path, now);
    if (finding) findings.push(finding);
  }
  // With another table, what is missing may be there still.
  for (const [path, then] of after.table === before.table ? Object.entries(before.seen) : []) {
    const finding = Object.hasOwn(after.seen, path) ? undefined : removed(path, then, after);
    if (finding) findings.push(finding);
  }
  return together(findings).sort(inOrder);
}

function lookedAgain(before: Look, after: Look, path: string, now: Seen): Finding | undefined {
  const then = Object.hasOwn(before.seen, path) ? before.seen[path] : undefined;
  for (const entry of entriesOf(now)) {
    const known = then?.entries.includes(entry.id) ? then : undefined;
    if (!known && mayBeOld(entry, path, before, after, now)) continue;
    // Another version may read other keys of the same content.
    if (known && before.table !== after.table && known.stamp === now.stamp) continue;
    const what = known ? changed(entry, known, now) : appeared(entry, path, before, now);
    if (what) return finding(entry, path, what.change, what.keys ?? [], now);
  }
  return undefined;
}

interface What {
  readonly change: Change;
  readonly keys?: readonly string[];
}

/** Something that was not there, or did not count. */
function appeared({ counts }: Entry, path: string, before: Look, now: Seen): What | undefined {
  if (counts === "program" || counts === "installed") {
    return { change: wasThere(before, now) ? "executable" : "new" };
  }
  if (counts === "git-pointer" && isUsualPointer(path, now)) return undefined;
  const { keys } = now;
  if (keys === undefined) return { change: "new" };
  // Every repository that was cloned says from where.
  const counting = Object.entries(keys).filter(([key, value]) =>
    counts !== "git-config" || !isUsualInClone(key) && !isUsualWorktree(path, key, value)
  ).map(([key]) => key);
  return counting.length > 0 || now.kind === "symlink" ? { change: "new", keys: counting } : undefined;
}

/** Something that was there and counted. */
function changed({ counts }: Entry, then: Seen, now: Seen): What | undefined {
  if (then.kind !== now.kind || then.target !== now.target) return { change: "changed" };
  if (UNCHANGING.has(counts)) return undefined;
  if (then.keys && now.keys) {
    const keys = differing(then.keys, now.keys);
    if (keys.length > 0) return { change: "changed", keys };
  } else if (isOther(then, now)) return { change: "changed" };
  const executable = (now.mode & 0o111) !== 0 && (then.mode & 0o111) === 0;
  return executable && now.kind === "file" && counts === "content" ? { change: "executable" } : undefined;
}

function removed(path: string, then: Seen, after: Look): Finding | undefined {
  const entry = entriesOf(then).find(({ counts }) => !UNCHANGING.has(counts) && counts !== "git-pointer");
  if (!entry || then.keys && Object.keys(then.keys).length === 0) return undefined;
  return wasLookedAt(entry, path, after) ? finding(entry, path, "removed", [], undefined) : undefined;
}

/** Whether a look would have seen something at a path, if there were anything: it does not see everything of a large project. */
function wasLookedAt({ places }: Entry, path: string, { bounds, seen }: Look): boolean {
  if (bounds.length === 0) return true;
  // A project that could not be opened.
  if (bounds.includes("") && Object.keys(seen).length === 0) return false;
  const parts = path.split("/");
  const isBound = (length: number) => bounds.includes(parts.slice(0, length).join("/"));
  const isClear = (from: number, to: number) => {
    for (let length = from; length < to; length++) if (isBound(length)) return false;
    return true;
  };
  return places.some((place) => {
    if (!isAt(path, place)) return false;
    const { anywhere, names, below } = partsOf(place);
    const last = below ? parts.length - names.length - 1 : parts.length - names.length;
    for (let from = 0; from <= (anywhere ? Math.max(0, last) : 0); from++) {
      if (!isAt(parts.slice(from).join("/"), anywhere ? place.slice(3) : place)) continue;
      // Names of their own are looked for in each folder that is reached.
      const pattern = names.findIndex((name) => name.includes("*"));
      const named = pattern < 0 ? names.length : pattern;
      const isReached = from === 0 || isClear(0, from + 1);
      if (isReached && (named === names.length && !below || isClear(from + named, parts.length))) return true;
    }
    return false;
  });
}

function finding(
  entry: Entry,
  path: string,
  change: Change,
  keys: readonly string[],
  now: Seen | undefined,
): Finding {
  const { id, what, danger } = entry;
  return {
    path,
    change,
    entry: id,
    what,
    effect: effectOf(entry, path, keys),
    danger,
    keys,
    ...(now?.target === undefined ? {} : { target: now.target }),
  };
}

/** Several of a kind in one folder become one line. */
function together(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  const result: Finding[] = [];
  for (const one of findings) {
    if (!BY_ID.get(one.entry)?.together) {
      result.push(one);
      continue;
    }
    const key = JSON.stringify([one.entry, one.change, folderOf(one.path)]);
    groups.set(key, [...groups.get(key) ?? [], one]);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (group.length < TOGETHER) result.push(...group);
    else {
      const { target: _target, ...rest } = first!;
      result.push({ ...rest, path: folderOf(first!.path), count: group.length });
    }
  }
  return result;
}

function inOrder(one: Finding, other: Finding): number {
  return DANGERS.indexOf(one.danger) - DANGERS.indexOf(other.danger) ||
    CHANGES.indexOf(one.change) - CHANGES.indexOf(other.change) ||
    (one.path < other.path ? -1 : one.path > other.path ? 1 : 0);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function entriesOf({ entries }: Seen): Entry[] {
  return entries.flatMap((id) => BY_ID.get(id) ?? []);
}

function isOther(then: Seen, now: Seen): boolean {
  return then.hash !== undefined && now.hash !== undefined
    ? then.hash !== now.hash
    : then.stamp !== now.stamp;
}

function differing(then: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] {
  const all = new Set([...Object.keys(then), ...Object.keys(now)]);
  const value = (of: Readonly<Record<string, string>>, key: string) =>
    Object.hasOwn(of, key) ? of[key] : undefined;
  return [...all].filter((key) => value(then, key) !== value(now, key));
}

/**
 * Whether this was there at the earlier look, which did not see it: it lay beyond its limits, or its table had no such place. Times say
 * that, which a box cannot set; but they say nothing of a folder that was renamed, so only where the look did not see everything.
 */
function mayBeOld(entry: Entry, path: string, before: Look, after: Look, now: Seen): boolean {
  if (changedMs(now, 4) >= before.at - COARSE_MS) return false;
  return before.table !== after.table || !wasLookedAt(entry, path, before);
}

/** Whether its content is from before the earlier look: then it has become what it is. */
function wasThere({ at }: Look, now: Seen): boolean {
  return now.kind === "file" && changedMs(now, 3) < at - COARSE_MS;
}

function changedMs({ stamp }: Seen, part: 3 | 4): number {
  return Number(stamp.split(" ").at(-1)!.split(":")[part]) / 1e6;
}

/** Where git itself says that the files of a submodule are: in the project. */
function isUsualWorktree(path: string, key: string, value: string): boolean {
  const up = "../".repeat(path.split("/").length - 1);
  return key === "core.worktree" && path.startsWith(".git/modules/") && value.startsWith(up) &&
    value.slice(up.length).split("/").every((name) => !["", ".", "..", ".git"].includes(name));
}

/** What git itself writes for a submodule or a further worktree of this project, whose hooks and configuration are looked at. */
function isUsualPointer(path: string, { keys, kind }: Seen): boolean {
  const up = "../".repeat(path.split("/").length - 1);
  const leads = keys?.["gitdir"];
  if (kind !== "file" || up === "" || !leads?.startsWith(`${up}.git/`)) return false;
  const names = leads.slice(up.length).split("/").slice(1);
  // deno-lint-ignore no-control-regex
  if (names.some((name) => name === "" || name === "." || name === ".." || /[\u0000-\u001f]/.test(name))) {
    return false;
  }
  return names[0] === "modules" && (names.length === 2 || names.length === 3) ||
    names[0] === "worktrees" && names.length === 2;
}
