/**
 * Brings one project back from an archive, or all whose archives lie in a folder.
 *
 * @module
 */

import { absolutePath, isFolder } from "../../host/path.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { formatBytes } from "../../host/size.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { assertNoBoxLink } from "../../plan/box_links.ts";
import {
  approvePlan,
  type ExtractPlan,
  type ExtractRequest as PlanRequest,
  planExtract,
} from "../../project/archive/extract.ts";
import { type ArchiveContents, readContents } from "../../project/archive/extract_contents.ts";
import { type ExtractReport, runExtract } from "../../project/archive/extract_run.ts";
import { looksLikeArchive } from "../../project/archive/file.ts";
import { forgetFolders } from "../../project/nested/recorded.ts";
import { assertOutOfReach } from "../../run/reach.ts";
import { assertStopped, boxesWithIds, stopBoxes } from "../../session/require_stopped.ts";
import { failure, info } from "../../spec/ui.ts";
import { askedLines } from "../config/approval_words.ts";
import { askFirst, interrupts } from "./make_change.ts";
import { boxTreeRemover } from "./remove_as_box_user.ts";

/** How archives are extracted. */
export interface ExtractOptions {
  readonly name?: string | undefined;
  readonly withoutWorkspace?: boolean;
  /** Lifts the limits of what is unpacked. */
  readonly anySize?: boolean;
  /** Approves what the archive's settings ask for. */
  readonly approve?: boolean;
  /** Does not ask; a workspace that is there is moved aside. */
  readonly force?: boolean;
  /** Only work out what would be done. */
  readonly plan?: boolean;
  readonly engine?: string | undefined;
  /** Ends the extraction when it fires. Without one, signals to this process do. */
  readonly signal?: AbortSignal;
  /** Called with each plan, with `plan`; and with all that are found, before anything is asked. */
  readonly onPlan?: (plan: ExtractPlan) => void;
  /** Called with what was found in a folder, before anything is asked. */
  readonly onFound?: (found: readonly FoundArchive[]) => void;
  /** Called when one is done. */
  readonly onDone?: (extracted: Extracted) => void;
}

/** An archive of a folder, and where it goes. */
export interface FoundArchive {
  readonly contents: ArchiveContents;
  /** The project's folder. */
  readonly to: string;
}

/** A project that was brought back. */
export interface Extracted {
  readonly plan: ExtractPlan;
  readonly report: ExtractReport;
  /** The folder of `cwd` is a new one now. */
  readonly isMoved: boolean;
}

/** Extracts one archive; `undefined` with `plan`. Throws `box-running`, `not-approved`, `Aborted`, and as `planExtract`. */
export async function extractArchive(
  host: Host,
  { file, path, cwd }: { readonly file: string; readonly path?: string | undefined; readonly cwd: string },
  options: ExtractOptions = {},
): Promise<Extracted | undefined> {
  const contents = await readContents(absolute(file, cwd));
  return await extractOne(
    host,
    contents,
    options,
    requestOf(options, path, cwd),
    options.force ?? false,
  );
}

/** What came of extracting all. */
export interface AllExtracted {
  /** How many archives were found, the newest of each project. */
  readonly found: number;
  /** How many could not be read or extracted; why is noted. */
  readonly failed: number;
}

/** Extracts all archives of a folder, the newest of each project. Asks once for all of them. */
export async function extractAll(
  host: Host,
  { folder = ".", cwd }: { readonly folder?: string | undefined; readonly cwd: string },
  options: ExtractOptions = {},
): Promise<AllExtracted> {
  const root = absolute(folder, cwd);
  const read: ArchiveContents[] = [];
  let failed = 0;
  for (const name of await archivesIn(root)) {
    try {
      read.push(await readContents(`${root}/${name}`));
    } catch (error) {
      failed += noteFailure(host, error);
    }
  }
  const found = newestOf(host, read).map((contents) => ({ contents, to: targetOf(contents, root) }));
  if (found.length === 0) return { found: 0, failed };
  options.onFound?.(found);
  if (!options.plan && !options.force) {
    await askFirst(host.ui, ["This extracts all of these and replaces existing boxes."]);
  }
  for (const { contents, to } of found) {
    try {
      await extractOne(host, contents, options, requestOf(options, to, root), true);
    } catch (error) {
      failed += noteFailure(host, error);
    }
  }
  return { found: found.length, failed };
}

function noteFailure(host: Host, error: unknown): number {
  if (!(error instanceof KanibakoError)) throw error;
  failure(host.ui, error);
  return 1;
}

