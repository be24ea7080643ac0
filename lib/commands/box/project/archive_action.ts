/**
 * Archives one project, or all of them.
 *
 * @module
 */

import { assertStopped, containersOf } from "../../../session/require_stopped.ts";
import { launchLock } from "../../../config/box_state.ts";
import type { Host } from "../../../config/system.ts";
import type { Engine } from "../../../runtime/engine.ts";
import { KanibakoError, UsageError } from "../../../host/error.ts";
import { progress } from "../../../host/ui/progress.ts";
import { formatBytes } from "../../../host/size.ts";
import { cannot, FileLock } from "../../../host/store.ts";
import { note, out, showError, warn } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { type ArchivePlan, checkGit, planArchive, showArchive } from "../../../project/archive/plan.ts";
import { archiveFile, compressionOf } from "../../../project/archive/file.ts";
import { type ArchiveReport, writeArchive } from "../../../project/archive/write.ts";
import { isFolder } from "../../../project/detect.ts";
import { listProjects } from "../../../project/list.ts";
import { locateProject } from "../../../project/locate.ts";
import { type Project, qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import type { ArchiveFlags } from "./archive.ts";
import { openEngine } from "../report/running.ts";

/** How many of what was left out are named. */
const SHOWN = 10;

/** Runs `kanibako box archive`. */
export default async function archive(
  this: Context,
  flags: ArchiveFlags,
  word?: string,
  file?: string,
): Promise<number | void> {
  const host = await this.host();
  if (flags.all) {
    if (file !== undefined) {
      throw new UsageError("With --all there is one word at most: the folder for the files.");
    }
    return await archiveAll(host, flags, word, this.cwd);
  }
  const [project, target] = await projectAndFile(host, word, file, this.cwd);
  await archiveOne(host, project, flags, target, this.cwd, await openEngine(host, flags.engine));
  if (flags.plan) note(PLANNED);
}

const PLANNED = "This is the plan. Nothing was done.";

/** One word that looks like an archive, and is nothing that is there, is the file; the project is the one around us. */
async function projectAndFile(
  host: Host,
  word: string | undefined,
  file: string | undefined,
  cwd: string,
): Promise<[project: Project, file: string | undefined]> {
  const isFile = word !== undefined && file === undefined && compressionOf(word) !== undefined &&
    !await isFolder(word.startsWith("/") ? word : `${cwd}/${word}`) &&
    !(await listProjects(host)).some(({ qualifiedName }) => qualifiedName === word);
  return isFile
    ? [await locateProject(host, undefined, cwd), word]
    : [await locateProject(host, word, cwd), file];
}

/** All that can be: one that fails does not keep the others from being archived. */
async function archiveAll(
  host: Host,
  flags: ArchiveFlags,
  folder: string | undefined,
  cwd: string,
): Promise<number> {
  const known = (await listProjects(host)).filter(({ status }) => status !== "left-over");
  if (known.length === 0) {
    out("No known projects.");
    return 0;
  }
  const engine = await openEngine(host, flags.engine);
  const target = absoluteFolder(folder ?? cwd, cwd);
  if (!flags.plan) {
    await Deno.mkdir(target, { recursive: true, mode: 0o700 }).catch((cause) => {
      throw cannot("create", target, cause);
    });
  }
  const labels = known.map(labelOf);
  const failed: string[] = [];
  for (const [index, each] of known.entries()) {
    if (known.length > 1) note(`${each.qualifiedName}${each.path === undefined ? "" : ` (${each.path})`}:`);
    try {
      if (each.path === undefined || each.status !== "ok") {
        throw new KanibakoError(
          "project-missing",
          `${each.qualifiedName}: its ${each.status === "no-data" ? "box" : "folder"} is gone.`,
        );
      }
      const project = await locateProject(host, each.path, cwd);
      // Two projects of one name must not get one file.
      const label = labels.filter((one) => one === labels[index]).length > 1
        ? `${labels[index]}-${project.hash.slice(0, 8)}`
        : labels[index]!;
      await archiveOne(host, project, flags, target, cwd, engine, label);
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      showError(error);
      failed.push(each.qualifiedName);
    }
  }
  if (flags.plan) note(PLANNED);
  else out(`Archived ${known.length - failed.length} of ${known.length} projects.`);
  if (failed.length > 0) note(`Not archived: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}

async function archiveOne(
  host: Host,
  project: Project,
  flags: ArchiveFlags,
  asked: string | undefined,
  cwd: string,
  engine: Engine | undefined,
  label = labelOf(project),
): Promise<void> {
  const compression = flags.zstd ? "zst" : flags.xz ? "xz" : undefined;
  const target = await archiveFile(label, asked, compression, cwd, new Date());
  const plan = await planArchive(host, project, {
    ...target,
    workspace: flags.withWorkspace,
    vault: flags.withVault,
    credentials: flags.withCredentials,
    as: flags.asStandalone ? "standalone" : flags.asLocal ? "default" : undefined,
    overwrite: flags.force,
  });
  if (flags.plan) { for (const line of showArchive(plan)) out(line); }
  for (const text of plan.warnings) warn(text);
  checkGit(plan, { uncommitted: flags.allowUncommitted, unpushed: flags.allowUnpushed });
  const name = qualifiedName(project);
  const containers = await containersOf(host, [project.id], engine);
  if (containers.some(({ container }) => container.running)) {
    throw new KanibakoError("box-running", `The box of ${shellQuote(name)} is running.`, {
      hint: [
        "What it writes meanwhile would be half in the archive.",
        `Stop it first: kanibako stop ${shellQuote(name)}`,
      ],
    });
  }
  if (flags.plan) return;
  using _lock = await FileLock.tryAcquire(launchLock(project.state)) ?? busy(name);
  await assertStopped(host, [project.id], engine);
  tell(plan, await write(host, plan));
}

/** What its archive is called. */
function labelOf(
  { workset, name }: { readonly workset?: { readonly name: string }; readonly name: string },
): string {
  return workset ? `${workset.name}-${name}` : name;
}

function absoluteFolder(folder: string, cwd: string): string {
  const path = folder.startsWith("/") ? folder : `${cwd}/${folder}`;
  return path.endsWith("/") ? path : `${path}/`;
}

async function write(host: Host, plan: ArchivePlan): Promise<ArchiveReport> {
  const shown = progress();
  try {
    return await writeArchive(host, plan, {
      onPart: (part) => shown.step(`Archiving the ${part} of ${plan.project.name}`),
      onProgress: ({ files, bytes }) => shown.output(`${files} files, ${formatBytes(bytes)}`),
    });
  } finally {
    shown.stop();
  }
}

function tell(plan: ArchivePlan, report: ArchiveReport): void {
  out(`Archived ${qualifiedName(plan.project)} to ${plan.file} (${formatBytes(report.archiveBytes)})`);
  list("Left out, as they unlock something", report.secrets);
  list(
    "Left out, as they are no files",
    report.skipped.map(({ path, kind }) => `${path} (${kind})`),
    report.skippedCount,
  );
  list("Changed while they were read", report.changed);
}

function list(what: string, paths: readonly string[], count = paths.length): void {
  if (count === 0) return;
  const more = count > SHOWN ? ` and ${count - SHOWN} more` : "";
  note(`${what}: ${paths.slice(0, SHOWN).join(", ")}${more}`);
}

/** Until an archive is written, its box cannot be started. */
function busy(name: string): never {
  throw new KanibakoError(
    "busy",
    `The box of ${shellQuote(name)} is being started or changed by another call.`,
    {
      hint: "Try again when that is done: kanibako ps",
    },
  );
}
