/**
 * Where a project may go: what must hold of a folder, and of a name.
 *
 * @module
 */

import { absolutePath, exists, normalPath, real } from "../../host/path.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import {
  manifestOf,
  memberBox,
  placedMembers,
  readWorksets,
  type Workset,
  workspacesFolder,
} from "../membership/members.ts";
import { standaloneRecords } from "../../config/approval.ts";
import { findProject } from "../detect.ts";
import { checkWorkspace } from "../guard.ts";
import { isWithin } from "../layout.ts";
import { newName } from "../locate.ts";
import { checkName } from "../names.ts";
import { type Project, type ProjectMode, qualifiedName } from "../project.ts";
import { readRegistry } from "../registry.ts";

/** The folder a word means that need not be there: absolute, symlinks above it resolved. */
export async function folderMeant(word: string, cwd: string): Promise<string> {
  const path = normalPath(absolutePath(word, cwd));
  return await Deno.realPath(path).catch(() => real(path));
}

/** What a folder is checked for. */
export interface FolderQuestion {
  readonly path: string;
  readonly mode: ProjectMode;
  /** The project that comes there. */
  readonly project: Project;
  /** Whether it goes away from where it is. */
  readonly moves: boolean;
  /** `absent`: nothing may be there; `folder`: a folder must be. */
  readonly must: "absent" | "folder" | "empty";
  /** The folder may lie in the project in which the other one lay. */
  readonly mayStayInside?: boolean;
}

/**
 * Throws when a folder cannot become a project's workspace: `exists`, `not-a-folder`, `nested-project`, `already-a-project`,
 * `holds-project`, and what `checkWorkspace` throws.
 */
export async function checkFolder(host: Host, question: FolderQuestion): Promise<void> {
  const { path, mode, project, must } = question;
  await checkWorkspace(host, path, { standalone: mode === "standalone", allowHome: path === project.path });
  const info = await Deno.lstat(path).catch(() => undefined);
  if (must === "absent" && info) {
    throw new KanibakoError("exists", `Cannot use ${shellQuote(path)}: it already exists.`, {
      hint: "Use a folder that does not exist; it is created.",
    });
  }
  if (must === "folder" && !info?.isDirectory || info && !info.isDirectory) {
    throw new KanibakoError("not-a-folder", `There is no folder ${shellQuote(path)}.`);
  }
  const registry = await readRegistry(host);
  const worksets = await readWorksets(registry.worksets);
  const around = await findProject(host, registry, worksets, path);
  const isOwn = around?.path === project.path && around.mode === project.mode && question.moves;
  // One that lay in that project already comes no nearer to its box.
  const isInside = around !== undefined && question.mayStayInside === true && around.path !== path &&
    around.path !== project.path && isWithin(project.path, around.path);
  if (around && !isOwn && !isInside) {
    const name = qualifiedName({
      name: "name" in around ? around.name : shellQuote(around.path),
      ...("workset" in around ? { workset: around.workset } : {}),
    });
    throw around.path === path
      ? new KanibakoError("already-a-project", `There is a project in ${shellQuote(path)} already: ${name}.`)
      : new KanibakoError("nested-project", `Cannot use ${shellQuote(path)}: it is in the project ${name}.`, {
        hint: "The box of that project can change everything in it. Use a folder outside it.",
      });
  }
  if (around && isWithin(path, project.path) && path !== project.path) {
    throw new KanibakoError("nested-project", `Cannot move ${shellQuote(project.path)} into itself.`);
  }
  checkRoots(worksets, path, mode);
}

/** In the folder of a workset are its own projects and nothing else, and no project holds a workset. */
function checkRoots(worksets: readonly Workset[], path: string, mode: ProjectMode): void {
  const held = worksets.find(({ root }) => isWithin(root, path));
  const around = worksets.find(({ root }) => isWithin(path, root));
  const own = around && mode === "workset" && path.startsWith(`${workspacesFolder(around.root)}/`);
  if (held && held !== around) {
    throw new KanibakoError(
      "holds-workset",
      `Cannot use ${shellQuote(path)}: the workset ${held.name} is in it.`,
    );
  }
  if (!around || own) return;
  throw new KanibakoError(
    "in-workset",
    `Cannot use ${shellQuote(path)}: it is in the workset ${around.name}.`,
    {
      hint:
        `To make it one of its projects: kanibako box migrate PROJECT --to workset --workset ${around.name}`,
    },
  );
}

/** Throws `holds-project` when other projects, or worksets, lie in a folder that is to go away. */
export async function checkAlone(host: Host, project: Project): Promise<void> {
  const registry = await readRegistry(host);
  const worksets = await readWorksets(registry.worksets);
  const others = [
    ...Object.entries(registry.projects),
    ...Object.entries(registry.worksets),
    ...Object.entries(await standaloneRecords(host.dirs.state)).map(([path, { name }]) =>
      [name, path] as const
    ),
    ...placedMembers(worksets).map((one) => [`${one.workset.name}/${one.member.name}`, one.path] as const),
  ].filter(([, path]) => path !== project.path && isWithin(path, project.path));
  if (others.length === 0) return;
  throw new KanibakoError(
    "holds-project",
    `Cannot move ${shellQuote(project.path)}: ${
      others.map(([name]) => name).join(", ")
    } would go with it unasked.`,
    { hint: others.map(([name]) => `Move it first: kanibako box move ${shellQuote(name)} FOLDER`) },
  );
}

/** The name of a project that becomes a default one: the one asked for, or the nearest that is free. */
export async function defaultName(
  host: Host,
  project: Project,
  path: string,
  asked: string | undefined,
): Promise<string> {
  const registry = await readRegistry(host);
  const names = { ...registry.projects, ...registry.worksets };
  const isFree = (name: string) =>
    !Object.hasOwn(names, name) && !exists(`${host.system.paths.boxes}/${name}`);
  if (asked === undefined) {
    return project.exists && isFree(project.name) ? project.name : await newName(host, registry, path);
  }
  checkName(asked);
  if (isFree(asked)) return asked;
  throw new KanibakoError("name-taken", `The name ${shellQuote(asked)} is taken.`, {
    hint: [`To see which project has it: kanibako list --all`, "Use another name, or leave it out."],
  });
}

/** The name of a project that comes into a workset. */
export function memberName(workset: Workset, name: string): string {
  checkName(name);
  const { members } = manifestOf(workset);
  if (members.some((member) => member.name === name)) {
    throw new KanibakoError(
      "name-taken",
      `The workset ${workset.name} already has a project ${shellQuote(name)}.`,
      {
        hint: "Choose another name with --name.",
      },
    );
  }
  if (exists(memberBox(workset.root, name))) {
    throw new KanibakoError(
      "left-over",
      `Cannot use the name ${
        shellQuote(name)
      }: the workset ${workset.name} holds data of another project of that name.`,
      {
        hint: [
          `To delete that data: kanibako rm ${workset.name}/${name} --purge`,
          "Or choose another name with --name.",
        ],
      },
    );
  }
  return name;
}
