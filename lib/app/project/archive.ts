/**
 * Archives one project, or all of them.
 *
 * @module
 */

import { absolutePath, isFolder, parentOf } from "../../host/path.ts";
import { launchLock } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { formatBytes } from "../../host/size.ts";
import { cannot, FileLock } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { helperIds } from "../../hub/left.ts";
import { archiveFile, compressionOf } from "../../project/archive/file.ts";
import { type ArchivePlan, checkGit, planArchive } from "../../project/archive/plan.ts";
import { type ArchiveReport, writeArchive } from "../../project/archive/write.ts";
import { type KnownProject, listProjects } from "../../project/list.ts";
import { assertNoBoxLink } from "../../plan/box_links.ts";
import { isWithin } from "../../project/layout.ts";
import { locateProject } from "../../project/locate.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { assertStopped, boxesWithIds } from "../../session/require_stopped.ts";
import { failure, info, warning } from "../../spec/ui.ts";

/** What goes into an archive, and how it is written. */
export interface ArchiveOptions {
  readonly withWorkspace?: boolean;
  readonly withVault?: boolean;
  readonly withCredentials?: boolean;
  readonly allowUncommitted?: boolean;
  readonly allowUnpushed?: boolean;
  /** The mode it is extracted to; that of the project by default. */
  readonly as?: "default" | "standalone" | undefined;
  readonly compression?: "zst" | "xz" | undefined;
  /** Replaces a file that is there. */
  readonly force?: boolean;
  /** Only work out what would be done. */
  readonly plan?: boolean;
  readonly engine?: string | undefined;
  /** Called with each plan before it is checked and performed. */
  readonly onPlan?: (plan: ArchivePlan) => void;
  /** Called when one is done. */
  readonly onDone?: (archived: Archived) => void;
}

/** An archive that was written. */
export interface Archived {
  readonly plan: ArchivePlan;
  readonly report: ArchiveReport;
}

/**
 * Archives one project; `undefined` with `plan`. One word that looks like an archive, and is nothing that is there, is the file; the
 * project is then the one around `cwd`. Throws `box-running`, `busy`, `uncommitted`, `unpushed`, and as `planArchive`.
 */
export async function archiveProject(
  host: Host,
  { word, file, cwd }: {
    readonly word?: string | undefined;
    readonly file?: string | undefined;
    readonly cwd: string;
  },
  options: ArchiveOptions = {},
): Promise<Archived | undefined> {
  const [project, target] = await projectAndFile(host, word, file, cwd);
  return await archiveOne(host, project, options, target, cwd);
}

async function projectAndFile(
  host: Host,
  word: string | undefined,
  file: string | undefined,
  cwd: string,
): Promise<[project: Project, file: string | undefined]> {
  const isFile = word !== undefined && file === undefined && compressionOf(word) !== undefined &&
    !isFolder(absolutePath(word, cwd)) &&
    !(await listProjects(host)).some(({ qualifiedName }) => qualifiedName === word);
  return isFile
    ? [await locateProject(host, undefined, cwd), word]
    : [await locateProject(host, word, cwd), file];
}

/** What came of archiving all. */
export interface AllArchived {
  /** How many projects there are. */
  readonly total: number;
  /** Qualified names of those that could not be archived; why is noted. */
  readonly failed: readonly string[];
}

/** Archives all projects that can be: one that fails does not keep the others from being archived. */
export async function archiveAll(
  host: Host,
  { folder, cwd }: { readonly folder?: string | undefined; readonly cwd: string },
  options: ArchiveOptions = {},
): Promise<AllArchived> {
  const known = (await listProjects(host)).filter(({ status }) => status !== "left-over");
  if (known.length === 0) return { total: 0, failed: [] };
  const target = absoluteFolder(folder ?? cwd, cwd);
  if (!options.plan) {
    await Deno.mkdir(target, { recursive: true, mode: 0o700 }).catch((cause) => {
      throw cannot("create", target, cause);
    });
  }
  const labels = known.map(labelOf);
  const failed: string[] = [];
  for (const [index, each] of known.entries()) {
    const { qualifiedName: name, path } = each;
    if (known.length > 1) info(host.ui, "archive-next", { name, path });
    try {
      const project = await locateProject(host, workspaceOf(each), cwd);
      // Two projects of one name must not get one file.
      const label = labels.filter((one) => one === labels[index]).length > 1
        ? `${labels[index]}-${project.hash.slice(0, 8)}`
        : labels[index]!;
      await archiveOne(host, project, options, target, cwd, label);
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      failure(host.ui, error);
      failed.push(name);
    }
  }
  return { total: known.length, failed };
}

