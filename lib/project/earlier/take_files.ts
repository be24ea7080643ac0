/**
 * Takes over what boxes are made from: the agents' files, rigs and their recipes, templates, shared folders. What is here already stays.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { exists, isFolder } from "../../host/path.ts";
import { readText } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { isEmptyFolder } from "../../host/tree/entry.ts";
import { crabFileOf } from "../../crab/file.ts";
import type { Step } from "../change/change.ts";
import { foldersIn } from "./boxes.ts";
import { isTable, readDocument, readDocumentFile, type Table, tableAt, textAt } from "./document.ts";
import { cannotTake, type Item, type ItemKind } from "./item.ts";
import { copyOf, drop } from "./settings.ts";
import type { Source } from "./source.ts";
import { changeOf, withoutShares } from "./take_box.ts";

const ID = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** Plans taking over everything of this kind. */
export async function takeFiles(host: Host, source: Source, shares: boolean): Promise<readonly Item[]> {
  const { data } = source;
  if (data === undefined) return [];
  const items = [...await takeCrabs(host, source, data, shares), ...await takeRigs(host, data)];
  if (!source.isOwn) items.push(...await copies(host, data));
  return [...items, ...await leftOut(data)];
}

async function takeCrabs(
  { system: { paths } }: Host,
  { isOwn }: Source,
  data: string,
  shares: boolean,
): Promise<Item[]> {
  const items: Item[] = [];
  for (const folder of ["crabs", "agents"]) {
    for (const name of await filesIn(`${data}/${folder}`)) {
      const [, id, ending] = /^(.+)\.(toml|yaml|yml)$/.exec(name) ?? [];
      if (id === undefined || (isOwn && ending === "toml") || items.some((item) => item.name === id)) {
        continue;
      }
      items.push(await takeCrab(paths, `${data}/${folder}/${name}`, id, shares));
    }
  }
  return items;
}

async function takeCrab(
  { crabs, data }: Host["system"]["paths"],
  from: string,
  id: string,
  shares: boolean,
): Promise<Item> {
  const item = { kind: "agent", name: id, about: from } as const;
  if (!ID.test(id)) return cannotTake("agent", id, from, "it is no id here");
  try {
    const here = [`${crabs}/${id}.toml`, `${data}/agents/${id}.toml`].find(exists);
    const before = here === undefined ? undefined : await readText(here);
    if (before !== undefined && !await saysNothing(before, here!)) {
      return { ...item, fate: "here", notes: [`${shellQuote(here!)} stays as it is`] };
    }
    const table = withoutShares(copyOf((await readDocumentFile(from)).table), shares);
    const notes: string[] = [];
    const text = await soundCrab(table, from, notes);
    const file = here ?? `${crabs}/${id}.toml`;
    const step: Step = { do: "write", file, before: before ?? null, after: text };
    const asks = new Map(Object.entries((await crabFileOf(text, file)).binds ?? {}));
    return {
      ...item,
      fate: "take",
      notes,
      asks,
      change: changeOf(`takeover of the agent ${id}`, [], [step]),
    };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return cannotTake("agent", id, from, error.message);
  }
}

/** Whether a crab file sets nothing, as a new one. */
async function saysNothing(text: string, path: string): Promise<boolean> {
  const { runArgs, state, env, shared, binds, tweak, template } = await crabFileOf(text, path);
  const tables = [state, env, shared, binds ?? {}];
  return runArgs.length === 0 && template === "standard" && tweak === undefined &&
    tables.every((table) => Object.keys(table).length === 0);
}

/** The text of a crab file, without what this program cannot read in it. */
async function soundCrab(table: Table, from: string, notes: string[]): Promise<string> {
  const { stringify } = await import("../../host/toml.ts");
  for (let tries = 0;; tries++) {
    const text = stringify(table);
    try {
      await crabFileOf(text, from);
      return text;
    } catch (error) {
      if (!(error instanceof KanibakoError) || tries > 100) throw error;
      // The error begins with the place, part by part.
      const said = error.message.slice(error.message.indexOf(from) + from.length).replace(/^[^A-Za-z_]*/, "");
      const path = said.slice(0, Math.max(0, said.indexOf(":"))).trim();
      if (path === "" || !drop(table, path.split("."))) throw error;
      notes.push(`not taken: ${path}`);
    }
  }
}

