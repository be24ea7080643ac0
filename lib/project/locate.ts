/**
 * Which project is meant: by a name, by a folder, or by where we are.
 *
 * @module
 */

import { absolutePath, exists, isFolder, NO_FOLDER } from "../host/path.ts";
import { info } from "../spec/ui.ts";
import { standaloneRecords } from "../config/approval.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { cannot } from "../host/store.ts";
import { nearest, shellQuote } from "../host/ui/text.ts";
import {
  manifestOf,
  memberAbove,
  type PlacedMember,
  placedMembers,
  readWorksets,
  worksetAround,
} from "./membership/members.ts";
import { describe } from "./describe.ts";
import { detect } from "./detect.ts";
import { isWithin } from "./layout.ts";
import { freeName } from "./names.ts";
import type { Project } from "./project.ts";
import { readRegistry, type Registry } from "./registry.ts";

/**
 * The project a word or the current folder means. One that was never created comes with `exists: false` and the places
 * it would get; nothing is made.
 *
 * A word with a slash (or `.`, `..`) is a folder, else the qualified name `workset/project`; `default/project` is a
 * project of no workset, standalone ones included. A bare word is a folder here, else a project's name, first of the workset we are in; a word that
 * is neither is never taken for the project around us. Throws `unknown-project`, `not-a-folder`, `project-missing`,
 * `not-a-member`, `workset-damaged`.
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
  return freeName(folder, (name) => {
    if (Object.hasOwn(registry.worksets, name)) return true;
    if (Object.hasOwn(registry.projects, name) && name !== own) return true;
    // What is left of a removed project must not become another's home.
    return exists(`${host.system.paths.boxes}/${name}`);
  });
}

async function targetFolder(
  host: Host,
  registry: Registry,
  word: string | undefined,
  cwd: string,
): Promise<string> {
  if (word === undefined) return await existingFolder(cwd, ".");
  const path = absolutePath(word, cwd);
  if (word.includes("/") || word === "." || word === "..") {
    const qualified = await qualifiedFolder(host, registry, word, path);
    return qualified ?? await existingFolder(path, word);
  }
  if (word !== "" && isFolder(path)) {
    return await existingFolder(path, word);
  }
  return await namedFolder(host, registry, word, cwd);
}

/** The words of `workset/project`, when a text can be one: it is no folder, and the first word is a workset's name. */
export function qualifiedParts(
  registry: Registry,
  word: string,
  path: string,
): { workset: string; name: string } | undefined {
  const [workset, name, ...more] = word.split("/");
  if (!workset || !name || more.length > 0) return undefined;
  if (workset !== DEFAULT && !Object.hasOwn(registry.worksets, workset)) return undefined;
  if (exists(path)) return undefined;
  return { workset, name };
}

/** What the group of all projects that are in no workset is called. */
const DEFAULT = "default";

async function qualifiedFolder(
  host: Host,
  registry: Registry,
  word: string,
  path: string,
): Promise<string | undefined> {
  const parts = qualifiedParts(registry, word, path);
  if (!parts) return undefined;
  const { workset, name } = parts;
  if (workset === DEFAULT) {
    return await outsideWorksets(host, registry, name);
  }
  const root = registry.worksets[workset]!;
  const [one] = await readWorksets({ [workset]: root });
  const members = placedMembers([{ ...one!, manifest: manifestOf(one!) }]);
  const found = members.find(({ member }) => member.name === name);
  if (found) return await registeredFolder(word, found.path);
  const meant = nearest(name, members.map(({ member }) => member.name));
  throw new KanibakoError(
    "unknown-project",
    `There is no project ${shellQuote(name)} in the workset ${workset}.`,
    {
      hint: [
        ...(meant === undefined ? [] : [`Did you mean ${workset}/${meant}?`]),
        `Its projects: kanibako workset info ${workset}`,
      ],
    },
  );
}