function workspaceOf({ path, status, qualifiedName }: KnownProject): string {
  if (path !== undefined && status === "ok") return path;
  throw new KanibakoError(
    "project-missing",
    `${qualifiedName}: its ${status === "no-data" ? "box" : "folder"} is gone.`,
  );
}

async function archiveOne(
  host: Host,
  project: Project,
  options: ArchiveOptions,
  asked: string | undefined,
  cwd: string,
  label = labelOf(project),
): Promise<Archived | undefined> {
  // Not into the project itself: the next archive of its folder would have this one in it.
  const here = isWithin(cwd, project.path) ? parentOf(project.path) : cwd;
  const folder = asked === undefined ? here : cwd;
  const target = archiveFile(label, asked, options.compression, folder, new Date());
  await assertNoBoxLink(host, target.file, cwd);
  const plan = await planArchive(host, project, {
    ...target,
    workspace: options.withWorkspace ?? false,
    vault: options.withVault ?? false,
    credentials: options.withCredentials ?? false,
    as: options.as,
    overwrite: options.force ?? false,
  });
  options.onPlan?.(plan);
  for (const sentence of plan.warnings) warning(host.ui, "archive-warning", { sentence });
  checkGit(plan, {
    uncommitted: options.allowUncommitted ?? false,
    unpushed: options.allowUnpushed ?? false,
  });
  const name = qualifiedName(project);
  if (helperIds(host.dirs, project.id).length > 0) {
    const text = `The helpers of ${
      shellQuote(name)
    } are not archived. To take over what one has made, before: kanibako crab helper land`;
    warning(host.ui, "hint", { text });
  }
  const containers = await boxesWithIds(host, [project.id], options.engine);
  if (containers.some(({ info }) => info.running)) throw isRunning(name);
  if (options.plan) return undefined;
  using _lock = await FileLock.tryAcquire(launchLock(project.state)) ?? busy(name);
  await assertStopped(host, [project.id], options.engine);
  const archived = { plan, report: await write(host, plan) };
  options.onDone?.(archived);
  return archived;
}

/** What its archive is called. */
function labelOf(
  { workset, name }: { readonly workset?: { readonly name: string }; readonly name: string },
): string {
  return workset ? `${workset.name}-${name}` : name;
}

function absoluteFolder(folder: string, cwd: string): string {
  const path = absolutePath(folder, cwd);
  return path.endsWith("/") ? path : `${path}/`;
}

async function write(host: Host, plan: ArchivePlan): Promise<ArchiveReport> {
  const shown = host.ui.progress();
  try {
    return await writeArchive(host, plan, {
      onPart: (part) => shown.step(`Archiving the ${part} of ${plan.project.name}`),
      onProgress: ({ files, bytes }) => shown.output(`${files} files, ${formatBytes(bytes)}`),
    });
  } finally {
    shown.stop();
  }
}

function isRunning(name: string): KanibakoError {
  return new KanibakoError("box-running", `The box of ${shellQuote(name)} is running.`, {
    hint: [
      "Files it writes meanwhile would be incomplete in the archive.",
      `Stop it first: kanibako stop ${shellQuote(name)}`,
    ],
  });
}

/** Until an archive is written, its box cannot be started. */
function busy(name: string): never {
  throw new KanibakoError(
    "busy",
    `The box of ${shellQuote(name)} is being started or changed by another command.`,
    {
      hint: "Try again later. To see running boxes: kanibako ps",
    },
  );
}
