/**
 * Bringing a project back from an archive: where everything goes, as a change that is made whole or not at all.
 *
 * @module
 */

import { isEmptyFolder } from "../../host/tree/entry.ts";
import { absolutePath, exists, isFolder, normalPath, real } from "../../host/path.ts";
import { askedFor, contentDigest, type StandaloneRecord } from "../../config/approval.ts";
import { checkedEnv } from "../../config/env_file.ts";
import { parseConfig } from "../../config/file.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { ArchiveInfo } from "./info.ts";
import { isRecordedArchive } from "./record.ts";
import type { Change } from "../change/change.ts";
import type { Step } from "../change/step.ts";
import { buildChange } from "./extract_change.ts";
import type { ArchiveContents } from "./extract_contents.ts";
import { type GitState, gitState } from "../git/git.ts";
import { checkWorkspace } from "../guard.ts";
import { locateProject, newName } from "../locate.ts";
import { checkName } from "../names.ts";
import { type Project, qualifiedName } from "../project.ts";
import { readRegistry } from "../registry.ts";
import { base, isElsewhere, type Places, placesNow, placesOf } from "../relocate/places.ts";
import { changedSettings } from "../relocate/settings_text.ts";

/** What is asked for. */
export interface ExtractRequest {
  /** Where the workspace is or will be. [default: the current folder] */
  readonly path: string | undefined;
  readonly cwd: string;
  /** Taken exactly, or refused. */
  readonly name: string | undefined;
  /** A workspace that is there is moved aside for the one in the archive. */
  readonly replaceWorkspace: boolean;
  /** The workspace in the archive is left there. */
  readonly withoutWorkspace: boolean;
}

/** What will be done. */
export interface ExtractPlan {
  readonly contents: ArchiveContents;
  readonly info: ArchiveInfo;
  readonly to: Places;
  /** The project that is there now, whose box is replaced. */
  readonly existing: Project | undefined;
  readonly change: Change;
  /** The settings as they will be. */
  readonly settings: string;
  /** What each `fill` of the change takes out of the archive: folders at its top. */
  readonly fills: ReadonlyMap<string, readonly string[]>;
  /** Where a workspace that was there is kept. */
  readonly aside: string | undefined;
  /** Reasons to think twice: the archive may be of another project. */
  readonly doubts: readonly string[];
  /** Settings that say more than what the project is, and were not in use here: key to value. */
  readonly unapproved: ReadonlyMap<string, string>;
}

/**
 * Plans an extraction. Throws `not-empty`, `no-workspace`, `nested-project`, `unsafe-workspace`, `bad-name`,
 * `name-taken`, `bad-file`.
 */
export async function planExtract(
  host: Host,
  contents: ArchiveContents,
  request: ExtractRequest,
): Promise<ExtractPlan> {
  const { info } = contents;
  const asked = request.path ?? request.cwd;
  const absolute = absolutePath(asked, request.cwd);
  const path = real(normalPath(absolute));
  const withWorkspace = info.parts.includes("workspace") && !request.withoutWorkspace;
  const isThere = isFolder(path);
  if (!isThere && exists(path)) {
    throw new KanibakoError("not-a-folder", `${shellQuote(path)} is not a folder.`);
  }
  if (!isThere && !withWorkspace) {
    throw new KanibakoError(
      "no-workspace",
      `There is no folder ${shellQuote(path)}, and the archive does not contain one.`,
      {
        hint:
          "Copy the project's files there first (for example with git clone), or name the folder they are in.",
      },
    );
  }
  const existing = isThere ? await projectAt(host, path) : undefined;
  const to = existing ? placesNow(existing) : await newPlaces(host, info, path, request.name);
  if (existing && request.name !== undefined && request.name !== existing.name) {
    throw new KanibakoError(
      "name-taken",
      `The project in ${shellQuote(path)} is already called ${existing.name}.`,
      {
        hint: `Leave out --name, or forget that project first: kanibako rm ${
          shellQuote(qualifiedName(existing))
        }`,
      },
    );
  }
  const isEmpty = isThere && isEmptyFolder(path);
  if (withWorkspace && isThere && !isEmpty && !request.replaceWorkspace) {
    throw new KanibakoError(
      "not-empty",
      `The archive contains the project's files, and ${shellQuote(path)} is not empty.`,
      {
        hint: [
          "Use another folder: kanibako box extract ARCHIVE FOLDER",
          "To extract only the box: --without-workspace",
          "To move the existing files aside: --force",
        ],
      },
    );
  }
  const approval = await judgeSettings(host, contents, to, existing);
  // Files of the archive's own cannot be the wrong ones.
  const git = withWorkspace ? undefined : await gitState(path);
  const built = await buildChange(host, contents, to, existing?.vault, {
    isNew: existing === undefined,
    withWorkspace,
    isThere,
    isEmpty,
    settings: approval.settings,
    record: approval.record,
  });
  return {
    contents,
    info,
    to,
    existing,
    settings: approval.settings,
    ...built,
    doubts: git === undefined ? [] : doubtsOf(info, to, git),
    unapproved: approval.unapproved,
  };
}

