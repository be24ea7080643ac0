/**
 * Brings one project back from an archive, or all that lie here.
 *
 * @module
 */

import { assertStopped, bringToRest, containersOf } from "../../../session/require_stopped.ts";
import type { Host } from "../../../config/system.ts";
import type { Engine } from "../../../runtime/engine.ts";
import { Aborted, KanibakoError, UsageError } from "../../../host/error.ts";
import { progress } from "../../../host/ui/progress.ts";
import { confirmYes } from "../../../host/ui/prompt.ts";
import { formatBytes } from "../../../host/size.ts";
import { note, out, showError, table, warn } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { looksLikeArchive } from "../../../project/archive/file.ts";
import { showChange } from "../../../project/change/change.ts";
import { isFolder } from "../../../project/detect.ts";
import {
  approvePlan,
  type ExtractPlan,
  type ExtractRequest,
  planExtract,
} from "../../../project/archive/extract.ts";
import { type ArchiveContents, readContents } from "../../../project/archive/extract_contents.ts";
import { runExtract } from "../../../project/archive/extract_run.ts";
import type { Context } from "../../context.ts";
import { askedLines } from "../settings/approval.ts";
import type { ExtractFlags } from "./extract.ts";
import { interrupts } from "./make_change.ts";
import { boxTreeRemover } from "./remove_tree.ts";
import { openEngine } from "../report/running.ts";

/** Runs `kanibako box extract`. */
export default async function extract(
  this: Context,
  flags: ExtractFlags,
  file?: string,
  path?: string,
): Promise<number | void> {
  const host = await this.host();
  if (flags.all) {
    if (path !== undefined) {
      throw new UsageError("With --all there is one word at most: the folder with the archives.");
    }
    return await extractAll(host, flags, absolute(file ?? ".", this.cwd));
  }
  if (file === undefined) {
    throw new UsageError("Which archive? Give its file, or --all for all that lie here.");
  }
  const contents = await readContents(absolute(file, this.cwd));
  const engine = await openEngine(host, flags.engine);
  await extractOne(host, contents, flags, requestOf(flags, path, this.cwd), engine, flags.force);
  if (flags.plan) note("This is the plan. Nothing was done.");
}

/** All archives of a folder, the newest of each project. */
async function extractAll(host: Host, flags: ExtractFlags, folder: string): Promise<number> {
  const found: ArchiveContents[] = [];
  let failures = 0;
  for (const name of await archivesIn(folder)) {
    try {
      found.push(await readContents(`${folder}/${name}`));
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      showError(error);
      failures++;
    }
  }
  const newest = newestOf(found);
  if (newest.length === 0) {
    out("No archives found.");
    return failures > 0 ? 1 : 0;
  }
  const targets = await Promise.all(
    newest.map(async (each) => [each, await targetOf(each, folder)] as const),
  );
  const rows = targets.map((
    [{ file, info }, to],
  ) => [info.name, info.date.slice(0, 16), file.slice(folder.length + 1), to]);
  table(["NAME", "DATE", "ARCHIVE", "TO"], rows);
  if (
    !flags.plan && !flags.force &&
    !await confirmYes("This brings back all of these. Boxes that are there now are replaced.")
  ) {
    throw new Aborted();
  }
  const engine = await openEngine(host, flags.engine);
  for (const [contents, to] of targets) {
    try {
      await extractOne(host, contents, flags, requestOf(flags, to, folder), engine, true);
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      showError(error);
      failures++;
    }
  }
  return failures > 0 ? 1 : 0;
}

function requestOf(flags: ExtractFlags, path: string | undefined, cwd: string): ExtractRequest {
  return {
    path,
    cwd,
    name: flags.name,
    replaceWorkspace: flags.force,
    withoutWorkspace: flags.withoutWorkspace,
  };
}

