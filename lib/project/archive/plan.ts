/**
 * Archives of projects: what goes in.
 *
 * @module
 */

import { exists, real } from "../../host/path.ts";
import type { Compression } from "../../archive/write.ts";
import { readUntrusted } from "../../config/approval.ts";
import { readBoxFiles } from "../../config/box_files.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { enumerated, shellQuote } from "../../host/ui/text.ts";
import { version } from "../../host/version.ts";
import type { ArchiveInfo, ArchivePart } from "./info.ts";
import { type GitState, gitState } from "../git/git.ts";
import { outsideOf } from "../git/outside.ts";
import { sharedPart } from "../git/shared_part.ts";
import { isWithin } from "../layout.ts";
import { type Project, qualifiedName } from "../project.ts";

/** What an archive shall hold beside the home and the settings. */
export interface ArchiveRequest {
  /** Absolute. */
  readonly file: string;
  readonly compression: Compression;
  readonly workspace: boolean;
  /** The vault's two folders; never its snapshots. */
  readonly vault: boolean;
  /** Logins and keys. */
  readonly credentials: boolean;
  /** The mode it is extracted to. [default: the mode of the project] */
  readonly as: "default" | "standalone" | undefined;
  /** Replaces a file that is there. */
  readonly overwrite: boolean;
}

/** What will be done. */
export interface ArchivePlan extends ArchiveRequest {
  readonly project: Project;
  readonly info: ArchiveInfo;
  readonly git: GitState;
  /** What the user should know about it. */
  readonly warnings: readonly string[];
}

/** A place for an archive that is not in what it contains: its name, in the folder that the project is in. */
function besideProject(project: Project, file: string): string {
  const parent = project.path.slice(0, project.path.lastIndexOf("/"));
  return `${parent}/${file.slice(file.lastIndexOf("/") + 1)}`;
}

/** Plans an archive. Throws `no-box` for what is no project yet, `exists`, `in-archive`, `git-elsewhere`. */
export async function planArchive(
  host: Host,
  project: Project,
  request: ArchiveRequest,
): Promise<ArchivePlan> {
  if (!project.exists) {
    throw new KanibakoError("no-box", `There is no project in ${shellQuote(project.path)} yet.`, {
      hint: "To make it a project: kanibako start",
    });
  }
  if (!request.overwrite && exists(request.file)) {
    throw new KanibakoError("exists", `Cannot write ${shellQuote(request.file)}: it already exists.`, {
      hint: "Use another name, or add --force to overwrite it.",
    });
  }
  const packed = [
    project.home,
    ...request.workspace ? [project.path] : [],
    ...request.vault ? vaultFolders(project) : [],
  ];
  const place = real(request.file);
  if (packed.some((folder) => isWithin(place, real(folder)))) {
    throw new KanibakoError(
      "in-archive",
      `Cannot write ${shellQuote(request.file)}: it would contain itself.`,
      {
        hint: `Write it to another folder, such as ${shellQuote(besideProject(project, request.file))}`,
      },
    );
  }
  if (request.workspace) await refuseElsewhere(project);
  const git = await gitState(project.path);
  const parts: ArchivePart[] = [
    "settings",
    "home",
    ...request.vault && project.vault ? ["vault"] as const : [],
    ...request.workspace ? ["workspace"] as const : [],
  ];
  const info: ArchiveInfo = {
    id: crypto.randomUUID(),
    name: project.name,
    mode: request.as ?? (project.mode === "standalone" ? "standalone" : "default"),
    layout: project.layout,
    workset: project.workset?.name,
    path: project.path,
    hash: project.hash,
    date: new Date().toISOString(),
    program: version,
    parts,
    credentials: request.credentials,
    sharedAuth: project.sharedAuth,
    git: git.kind === "repository"
      ? { branch: git.branch, commit: git.commit, remotes: git.remotes }
      : undefined,
  };
  return { ...request, project, info, git, warnings: await warningsOf(host, project, request, git) };
}

/** Throws `git-elsewhere` when the workspace without its git data would be half of a repository. */
async function refuseElsewhere({ path }: Project): Promise<void> {
  const shared = sharedPart(path);
  const found = shared ? undefined : await outsideOf(path);
  const { repository, borrowed = [] } = found ?? {};
  const why = shared
    ? `its ${shared.path} leads to ${shellQuote(shared.to)}`
    : repository
    ? `it is a ${repository.form}, and its git data is in ${shellQuote(repository.folder)}`
    : borrowed.length > 0
    ? `it borrows commits from ${enumerated(borrowed.map(({ folder }) => shellQuote(folder)))}`
    : undefined;
  if (why === undefined) return;
  const repack = !shared && !repository;
  throw new KanibakoError("git-elsewhere", `Cannot archive the workspace ${shellQuote(path)}: ${why}.`, {
    hint: [
      ...repack ? ["To copy them here: git repack -a -d && rm .git/objects/info/alternates"] : [],
      `${
        repack ? "Or archive" : "Archive"
      } a clone, or the box without its workspace: leave out --with-workspace`,
    ],
  });
}