function requestOf(options: ExtractOptions, path: string | undefined, cwd: string): PlanRequest {
  return {
    path,
    cwd,
    name: options.name,
    replaceWorkspace: options.force ?? false,
    withoutWorkspace: options.withoutWorkspace ?? false,
  };
}

async function extractOne(
  host: Host,
  contents: ArchiveContents,
  options: ExtractOptions,
  request: PlanRequest,
  force: boolean,
): Promise<Extracted | undefined> {
  if (request.path !== undefined) await assertNoBoxLink(host, request.path, request.cwd);
  let plan = await planExtract(host, contents, request);
  if (options.plan) {
    options.onPlan?.(plan);
    return undefined;
  }
  const containers = await boxesWithIds(host, [plan.to.id], options.engine);
  if (containers.some(({ info }) => info.running)) {
    throw new KanibakoError("box-running", `The box of ${shellQuote(plan.to.name)} is running.`, {
      hint: `Stop it first: kanibako stop ${shellQuote(plan.to.path)}`,
    });
  }
  await assertOutOfReach(host, plan.to.path, plan.to.id);
  plan = await approved(host, plan, options.approve ?? false);
  if (!force) await askFirst(host.ui, reasonsToAsk(plan));
  await stopBoxes(host, containers);
  const shown = host.ui.progress();
  using interruption = options.signal ? undefined : interrupts();
  shown.step(`Extracting ${plan.info.name}`);
  const report = await runExtract(host, plan, {
    onProgress: ({ files, bytes }) => shown.output(`${files} files, ${formatBytes(bytes)}`),
    signal: options.signal ?? interruption!.signal,
    anySize: options.anySize ?? false,
    check: () => assertStopped(host, [plan.to.id], options.engine),
    removeTree: boxTreeRemover(host, options.engine),
  }).finally(() => shown.stop());
  await forgetFolders(host, plan.fills.size === 0 ? [] : [...plan.fills.keys(), plan.to.metadata]);
  const isMoved = request.path === undefined &&
    plan.change.steps.some(({ do: what }) => what === "drop-empty");
  const extracted = { plan, report, isMoved };
  options.onDone?.(extracted);
  return extracted;
}

/**
 * Settings from elsewhere. Those of a standalone project stay unapproved until its user says so; all others count at once, so that
 * somebody has to say it now.
 */
async function approved(host: Host, plan: ExtractPlan, approve: boolean): Promise<ExtractPlan> {
  if (plan.unapproved.size === 0) return plan;
  if (approve) return await approvePlan(plan);
  if (plan.to.mode === "standalone") return plan;
  const lines = askedLines(plan.unapproved);
  const message = `The archive has settings that you have not approved on this machine: ${
    [...plan.unapproved.keys()].join(", ")
  }.`;
  if (!host.ui.attended) {
    throw new KanibakoError("not-approved", message, {
      hint: [...lines, "It was not made by you on this machine. To allow these settings, add --approve."],
    });
  }
  await askFirst(host.ui, [
    message,
    ...lines.map((line) => `  ${line}`),
    "They will take effect for the box.",
  ]);
  return await approvePlan(plan);
}

function reasonsToAsk(plan: ExtractPlan): string[] {
  const replaced = plan.existing
    ? [
      `This replaces the box of ${plan.existing.name}: its settings, its home${
        plan.info.parts.includes("vault") ? ", its vault" : ""
      }.`,
    ]
    : [];
  return [...plan.doubts, ...replaced];
}

/** Where an archive goes that nobody named a place for: where it was, or, when it holds its workspace, here. */
function targetOf({ info }: ArchiveContents, folder: string): string {
  if (isFolder(info.path)) return info.path;
  return info.parts.includes("workspace") ? `${folder}/${info.name}` : info.path;
}

async function archivesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && looksLikeArchive(name)) names.push(name);
    }
  } catch (cause) {
    throw new KanibakoError("not-a-folder", `Cannot read the folder ${shellQuote(folder)}.`, { cause });
  }
  return names.sort();
}

function newestOf(host: Host, found: readonly ArchiveContents[]): ArchiveContents[] {
  const newest = new Map<string, ArchiveContents>();
  for (const each of found) {
    const key = `${each.info.path}\0${each.info.workset ?? ""}\0${each.info.name}`;
    const other = newest.get(key);
    if (!other || other.info.date < each.info.date) newest.set(key, each);
  }
  for (const each of found) {
    if (![...newest.values()].includes(each)) info(host.ui, "archive-older", { file: each.file });
  }
  return [...newest.values()].sort((a, b) => a.info.name < b.info.name ? -1 : 1);
}

function absolute(path: string, cwd: string): string {
  return path === "." ? cwd : absolutePath(path, cwd);
}
