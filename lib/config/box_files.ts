/**
 * The two files of a box that hold its settings, read once and together, and only believed where they may be.
 *
 * @module
 */

import { exists } from "../host/path.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import {
  type BoxTexts,
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
  /** The group it belongs to, when `mode` is `workset`. */
  readonly workset?: { readonly name: string; readonly root: string };
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

/** Reads both files. Does not judge whether a standalone project's files are approved: see {@link approvedBoxFiles}. */
export async function readBoxFiles(
  state: string,
  place: BoxPlace,
): Promise<BoxFiles & { readonly texts: BoxTexts; digest: () => Promise<string> }> {
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
    texts: { settings, env },
    digest: () => contentDigest(settings, env),
  };
}

/** Reads both files, for use. Throws `not-approved` when a standalone project's files ask for what nobody granted here. */
export async function approvedBoxFiles(state: string, place: BoxPlace): Promise<BoxFiles> {
  const files = await readBoxFiles(state, place);
  if (place.mode !== "standalone") return files;
  checkOnlyOne(place);
  const asked = widening(files.config, files.env);
  if (asked.length === 0 || files.record?.approved === await files.digest()) return files;
  throw new NotApproved(place, asked, files.record !== undefined && files.record.approved !== "");
}

/** A box sees neither of its own settings, but could put the other folder a standalone project may keep them in. */
function checkOnlyOne({ path, metadata }: BoxPlace): void {
  const other = `${path}/${metadata.endsWith("/.kanibako") ? "kanibako" : ".kanibako"}/project.toml`;
  if (!exists(other)) return;
  throw new KanibakoError(
    "two-settings",
    `Cannot tell which settings are those of ${shellQuote(path)}: there is ${shellQuote(other)} beside ${
      shellQuote(`${metadata}/project.toml`)
    }.`,
    { hint: "A box may have written one of them. Look at both, and remove the wrong one." },
  );
}

/** A standalone project's files ask for what nobody granted on this machine. */
export class NotApproved extends KanibakoError {
  override name = "NotApproved";
  /** Makes the error. `asked`: what the files set; `changed`: other content was approved before. */
  constructor(readonly place: BoxPlace, asked: readonly string[], changed: boolean) {
    const file = shellQuote(`${place.metadata}/project.toml`);
    super(
      "not-approved",
      `Cannot use ${file}: it sets ${asked.join(", ")}, and ${
        changed ? "changed since it was approved" : "was not approved on this machine"
      }.`,
      {
        hint: [
          `A box or a clone may have written it. Read ${file} and the file env beside it.`,
          `If you want what they say: kanibako box approve ${shellQuote(place.path)}`,
        ],
      },
    );
  }
}
