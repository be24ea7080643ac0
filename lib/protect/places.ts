/**
 * Which paths of a project are protected: those at places of the table whose entry says so.
 *
 * @module
 */

import type { Folder } from "../host/tree/folder.ts";
import { isUtf8 } from "../host/tree/raw_name.ts";
import type { Entry } from "../report/entry.ts";
import { isAt, matchesName, type Parts, partsOf } from "../report/place.ts";
import { TABLE } from "../report/table.ts";
import { seenAt } from "./seen.ts";
import type { Manifest, PlaceKind } from "./manifest.ts";

/** A path that is protected. */
export interface ProtectedPlace {
  readonly path: string;
  readonly kind: PlaceKind;
  /** The id of the entry of the table. */
  readonly entry: string;
}

/** Most names of one folder that a `*` in the middle of a place is compared with. */
const MAX_NAMES = 1000;

/** The entries that a mode protects. */
function protectedEntries(mode: "hooks" | "all"): readonly Entry[] {
  return TABLE.filter(({ protect }) => protect === "hooks" || (mode === "all" && protect === "all"));
}

/**
 * What there is to protect in a project, parents before what is in them and without the latter. Where all of a folder is a place, the
 * folder is, even an empty one: so nothing can be made in it. Reached through folders only.
 */
export async function protectedPlaces(
  workspace: Folder,
  mode: "hooks" | "all",
): Promise<Pick<Manifest, "places" | "known" | "bounds">> {
  const entries = protectedEntries(mode);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const found = new Map<string, ProtectedPlace>();
  const known: Record<string, string> = {};
  const bases = new Set([""]);
  const { seen, bounds } = await seenAt(workspace);
  for (const { path, kind, entries: ids, stamp } of seen) {
    const entry = ids.map((id) => byId.get(id)).find((one) => one !== undefined);
    if (!entry) continue;
    if (kind === "other" || !isUtf8(path)) known[path] = stamp;
    else if (kind !== "folder" && isReached(workspace, path)) {
      found.set(path, { path, kind, entry: entry.id });
    }
    for (const base of basesOf(path, entry)) bases.add(base);
  }
  for (const entry of entries) {
    for (const place of entry.places) {
      const parts = partsOf(place);
      const names = wholeFolder(parts);
      if (!names) continue;
      for (const base of parts.anywhere ? bases : [""]) {
        for (const path of foldersAt(workspace, base, names)) {
          found.set(path, { path, kind: "folder", entry: entry.id });
        }
      }
    }
  }
  return { places: outermost([...found.values()]), known, bounds };
}

/** What is at protected places now and was not when the run began. `unseen`: folders in which there is now more than is looked at. */
export async function newAtPlaces(
  workspace: Folder,
  { mode, places, known, bounds }: Manifest,
): Promise<{
  readonly found: readonly { readonly path: string; readonly entry: string }[];
  readonly unseen: readonly string[];
}> {
  const byId = new Map(protectedEntries(mode).map((entry) => [entry.id, entry]));
  const before = new Set(places.map(({ path }) => path));
  const isKnown = (path: string) => before.has(path) || foldersAbove(path).some((one) => before.has(one));
  const found: { path: string; entry: string }[] = [];
  const now = await seenAt(workspace);
  for (const { path, entries: ids, keys, stamp } of now.seen) {
    const entry = ids.find((id) => byId.has(id));
    // Of some files only parts count. Where there are none of these, nothing runs.
    if (
      entry === undefined || isKnown(path) || known[path] === stamp ||
      (keys && Object.keys(keys).length === 0)
    ) continue;
    found.push({ path, entry });
  }
  const unseen: string[] = [];
  for (const path of now.bounds.filter((path) => !bounds.includes(path))) {
    const whole = [...byId.values()].flatMap(({ id, places }) =>
      places.map((place) => ({ path: folderAround(path, place), entry: id }))
    ).find((one) => one.path !== undefined && !isKnown(one.path));
    // Where all of a folder counts, and it is new, nothing in it has to be known for it to be taken.
    if (whole) found.push({ path: whole.path!, entry: whole.entry });
    else if (!isKnown(path)) unseen.push(path);
  }
  return { found: outer(gathered(found)), unseen };
}

/** Above so many in one folder that is all of a place, the folder is taken whole. A look lists no more than some hundreds. */
const MAX_SINGLE = 100;