/** Throws `uncommitted` or `unpushed` when the archive would leave behind work that is nowhere else. */
export function checkGit(
  plan: ArchivePlan,
  allow: { readonly uncommitted: boolean; readonly unpushed: boolean },
): void {
  // With the workspace in it, nothing is left behind.
  if (plan.workspace) return;
  const all = flatten(plan.git, plan.project.path);
  const where = shellQuote(plan.project.path);
  for (const { path, state } of all) {
    if (state.kind === "unclear" && !allow.uncommitted) {
      throw new KanibakoError(
        "uncommitted",
        `Cannot tell whether ${shellQuote(path)} has uncommitted changes: ${state.why}.`,
        {
          hint: [
            "Include the workspace: --with-workspace",
            "Or archive anyway: --allow-uncommitted",
          ],
        },
      );
    }
    if (state.kind === "repository" && state.uncommitted > 0 && !allow.uncommitted) {
      throw new KanibakoError(
        "uncommitted",
        `${where} has uncommitted changes (${count(state.uncommitted, "file")}${inPlace(path, plan)}).`,
        {
          hint: [
            "Commit them, or include the workspace: --with-workspace",
            "Or archive without them: --allow-uncommitted",
          ],
        },
      );
    }
  }
  for (const { path, state } of all) {
    if (state.kind === "repository" && (state.unpushed ?? 0) > 0 && !allow.unpushed) {
      throw new KanibakoError(
        "unpushed",
        `${where} has ${count(state.unpushed!, "commit")} that ${state.upstream} lacks${
          inPlace(path, plan)
        }.`,
        {
          hint: [
            "Push them, or include the workspace: --with-workspace",
            "Or archive without them: --allow-unpushed",
          ],
        },
      );
    }
  }
}

async function warningsOf(
  host: Host,
  project: Project,
  request: ArchiveRequest,
  git: GitState,
): Promise<string[]> {
  const { env } = await readBoxFiles(host.dirs.state, project);
  const variables = Object.keys(env);
  return [
    ...git.kind === "none" && !request.workspace
      ? ["The project is not a git repository, and its files are not in the archive."]
      : [],
    ...git.kind === "unclear" ? [`Its git repository cannot be checked: ${git.why}.`] : [],
    ...git.kind === "repository" ? gitWarnings(git, request) : [],
    ...variables.length > 0
      ? [`The archive contains the variables ${variables.join(", ")}, with their values.`]
      : [],
    ...request.credentials ? ["The archive contains logins and keys. Anyone who has it can use them."] : [],
    ...request.workspace &&
        await readUntrusted(`${project.path}/.env`).then((text) => text !== undefined, () => true)
      ? ["The archive contains the project's .env, which may contain secrets."]
      : [],
  ];
}

function gitWarnings(git: Extract<GitState, { kind: "repository" }>, request: ArchiveRequest): string[] {
  const left = !request.workspace;
  return [
    ...left && git.untracked > 0
      ? [
        `${
          count(git.untracked, "file or folder", "files or folders")
        } unknown to git will not be in the archive.`,
      ]
      : [],
    ...left && git.commit !== undefined && git.upstream === undefined
      ? [
        git.branch === undefined
          ? "No branch is checked out, so unpushed commits cannot be detected."
          : `The branch ${git.branch} has no upstream, so unpushed commits cannot be detected.`,
      ]
      : [],
    ...git.submodules.filter(({ state }) => state.kind === "unclear").map(({ path, state }) =>
      `The submodule ${shellQuote(path)} was not checked: ${state.kind === "unclear" ? state.why : ""}.`
    ),
    ...request.workspace
      ? git.risks.map((risk) => `Be careful when you use git in the workspace: ${risk}.`)
      : [],
  ];
}

/** A repository and its submodules. */
function flatten(state: GitState, path: string): { path: string; state: GitState }[] {
  if (state.kind !== "repository") return [{ path, state }];
  return [
    { path, state },
    ...state.submodules.flatMap((each) => flatten(each.state, `${path}/${each.path}`)),
  ];
}

function inPlace(path: string, plan: ArchivePlan): string {
  return path === plan.project.path ? "" : ` in ${shellQuote(path.slice(plan.project.path.length + 1))}`;
}

/** The vault's folders, if there is one. */
export function vaultFolders({ vault }: Project): string[] {
  return vault ? [vault.readOnly, vault.readWrite] : [];
}

/** The folder a path is in. */
export function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** What a plan comes to, one line each, for people. */
export function showArchive(plan: ArchivePlan): string[] {
  const { project, info } = plan;
  const places: Readonly<Record<ArchivePart, string>> = {
    settings: project.metadata,
    home: project.home,
    vault: project.vault ? parent(project.vault.readWrite) : "",
    workspace: project.path,
  };
  return [
    `Archive ${qualifiedName(project)} to ${shellQuote(plan.file)}`,
    ...info.parts.map((part) => `  ${part}: ${shellQuote(places[part])}`),
    `  logins and keys: ${plan.credentials ? "included" : "left out"}`,
    ...plan.workspace ? [] : ["  the project's own files: left out (--with-workspace)"],
  ];
}