/** The plan with its settings approved, for a standalone project: this machine's record then says so. */
export async function approvePlan(plan: ExtractPlan): Promise<ExtractPlan> {
  const steps = await Promise.all(plan.change.steps.map(async (step): Promise<Step> => {
    if (step.do !== "standalone" || step.after === null) return step;
    const approved = await contentDigest(plan.settings, plan.contents.env);
    return { ...step, after: { ...step.after, approved } };
  }));
  return { ...plan, change: { ...plan.change, steps }, unapproved: new Map() };
}

/** The project whose workspace is exactly this folder. One around it is an error: the box of that one writes here. */
async function projectAt(host: Host, path: string): Promise<Project | undefined> {
  const found = await locateProject(host, path);
  if (!found.exists) return undefined;
  if (found.path === path) return found;
  throw new KanibakoError(
    "nested-project",
    `Cannot extract to ${shellQuote(path)}: it is in the project ${shellQuote(found.path)}.`,
    { hint: "Use a folder beside it." },
  );
}

async function newPlaces(
  host: Host,
  info: ArchiveInfo,
  path: string,
  asked: string | undefined,
): Promise<Places> {
  if (asked !== undefined) checkName(asked);
  await checkWorkspace(host, path, { standalone: info.mode === "standalone", allowHome: false });
  const registry = await readRegistry(host);
  if (info.mode === "standalone") return await layoutOf(host, info, path, asked ?? info.name);
  const holder = asked === undefined ? undefined : registry.projects[asked] ?? registry.worksets[asked];
  if (holder !== undefined || (asked !== undefined && exists(`${host.system.paths.boxes}/${asked}`))) {
    throw new KanibakoError(
      "name-taken",
      `The name ${shellQuote(asked!)} is taken${holder ? ` by ${shellQuote(holder)}` : ""}.`,
      {
        hint: "Use another name, or leave it out.",
      },
    );
  }
  const name = asked ?? await newName(host, registry, `/${info.name}`);
  return await layoutOf(host, info, path, name);
}

/** A project of the archive's own layout. */
async function layoutOf(host: Host, info: ArchiveInfo, path: string, name: string): Promise<Places> {
  const like = { exists: true, mode: info.mode, layout: info.layout } as Project;
  return await placesOf(host, like, { mode: info.mode, name, path });
}

/** The settings as they will be, and whether they may count without a word from the user. */
async function judgeSettings(
  host: Host,
  contents: ArchiveContents,
  to: Places,
  existing: Project | undefined,
): Promise<
  { settings: string; unapproved: ReadonlyMap<string, string>; record: StandaloneRecord | undefined }
> {
  const file = `${contents.file}: settings/project.toml`;
  const config = await parseConfig(contents.settings ?? "", file, "box");
  const env = contents.env === undefined ? {} : checkedEnv(contents.env, `${contents.file}: settings/env`);
  const kept: Record<string, string> = {};
  if (existing && existing.mode !== "standalone") {
    if (isElsewhere(existing, existing.home)) kept["shell"] = existing.home;
    if (existing.vault && isElsewhere(existing, existing.vault.readOnly)) {
      kept["vault_ro"] = existing.vault.readOnly;
    }
    if (existing.vault && isElsewhere(existing, existing.vault.readWrite)) {
      kept["vault_rw"] = existing.vault.readWrite;
    }
  }
  const asked = askedFor(config, env);
  const digest = await contentDigest(contents.settings, contents.env);
  const ours = await isRecordedArchive(host.dirs.state, contents.info.id, digest);
  const settings = await changedSettings(contents.settings ?? "", file, {
    config,
    to,
    distinctAuth: false,
    untrusted: !ours,
    kept,
  });
  const known = asked.size === 0 || ours;
  const record = to.mode !== "standalone" ? undefined : {
    name: to.name,
    approved: known ? await contentDigest(settings, contents.env) : "",
    sharedAuth: contents.info.sharedAuth && host.system.config.values["group_auth"] !== false,
  };
  return { settings, unapproved: known ? new Map() : asked, record };
}

function doubtsOf(info: ArchiveInfo, to: Places, git: GitState): string[] {
  const doubts: string[] = [];
  if (to.path !== info.path && base(to.path) !== base(info.path)) {
    doubts.push(
      `The archive is of ${shellQuote(info.path)}, and ${shellQuote(to.path)} has another name.`,
    );
  }
  if (info.git) {
    if (git.kind !== "repository") {
      doubts.push("The archived project was a git repository, but this folder is not.");
    } else if (git.commit !== info.git.commit) {
      doubts.push(
        `The archived project was at commit ${info.git.commit ?? "(none)"}${
          info.git.branch === undefined ? "" : ` of ${info.git.branch}`
        }; this folder is at ${git.commit ?? "(none)"}${
          git.branch === undefined ? "" : ` of ${git.branch}`
        }.`,
      );
    }
  }
  return doubts;
}