function gathered(
  found: readonly { readonly path: string; readonly entry: string }[],
): readonly { readonly path: string; readonly entry: string }[] {
  const folders = new Map<string, { entry: string; count: number }>();
  const folderOf = (path: string, id: string) => {
    const entry = TABLE.find((one) => one.id === id)!;
    return entry.places.map((place) => folderAt(path, place)).find((folder) => folder !== undefined);
  };
  const placed = found.map((one) => ({ ...one, folder: folderOf(one.path, one.entry) }));
  for (const { folder, entry } of placed) {
    if (folder === undefined) continue;
    const known = folders.get(folder);
    folders.set(folder, { entry, count: (known?.count ?? 0) + 1 });
  }
  const whole = new Map([...folders].filter(([, { count }]) => count > MAX_SINGLE));
  return [
    ...[...whole].map(([path, { entry }]) => ({ path, entry })),
    ...placed.filter(({ folder }) => folder === undefined || !whole.has(folder)).map(({ path, entry }) => ({
      path,
      entry,
    })),
  ];
}

/** Each path once, and not what goes along with another. */
function outer<T extends { readonly path: string }>(found: readonly T[]): readonly T[] {
  const byPath = new Map(found.map((one) => [one.path, one]));
  return [...byPath.values()].filter(({ path }) => !foldersAbove(path).some((one) => byPath.has(one)));
}

/** The folders of the project in which a path is, the innermost first. */
function foldersAbove(path: string): string[] {
  const above: string[] = [];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    above.push(path.slice(0, at));
  }
  return above;
}

/** The folder that is all of a place, where a folder is that or lies in it. */
function folderAround(path: string, place: string): string | undefined {
  const parts = partsOf(place);
  const names = wholeFolder(parts);
  if (!names || path === "") return undefined;
  const steps = path.split("/");
  for (let from = 0; from + names.length <= (parts.anywhere ? steps.length : names.length); from++) {
    if (names.every((name, at) => matchesName(name, steps[from + at] ?? ""))) {
      return steps.slice(0, from + names.length).join("/");
    }
  }
  return undefined;
}

/** The folder that is all of a place at which a path is. */
function folderAt(path: string, place: string): string | undefined {
  const parts = partsOf(place);
  const names = wholeFolder(parts);
  if (!names || !isAt(path, place)) return undefined;
  const steps = path.split("/");
  const from = parts.anywhere
    ? steps.findIndex((_, at) => names.every((name, n) => matchesName(name, steps[at + n] ?? "")))
    : 0;
  return steps.slice(0, from + names.length).join("/");
}

/** Whether the way to it leads through folders only. A look goes on through links. */
function isReached(workspace: Folder, path: string): boolean {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return true;
  try {
    using parent = workspace.openPath(path.slice(0, slash));
    return parent !== undefined;
  } catch {
    return false;
  }
}

/** The names that lead to a folder all of which is a place; `undefined` where only some names in a folder are. */
function wholeFolder({ names, below }: Parts): readonly string[] | undefined {
  if (below) return names;
  return names.length > 1 && names.at(-1) === "*" ? names.slice(0, -1) : undefined;
}

/** The folders below which a path is at a place of an entry that counts anywhere. */
function basesOf(path: string, { places }: Entry): readonly string[] {
  const parts = path.split("/");
  return places.filter((place) => place.startsWith("**/") && isAt(path, place)).flatMap((place) => {
    const { names, below } = partsOf(place);
    const bases: string[] = [];
    for (let from = 0; from + names.length <= parts.length; from++) {
      const rest = parts.length - from;
      const fits = (below ? rest > names.length : rest === names.length) &&
        names.every((name, at) => matchesName(name, parts[from + at]!));
      if (fits) bases.push(parts.slice(0, from).join("/"));
    }
    return bases;
  });
}

/** The folders that names, of which some may contain `*`, lead to below a folder of the project. */
function foldersAt(workspace: Folder, base: string, names: readonly string[]): readonly string[] {
  const found: string[] = [];
  const go = (folder: Folder, path: string, rest: readonly string[]) => {
    const [name, ...further] = rest;
    if (name === undefined) return void found.push(path);
    const fitting = name.includes("*")
      ? firstNames(folder).filter((one) => matchesName(name, one) && isUtf8(one))
      : [name];
    for (const one of fitting) {
      using next = folderIn(folder, one);
      if (next) go(next, path === "" ? one : `${path}/${one}`, further);
    }
  };
  const steps = base === "" ? [] : base.split("/");
  go(workspace, "", [...steps.filter(isUtf8), ...names]);
  return found;
}

function firstNames(folder: Folder): readonly string[] {
  try {
    return folder.names(MAX_NAMES);
  } catch {
    return [];
  }
}

function folderIn(folder: Folder, name: string): Folder | undefined {
  return folder.info(name)?.kind === "folder" ? folder.open(name) : undefined;
}

/** Without what lies in another. */
function outermost(places: readonly ProtectedPlace[]): readonly ProtectedPlace[] {
  const folders = new Set(places.filter(({ kind }) => kind === "folder").map(({ path }) => path));
  return places.filter(({ path }) => !foldersAbove(path).some((one) => folders.has(one))).sort((a, b) =>
    a.path < b.path ? -1 : 1
  );
}
