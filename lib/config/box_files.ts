/**
 * The two files of a box that hold its settings, read once and together, and only believed where they may be.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/text.ts";
import {
  contentDigest,
  readOwn,
  type StandaloneRecord,
  type StandaloneRecords,
  standaloneRecords,
  widening,
} from "./approval.ts";
import { checkedEnv } from "./env_file.ts";
import { type ConfigFile, EMPTY, parseConfig } from "./file.ts";

/** Where a box's files are. A project is one. */
export interface BoxPlace {
  readonly mode: "default" | "workset" | "standalone";
  readonly path: string;
  readonly metadata: string;
}

/** What the two files say. */
export interface BoxFiles {
  /** Whether there is a settings file. */
  readonly exists: boolean;
  readonly config: ConfigFile;
  readonly env: Readonly<Record<string, string>>;
  /** This machine's record, of a standalone project. */
  readonly record: StandaloneRecord | undefined;
}

/** Reads both files. Does not judge whether a standalone project's files are approved: see {@link checkApproved}. */
export async function readBoxFiles(
  state: string,
  place: BoxPlace,
): Promise<BoxFiles & { digest: () => Promise<string> }> {
  const trusted = place.mode !== "standalone";
  const file = `${place.metadata}/project.toml`;
  const envFile = `${place.metadata}/env`;
  const [settings, env, records] = await Promise.all([
    readOwn(file, trusted),
    readOwn(envFile, trusted),
    trusted ? {} as StandaloneRecords : standaloneRecords(state),
  ]);
  return {
    exists: settings !== undefined,
    config: settings === undefined ? EMPTY : await parseConfig(settings, file, "box"),
    env: env === undefined ? {} : checkedEnv(env, envFile),
    record: Object.hasOwn(records, place.path) ? records[place.path] : undefined,
    digest: () => contentDigest(settings, env),
  };
}

/** Reads both files, for use. Throws `not-approved` when a standalone project's files ask for what nobody granted here. */
export async function approvedBoxFiles(state: string, place: BoxPlace): Promise<BoxFiles> {
  const files = await readBoxFiles(state, place);
  if (place.mode !== "standalone") return files;
  const asked = widening(files.config, files.env);
  if (asked.length === 0 || files.record?.approved === await files.digest()) return files;
  const file = `${place.metadata}/project.toml`;
  throw new KanibakoError(
    "not-approved",
    `Cannot use ${shellQuote(file)}: it sets ${asked.join(", ")}, and ${
      files.record ? "changed since it was approved" : "was not approved on this machine"
    }.`,
    {
      hint: [
        `A box or a clone may have written it. Read ${shellQuote(file)} and the file env beside it.`,
        `If you want what they say: kanibako box approve ${shellQuote(place.path)}`,
      ],
    },
  );
}
