/**
 * What an archive says about itself, in its first member.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { type Schema, type SchemaIssue } from "../../host/store.ts";
import { escapeControl, shellQuote } from "../../host/ui/text.ts";
import type { GitRemote } from "../git/config.ts";
import { isName } from "../names.ts";
import type { ProjectLayout } from "../project.ts";

/** The member that holds it, as JSON. It comes first. */
export const INFO_PATH = "kanibako-archive.json";
/** The same for people. */
export const INFO_TEXT_PATH = "kanibako-archive-info.txt";
/** Folders of an archive. */
export const PARTS = ["settings", "home", "vault", "workspace"] as const;
/** One of them. */
export type ArchivePart = typeof PARTS[number];
/** Markers of what was done once for the box. */
export const STEPS_PATH = "settings/steps.json";

/** What git said when the archive was made. */
export interface ArchivedGit {
  readonly branch: string | undefined;
  readonly commit: string | undefined;
  readonly remotes: readonly GitRemote[];
}

/** What an archive is of. */
export interface ArchiveInfo {
  /** Of this archive alone. */
  readonly id: string;
  readonly name: string;
  /** The mode it is extracted to. */
  readonly mode: "default" | "standalone";
  readonly layout: ProjectLayout;
  /** The workset it belonged to. */
  readonly workset: string | undefined;
  /** Where the workspace was. */
  readonly path: string;
  /** SHA-256 of that path. */
  readonly hash: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  /** The program's version. */
  readonly program: string;
  readonly parts: readonly ArchivePart[];
  readonly credentials: boolean;
  /** Whether the box used the host's login. */
  readonly sharedAuth: boolean;
  /** `undefined`: the workspace was no repository, or could not be judged. */
  readonly git: ArchivedGit | undefined;
}

const FORMAT = "kanibako-archive";
const VERSION = 1;
/** The most the member may have. */
export const INFO_BYTES: number = 256 * 1024;

/** The member's text. */
export function formatInfo(info: ArchiveInfo): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, ...info }, null, 2)}\n`;
}

/** For people who open the archive. */
export function describeInfo(info: ArchiveInfo): string {
  const rows: (readonly [string, string])[] = [
    ["Project", info.workset === undefined ? info.name : `${info.workset}/${info.name}`],
    ["Project path", info.path],
    ["Project hash", info.hash],
    ["Mode", info.mode],
    ["Archive date", info.date],
    ["Made by", `kanibako ${info.program}`],
    ["Holds", info.parts.join(", ")],
    ["Credentials", info.credentials ? "yes" : "left out"],
    ["Git repository", info.git ? "yes" : "no"],
    ...info.git
      ? [
        ["Branch", info.git.branch ?? "(none)"] as const,
        ["Commit", info.git.commit ?? "(none)"] as const,
        ...info.git.remotes.map(({ name, url }) => ["Remote", `${name}: ${url}`] as const),
      ]
      : [],
  ];
  return rows.map(([label, value]) => `${label}: ${escapeControl(value)}\n`).join("");
}

/** Reads the member of an archive that came from anywhere. Throws `bad-archive`. */
export function parseInfo(text: string, file: string): ArchiveInfo {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notAnArchive(file, "what it says about itself is damaged");
  }
  const { format, version } = Object(value) as Fields;
  if (format !== FORMAT) throw notAnArchive(file, "it does not say that it is one");
  if (version !== VERSION) {
    throw notAnArchive(file, "a newer kanibako made it", "Extract it with the kanibako it was made by.");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw notAnArchive(
    file,
    `what it says about itself is damaged (${issue?.path.join(".")}: ${issue?.message})`,
  );
}

/** The error of a file that is no archive of ours. */
export function notAnArchive(
  file: string,
  why: string,
  hint: string | readonly string[] = [],
): KanibakoError {
  return new KanibakoError(
    "bad-archive",
    `Cannot use ${shellQuote(file)} as an archive of a project: ${why}.`,
    { hint },
  );
}

type Fields = Partial<Record<string, unknown>>;

const schema: Schema<ArchiveInfo> = {
  safeParse(value) {
    const issues: SchemaIssue[] = [];
    const fields = Object(value) as Fields;
    const check = (key: string, sound: boolean, message: string) => {
      if (!sound) issues.push({ path: [key], message });
    };
    const isText = (each: unknown): each is string => typeof each === "string" && each.length <= 4096;
    const {
      id,
      name,
      mode,
      layout,
      workset,
      path,
      hash,
      date,
      program,
      parts,
      credentials,
      sharedAuth,
      git,
    } = fields;
    check("id", isText(id) && /^[0-9a-f-]{36}$/.test(id), "not an id");
    check("name", isText(name) && isName(name), "not a name a project can have");
    check("mode", mode === "default" || mode === "standalone", "unknown");
    check("layout", layout === "simple" || layout === "default" || layout === "robust", "unknown");
    check("workset", workset === undefined || (isText(workset) && isName(workset)), "not a name");
    check("path", isText(path) && path.startsWith("/"), "not an absolute path");
    check("hash", isText(hash) && /^[0-9a-f]{64}$/.test(hash), "not a hash");
    check("date", isText(date), "not a date");
    check("program", isText(program), "not a version");
    check(
      "parts",
      Array.isArray(parts) && parts.every((part) => (PARTS as readonly unknown[]).includes(part)),
      "unknown part",
    );
    check("credentials", typeof credentials === "boolean", "neither true nor false");
    check("sharedAuth", typeof sharedAuth === "boolean", "neither true nor false");
    const { branch, commit, remotes } = Object(git) as Fields;
    const isRemote = (each: unknown) =>
      isText((Object(each) as Fields)["name"]) && isText((Object(each) as Fields)["url"]);
    check(
      "git",
      git === undefined ||
        ((branch === undefined || isText(branch)) && (commit === undefined || isText(commit)) &&
          Array.isArray(remotes) && remotes.every(isRemote)),
      "not understood",
    );
    return issues.length > 0
      ? { success: false, error: { issues } }
      : { success: true, data: value as ArchiveInfo };
  },
};
