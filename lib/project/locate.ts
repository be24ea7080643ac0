/**
 * Which project is meant: by a name, by a folder, or by where we are.
 *
 * @module
 */

import { standaloneRecords } from "../config/approval.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { cannot } from "../host/store.ts";
import { nearest, shellQuote } from "../host/text.ts";
import { describe } from "./describe.ts";
import { detect } from "./detect.ts";
import { freeName } from "./names.ts";
import type { Project } from "./project.ts";
import { readRegistry, type Registry } from "./registry.ts";

/**
 * The project a word or the current folder means. One that was never created comes with `exists: false` and the places
 * it would get; nothing is made.
 *
 * A word with a slash (or `.`, `..`) is a folder. A bare word is a folder here, else a project's name; a word that is
 * neither is never taken for the project around us. Throws `unknown-project`, `not-a-folder`, `project-missing`.
 */
export async function locateProject(
  host: Host,
  word?: string,
  cwd: string = Deno.cwd(),
): Promise<Project> {
  const registry = await readRegistry(host);
  const folder = await targetFolder(host, registry, word, cwd);
  const found = await detect(host, registry, folder);
  return await describe(
    host,
    found ?? { mode: "new", path: folder, name: await newName(host, registry, folder) },
  );
}

/** The name a folder would get if it became a project now. */
export function newName(host: Host, registry: Registry, folder: string): Promise<string> {
  const own = Object.entries(registry.projects).find(([, path]) => path === folder)?.[0];
  return freeName(folder, async (name) => {
    if (Object.hasOwn(registry.worksets, name)) return true;
    if (Object.hasOwn(registry.projects, name) && name !== own) return true;
    // What is left of a removed project must not become another's home.
    return await Deno.lstat(`${host.system.paths.boxes}/${name}`).then(() => true, () => false);
  });
}

async function targetFolder(
  host: Host,
  registry: Registry,
  word: string | undefined,
  cwd: string,
): Promise<string> {
  if (word === undefined) return await existingFolder(cwd, ".");
  const path = word.startsWith("/") ? word : `${cwd}/${word}`;
  if (word.includes("/") || word === "." || word === "..") return await existingFolder(path, word);
  if (word !== "" && await Deno.stat(path).then((info) => info.isDirectory, () => false)) {
    return await existingFolder(path, word);
  }
  return await namedFolder(host, registry, word);
}

async function namedFolder(host: Host, registry: Registry, name: string): Promise<string> {
  const registered = Object.hasOwn(registry.projects, name) ? registry.projects[name] : undefined;
  if (registered !== undefined) return await registeredFolder(name, registered);
  if (Object.hasOwn(registry.worksets, name)) {
    throw new KanibakoError("is-workset", `${shellQuote(name)} is a workset, not a project.`);
  }
  const records = Object.entries(await standaloneRecords(host.dirs.state));
  const standalone = records.filter(([, record]) => record.name === name).map(([path]) => path);
  if (standalone.length === 1) return await registeredFolder(name, standalone[0]!);
  if (standalone.length > 1) {
    throw new KanibakoError(
      "ambiguous-project",
      `More than one standalone project is called ${shellQuote(name)}.`,
      {
        hint: standalone.sort().map((path) => `Give its folder: ${shellQuote(path)}`),
      },
    );
  }
  const meant = nearest(name, [
    ...Object.keys(registry.projects),
    ...records.map(([, record]) => record.name),
  ]);
  throw new KanibakoError("unknown-project", `There is no project or folder called ${shellQuote(name)}.`, {
    hint: [
      ...(meant === undefined ? [] : [`Did you mean ${shellQuote(meant)}?`]),
      "kanibako list shows all projects; a folder is written with a slash, such as ./name.",
    ],
  });
}

async function registeredFolder(name: string, path: string): Promise<string> {
  const real = await Deno.realPath(path).catch(() => undefined);
  if (real === path) return path;
  throw new KanibakoError(
    "project-missing",
    real === undefined
      ? `The folder of project ${shellQuote(name)} is gone: ${shellQuote(path)}.`
      : `The folder of project ${shellQuote(name)} is another one now: ${shellQuote(path)} leads to ${
        shellQuote(real)
      }.`,
    { hint: `Put the folder back, or forget the project: kanibako rm ${shellQuote(name)}` },
  );
}

async function existingFolder(path: string, shown: string): Promise<string> {
  try {
    const real = await Deno.realPath(path);
    if ((await Deno.stat(real)).isDirectory) return real;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) {
      throw new KanibakoError("not-a-folder", `There is no folder ${shellQuote(shown)}.`, {
        hint: `To make it a project: kanibako create ${shellQuote(shown)}`,
      });
    }
    throw cannot("open", shown, cause);
  }
  throw new KanibakoError("not-a-folder", `${shellQuote(shown)} is not a folder.`);
}
