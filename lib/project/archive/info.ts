/**
 * What an archive says about itself, in its first member.
 *
 * @module
 */

import * as z from "zod/mini";
import { KanibakoError } from "../../host/error.ts";
import { problemOf, type Schema } from "../../host/store.ts";
import { escapeControl, shellQuote } from "../../host/ui/text.ts";
import type { GitRemote } from "../git/config.ts";
import { isName } from "../names.ts";
import type { ProjectLayout } from "../project.ts";

/** The member that holds it, as JSON. It comes first. */
export const INFO_PATH = "kanibako-archive.json";
/** The same for people. */
export const INFO_TEXT_PATH = "kanibako-archive-info.txt";
/** Folders of an archive. */
const PARTS = ["settings", "home", "vault", "workspace"] as const;
/** One of them. */
export type ArchivePart = typeof PARTS[number];
/** Markers of what was done once for the box. */
export const STEPS_PATH = "settings/steps.json";

/** What git said when the archive was made. */
export interface ArchivedGit {
  readonly branch?: string | undefined;
  readonly commit?: string | undefined;
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
  readonly workset?: string | undefined;
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
  readonly git?: ArchivedGit | undefined;
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
    throw notAnArchive(file, "its description is damaged");
  }
  const { format, version } = Object(value) as Fields;
  if (format !== FORMAT) throw notAnArchive(file, "it does not say that it is an archive");
  if (version !== VERSION) {
    throw notAnArchive(file, "it was made by a newer kanibako", "Use that version to extract it.");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw notAnArchive(file, `its description is damaged (${problemOf(result.error.issues)})`);
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

const text = z.string().check(z.maxLength(4096, "too long"));
const name = text.check(z.refine(isName, "not a valid project name"));
const schema: Schema<ArchiveInfo> = z.object({
  id: text.check(z.regex(/^[0-9a-f-]{36}$/, "not an id")),
  name,
  mode: z.enum(["default", "standalone"]),
  layout: z.enum(["simple", "default", "robust"]),
  workset: z.optional(name),
  path: text.check(z.startsWith("/", "not an absolute path")),
  hash: text.check(z.regex(/^[0-9a-f]{64}$/, "not a hash")),
  date: text,
  program: text,
  parts: z.array(z.enum(PARTS)),
  credentials: z.boolean(),
  sharedAuth: z.boolean(),
  git: z.optional(
    z.object({
      branch: z.optional(text),
      commit: z.optional(text),
      remotes: z.array(z.object({ name: text, url: text })),
    }),
  ),
});