async function takeRigs({ dirs }: Host, data: string): Promise<Item[]> {
  const to = `${dirs.data}/rigs.toml`;
  try {
    const found = await readDocument(`${data}/rigs`);
    if (!found || found.file === to) return [];
    const rows = tableAt(found.table, "rigs");
    const before = await readText(to);
    const whole: Table = before === undefined ? {} : (await readDocumentFile(to)).table;
    const here = tableAt(whole, "rigs");
    const names = Object.keys(rows).filter((name) => isTable(rows[name]) && !Object.hasOwn(here, name));
    if (names.length === 0) return [];
    const added = Object.fromEntries(names.map((name) => [name, rowOf(rows[name] as Table)]));
    const { stringify } = await import("../../host/toml.ts");
    const after = stringify({ ...whole, rigs: { ...here, ...added } });
    const step: Step = { do: "write", file: to, before: before ?? null, after };
    return [{
      kind: "rig",
      name: names.join(", "),
      about: found.file,
      fate: "take",
      change: changeOf("takeover of the registry of rigs", [], [step]),
    }];
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return [cannotTake("rig", "rigs", `${data}/rigs`, error.message)];
  }
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  kind: ["prefab", "template", "extended"],
  source_type: ["ref", "file", "extend", "import"],
};

function rowOf(row: Table): Table {
  const kept: Table = {};
  for (
    const name of [
      "kind",
      "source_type",
      "source",
      "image",
      "parent",
      "foundation_source",
      "created",
      "added",
    ]
  ) {
    const text = textAt(row, name);
    if (text !== undefined && (WORDS[name]?.includes(text) ?? true)) kept[name] = text;
  }
  if (typeof row["reproducible"] === "boolean") kept["reproducible"] = row["reproducible"];
  return kept;
}

/** Files and folders that are copied as they are, where nothing is in their place. */
async function copies({ system: { paths } }: Host, data: string): Promise<Item[]> {
  const items: Item[] = [];
  const copy = (kind: ItemKind, name: string, from: string, to: string): void => {
    const item = { kind, name, about: from } as const;
    if (exists(to) && !(isFolder(to) && isEmptyFolder(to))) return void items.push({ ...item, fate: "here" });
    const steps: Step[] = [];
    const missing: string[] = [];
    for (let at = to.slice(0, to.lastIndexOf("/")); !exists(at); at = at.slice(0, at.lastIndexOf("/"))) {
      missing.unshift(at);
    }
    for (const path of missing) steps.push({ do: "make-folder", path, mode: 0o700 });
    if (exists(to)) steps.push({ do: "drop-empty", path: to, mode: 0o700 });
    steps.push({ do: "copy", from, to });
    items.push({ ...item, fate: "take", change: changeOf(`takeover of ${from}`, [], steps) });
  };
  for (const name of await filesIn(`${data}/containers`)) {
    if (/^Containerfile\.[A-Za-z0-9._-]+$/.test(name)) {
      copy("rig recipe", name, `${data}/containers/${name}`, `${paths.data}/containers/${name}`);
    }
  }
  for (
    const [kind, folder, to, depth] of [
      ["template", "templates", paths.templates, 2],
      ["shared folder", "shared", paths.shared, 2],
      ["shared folder", "share_ro", paths.shareReadOnly, 1],
      ["shared folder", "share_rw", paths.shareReadWrite, 1],
    ] as const
  ) {
    for (const path of await below(`${data}/${folder}`, depth)) {
      copy(kind, path, `${data}/${folder}/${path}`, `${to}/${path}`);
    }
  }
  for (const id of await foldersIn(`${data}/crabs`)) {
    for (const path of await foldersIn(`${data}/crabs/${id}/share`)) {
      copy(
        "shared folder",
        `${id}/${path}`,
        `${data}/crabs/${id}/share/${path}`,
        `${paths.crabs}/${id}/share/${path}`,
      );
    }
  }
  return items;
}

/** Paths of folders, so many levels down, that have something in them. */
async function below(folder: string, depth: number): Promise<string[]> {
  const names = await foldersIn(folder);
  if (depth === 1) return names.filter((name) => !isEmptyFolder(`${folder}/${name}`));
  const inner = await Promise.all(
    names.map(async (name) => (await below(`${folder}/${name}`, depth - 1)).map((path) => `${name}/${path}`)),
  );
  return inner.flat();
}

async function filesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  if (!isFolder(folder)) return found;
  for await (const { name, isFile } of Deno.readDir(folder)) if (isFile) found.push(name);
  return found.sort();
}

/** What has no equal here. */
async function leftOut(data: string): Promise<Item[]> {
  const all: readonly (readonly [path: string, name: string, why: string])[] = [
    ["comms", "messages between boxes", "boxes have new mailboxes"],
    ["logs", "logs", "they are of boxes that ended"],
    ["browser-state", "the browser's cookies", "you log in again in the box"],
  ];
  const python = (await filesIn(`${data}/plugins`)).filter((name) => name.endsWith(".py"));
  const plugins = python.map((name) =>
    cannotTake(
      "other",
      `the plugin ${name}`,
      `${data}/plugins/${name}`,
      "an agent is described by an agent.toml here",
    )
  );
  return [
    ...plugins,
    ...all.filter(([path]) => isFolder(`${data}/${path}`) && !isEmptyFolder(`${data}/${path}`))
      .map(([path, name, why]) => cannotTake("other", name, `${data}/${path}`, why)),
  ];
}