async function extractOne(
  host: Host,
  contents: ArchiveContents,
  flags: ExtractFlags,
  request: ExtractRequest,
  engine: Engine | undefined,
  force: boolean,
): Promise<void> {
  let plan = await planExtract(host, contents, request);
  if (flags.plan) return show(plan);
  const containers = await containersOf(host, [plan.to.id], engine);
  if (containers.some(({ container }) => container.running)) {
    throw new KanibakoError("box-running", `The box of ${shellQuote(plan.to.name)} is running.`, {
      hint: `Stop it first: kanibako stop ${shellQuote(plan.to.path)}`,
    });
  }
  plan = await approved(plan, flags.approve);
  await ask(plan, force);
  await bringToRest(host, containers);
  const shown = progress();
  using interruption = interrupts();
  shown.step(`Extracting ${plan.info.name}`);
  const report = await runExtract(host, plan, {
    onProgress: ({ files, bytes }) => shown.output(`${files} files, ${formatBytes(bytes)}`),
    signal: interruption.signal,
    check: () => assertStopped(host, [plan.to.id], engine),
    removeTree: boxTreeRemover(engine),
  }).finally(() => shown.stop());
  out(`Extracted ${plan.to.name} to ${plan.to.path}`);
  if (plan.aside !== undefined) note(`What was there is now in ${plan.aside}`);
  if (request.path === undefined && plan.change.steps.some(({ do: what }) => what === "drop-empty")) {
    note(`The folder you are in is a new one: cd ${shellQuote(plan.to.path)}`);
  }
  if (report.skipped.length > 0) note(`Left out, as they are no files: ${report.skipped.join(", ")}`);
  for (const { path, error } of report.left) warn(`Could not delete ${shellQuote(path)}: ${error.message}`);
  if (plan.unapproved.size > 0) {
    note(`Its settings need your approval: kanibako box approve ${shellQuote(plan.to.path)}`);
  }
}

/**
 * Settings from elsewhere. Those of a standalone project stay unapproved until its user says so; all others count at once,
 * so that he has to say it now.
 */
async function approved(plan: ExtractPlan, approve: boolean): Promise<ExtractPlan> {
  if (plan.unapproved.size === 0) return plan;
  if (approve) return await approvePlan(plan);
  if (plan.to.mode === "standalone") return plan;
  const lines = askedLines(plan.unapproved);
  const error = new KanibakoError(
    "not-approved",
    `The archive brings settings you have not approved on this machine: ${
      [...plan.unapproved.keys()].join(", ")
    }.`,
    {
      hint: [
        ...lines,
        "It was not made by you on this machine. If you want what they say, add --approve.",
      ],
    },
  );
  if (!Deno.stdin.isTerminal()) throw error;
  note(error.message);
  for (const line of lines) note(`  ${line}`);
  if (!await confirmYes("They will count for the box.")) throw new Aborted();
  return await approvePlan(plan);
}

async function ask(plan: ExtractPlan, force: boolean): Promise<void> {
  if (force) return;
  const replaced = plan.existing
    ? [
      `This replaces the box of ${plan.existing.name}: its settings, its home${
        plan.info.parts.includes("vault") ? ", its vault" : ""
      }.`,
    ]
    : [];
  const words = [...plan.doubts, ...replaced];
  if (words.length > 0 && !await confirmYes(...words)) throw new Aborted();
}

function show(plan: ExtractPlan): void {
  for (const line of showChange(plan.change)) out(line);
  for (const doubt of plan.doubts) warn(doubt);
  if (plan.unapproved.size === 0) return;
  note("Its settings need your approval:");
  for (const line of askedLines(plan.unapproved)) note(`  ${line}`);
}

/** Where an archive goes that nobody said a place for: where it was, or, when it holds its workspace, here. */
async function targetOf({ info }: ArchiveContents, folder: string): Promise<string> {
  if (await isFolder(info.path)) return info.path;
  return info.parts.includes("workspace") ? `${folder}/${info.name}` : info.path;
}

async function archivesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && looksLikeArchive(name)) names.push(name);
    }
  } catch (cause) {
    throw new KanibakoError("not-a-folder", `Cannot look into ${shellQuote(folder)}.`, { cause });
  }
  return names.sort();
}

function newestOf(found: readonly ArchiveContents[]): ArchiveContents[] {
  const newest = new Map<string, ArchiveContents>();
  for (const each of found) {
    const key = `${each.info.path}\0${each.info.workset ?? ""}\0${each.info.name}`;
    const other = newest.get(key);
    if (!other || other.info.date < each.info.date) newest.set(key, each);
  }
  for (const each of found) {
    if (![...newest.values()].includes(each)) note(`Passed over, as there is a newer one: ${each.file}`);
  }
  return [...newest.values()].sort((a, b) => a.info.name < b.info.name ? -1 : 1);
}

function absolute(path: string, cwd: string): string {
  return path === "." ? cwd : path.startsWith("/") ? path : `${cwd}/${path}`;
}
