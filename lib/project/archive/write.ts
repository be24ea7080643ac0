/**
 * Writes what was planned by `plan.ts`.
 *
 * @module
 */

import { exists } from "../../host/path.ts";
import type { PackReport, TarWriter } from "../../archive/write.ts";
import { readOwn } from "../../config/approval.ts";
import { readBoxFiles } from "../../config/box_files.ts";
import type { Host } from "../../config/system.ts";
import { readSteps } from "../../crab/steps.ts";
import { KanibakoError } from "../../host/error.ts";
import { openTree, type Tree } from "../../host/tree/tree.ts";
import { loginTargets } from "../../../targets/discover.ts";
import { type ArchivePlan, parent, vaultFolders } from "./plan.ts";
import { type ArchivePart, describeInfo, formatInfo, INFO_PATH, INFO_TEXT_PATH, STEPS_PATH } from "./info.ts";
import { warning } from "../../spec/ui.ts";
import { recordArchive } from "./record.ts";
import { homeRules, scrubGitConfig, scrubJson } from "./secrets.ts";
import { isWithin } from "../layout.ts";
import { hiddenBelow } from "../nested/nested.ts";
import type { Project } from "../project.ts";

/** What was done. */
export interface ArchiveReport extends PackReport {
  /** What was left out because it unlocks something, relative to the archive. */
  readonly secrets: readonly string[];
  /** It holds more than an extraction takes by default. */
  readonly isLarge: boolean;
}

/** What the one who waits wants to know. */
export interface ArchiveHooks {
  readonly onPart?: (part: ArchivePart) => void;
  readonly onProgress?: (done: { files: number; bytes: number }) => void;
  readonly signal?: AbortSignal;
}

/** The most of a file that is rewritten on its way into an archive; what is larger is left out. */
const REWRITTEN_BYTES = 32 * 1024 * 1024;
const MAX_LISTED = 1000;

/** Writes it: whole or not at all, readable by its owner alone. */
export async function writeArchive(
  host: Host,
  plan: ArchivePlan,
  hooks: ArchiveHooks = {},
): Promise<ArchiveReport> {
  const { isLarge, packArchive } = await import("../../archive/write.ts");
  const secrets: string[] = [];
  const digest = await approvedDigest(host, plan.project);
  const report = await packArchive(plan.file, plan.compression, async (writer) => {
    await writer.addText(INFO_PATH, formatInfo(plan.info), 0o600);
    await writer.addText(INFO_TEXT_PATH, describeInfo(plan.info), 0o600);
    hooks.onPart?.("settings");
    await addSettings(writer, plan.project);
    hooks.onPart?.("home");
    await addHome(writer, plan, secrets, hooks);
    if (plan.vault && plan.project.vault) {
      hooks.onPart?.("vault");
      await addVault(writer, plan.project.vault, hooks);
    }
    if (plan.workspace) {
      hooks.onPart?.("workspace");
      await addWorkspace(writer, host, plan, secrets, hooks);
    }
  }, { overwrite: plan.overwrite, ...hooks.signal ? { signal: hooks.signal } : {} });
  if (digest !== undefined) await recorded(host, plan, digest);
  return { ...report, secrets, isLarge: isLarge(report) };
}

/** The archive is whole, whatever becomes of what we remember of it. */
async function recorded(host: Host, plan: ArchivePlan, digest: string): Promise<void> {
  try {
    await recordArchive(host.dirs.state, plan.info.id, digest);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    const sentence =
      `The archive is written, but not recorded: extracting it will ask about its settings. ${error.message}`;
    warning(host.ui, "archive-warning", { sentence });
  }
}

/** The digest of the settings, when they are in use here: of a standalone project only those that were approved. */
async function approvedDigest(host: Host, project: Project): Promise<string | undefined> {
  const files = await readBoxFiles(host.dirs.state, project);
  const digest = await files.digest();
  return project.mode !== "standalone" || files.record?.approved === digest ? digest : undefined;
}