async function namedFolder(host: Host, registry: Registry, name: string, cwd: string): Promise<string> {
  const registered = Object.hasOwn(registry.projects, name) ? registry.projects[name] : undefined;
  const here = await memberHere(registry, name, cwd);
  if (here) {
    const full = `${here.workset.name}/${name}`;
    if (registered !== undefined) {
      info(host.ui, "name-in-workset", { name, full });
    }
    return await registeredFolder(full, here.path);
  }
  if (registered === undefined && Object.hasOwn(registry.worksets, name)) {
    throw new KanibakoError("is-workset", `${shellQuote(name)} is a workset, not a project.`, {
      hint: [`Its projects: kanibako workset info ${name}`, `To name one of them: ${name}/PROJECT`],
    });
  }
  return await outsideWorksets(host, registry, name);
}

/** The folder of the project of that name that is in no workset: a registered one before a standalone one. */
async function outsideWorksets(host: Host, registry: Registry, name: string): Promise<string> {
  const registered = Object.hasOwn(registry.projects, name) ? registry.projects[name] : undefined;
  const records = Object.entries(await standaloneRecords(host.dirs.state));
  const standalone = records.filter(([, record]) => record.name === name).map(([path]) => path);
  if (registered !== undefined) {
    if (standalone.length > 0) {
      info(host.ui, "name-of-several", { name, path: registered, others: standalone.sort() });
    }
    return await registeredFolder(name, registered);
  }
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
  throw await unknownName(host, registry, name);
}

/** The project of that name in the workset around a folder: in its root, or in the folder of one of its projects. */
export async function memberHere(
  registry: Registry,
  name: string,
  cwd: string,
): Promise<PlacedMember | undefined> {
  if (Object.keys(registry.worksets).length === 0) return undefined;
  const folder = await Deno.realPath(cwd).catch(() => cwd);
  const worksets = await readWorksets(registry.worksets);
  const around = worksetAround(worksets, folder)?.name ?? memberAbove(worksets, folder)?.workset.name;
  return placedMembers(worksets).find(({ workset, member }) =>
    workset.name === around && member.name === name
  );
}

async function unknownName(host: Host, registry: Registry, name: string): Promise<KanibakoError> {
  const members = placedMembers(await readWorksets(registry.worksets));
  const elsewhere = members.filter(({ member }) => member.name === name)
    .map(({ workset }) => `${workset.name}/${name}`);
  const known = [
    ...Object.keys(registry.projects),
    ...Object.values(await standaloneRecords(host.dirs.state)).map((record) => record.name),
    ...members.map(({ workset, member }) => `${workset.name}/${member.name}`),
  ];
  const meant = elsewhere.length > 0 ? elsewhere : [nearest(name, known)].filter((one) => one !== undefined);
  return new KanibakoError("unknown-project", `There is no project or folder called ${shellQuote(name)}.`, {
    hint: [
      ...meant.map((one) => `Did you mean ${shellQuote(one)}?`),
      "To list projects: kanibako list. To name a folder, use a slash, such as ./name.",
    ],
  });
}

async function registeredFolder(name: string, path: string): Promise<string> {
  let real: string | undefined;
  try {
    real = await Deno.realPath(path);
    if (real === path) return path;
  } catch (cause) {
    // It is there, as far as anybody can tell.
    if (cause instanceof Deno.errors.PermissionDenied) throw closedFolder(name, path, cause);
  }
  throw new KanibakoError(
    "project-missing",
    real === undefined
      ? `The folder of project ${shellQuote(name)} is gone: ${shellQuote(path)}.`
      : `The folder of project ${shellQuote(name)} is another one now: ${shellQuote(path)} leads to ${
        shellQuote(real)
      }.`,
    {
      hint: [
        `If it was moved: kanibako box migrate ${shellQuote(name)} FOLDER`,
        `Otherwise move it back, or forget the project: kanibako rm ${shellQuote(name)}`,
      ],
    },
  );
}

function closedFolder(name: string, path: string, cause: unknown): KanibakoError {
  return new KanibakoError(
    "project-closed",
    `Cannot open the folder of project ${shellQuote(name)}, ${shellQuote(path)}: permission denied.`,
    {
      hint: [
        "You may have left a group that may enter it, or have not logged in again since you joined it. Your groups: id",
        `Who may enter the folders on the way: namei -l ${shellQuote(path)}`,
      ],
      cause,
    },
  );
}

async function existingFolder(path: string, shown: string): Promise<string> {
  if (isWithin(path, NO_FOLDER)) throw new KanibakoError("not-a-folder", `There is no folder ${NO_FOLDER}.`);
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