async function addSettings(writer: TarWriter, project: Project): Promise<void> {
  const trusted = project.mode !== "standalone";
  for (const name of ["project.toml", "env"]) {
    const text = await readOwn(`${project.metadata}/${name}`, trusted);
    if (text !== undefined) await writer.addText(`settings/${name}`, text, 0o600);
  }
  // What was delivered into this home. Logins, mounts and the agent's own files are another machine's to deliver again.
  const { home, templates, instructions, seeds, conversations } = await readSteps(project.state);
  const steps = { home, templates, instructions, seeds, conversations };
  await writer.addText(STEPS_PATH, `${JSON.stringify(steps)}\n`, 0o600);
}

async function addHome(
  writer: TarWriter,
  plan: ArchivePlan,
  secrets: string[],
  hooks: ArchiveHooks,
): Promise<void> {
  const { home } = plan.project;
  if (!exists(home)) return;
  const rules = homeRules(loginTargets());
  const rewritten = new Map<string, string>();
  const leave = note(secrets, "home");
  using tree = openTree(home);
  const exclude = (path: string): boolean => {
    if (rules.isCache(path)) return true;
    if (plan.credentials) return false;
    if (rules.isSecret(path)) return leave(path);
    if (!rules.scrubbed.includes(path) || tree.kind(path) !== "file") return false;
    const text = smallText(tree, path);
    const scrubbed = text === undefined ? undefined : scrubJson(text);
    if (scrubbed === undefined) return leave(path);
    rewritten.set(path, scrubbed);
    return true;
  };
  await writer.addTree(home, "home", { exclude, ...progressOf(hooks) });
  for (const [path, text] of rewritten) await writer.addText(`home/${path}`, text, 0o600);
}

async function addVault(
  writer: TarWriter,
  vault: NonNullable<Project["vault"]>,
  hooks: ArchiveHooks,
): Promise<void> {
  for (const [half, folder] of [["ro", vault.readOnly], ["rw", vault.readWrite]] as const) {
    if (exists(folder)) await writer.addTree(folder, `vault/${half}`, progressOf(hooks));
  }
}

async function addWorkspace(
  writer: TarWriter,
  host: Host,
  plan: ArchivePlan,
  secrets: string[],
  hooks: ArchiveHooks,
): Promise<void> {
  const { project } = plan;
  const rewritten = new Map<string, string>();
  using tree = openTree(project.path);
  // The box's own folders are in the archive separately, and those of other boxes are not for this archive; a link to the vault leads nowhere on another machine.
  const own = [project.metadata, project.home, ...vaultFolders(project).map(parent)]
    .filter((folder) => folder !== project.path && isWithin(folder, project.path))
    .map((folder) => folder.slice(project.path.length + 1))
    .concat(await hiddenBelow(host, project.path));
  const exclude = (path: string, kind: string): boolean => {
    if (own.includes(path)) return true;
    if (path === "vault" && kind === "symlink") {
      return isWithin(tree.readLink(path) ?? "", host.system.paths.boxes);
    }
    if (plan.credentials || path !== ".git/config" || kind !== "file") return false;
    const text = smallText(tree, path);
    if (text === undefined) return note(secrets, "workspace")(path);
    const scrubbed = scrubGitConfig(text);
    if (scrubbed === text) return false;
    rewritten.set(path, scrubbed);
    return true;
  };
  await writer.addTree(project.path, "workspace", { exclude, ...progressOf(hooks) });
  for (const [path, text] of rewritten) await writer.addText(`workspace/${path}`, text, 0o644);
}

function smallText(tree: Tree, path: string): string | undefined {
  try {
    const bytes = tree.readFile(path, REWRITTEN_BYTES);
    return bytes === undefined ? undefined : new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof KanibakoError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function note(secrets: string[], part: ArchivePart): (path: string) => true {
  return (path) => {
    if (secrets.length < MAX_LISTED) secrets.push(`${part}/${path}`);
    return true;
  };
}

function progressOf(hooks: ArchiveHooks): Pick<ArchiveHooks, "onProgress"> {
  return hooks.onProgress ? { onProgress: hooks.onProgress } : {};
}
