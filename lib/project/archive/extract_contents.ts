/**
 * What an archive holds, as far as it decides where everything goes: read before anything is unpacked, and never trusted.
 *
 * @module
 */

import { stepsChange } from "../../crab/steps.ts";
import { KanibakoError } from "../../host/error.ts";
import type { MetEntry } from "../../archive/read.ts";
import type { ChangeHooks } from "../change/change.ts";
import { earlierTop } from "./earlier_top.ts";
import {
  type ArchiveInfo,
  INFO_BYTES,
  INFO_PATH,
  INFO_TEXT_PATH,
  notAnArchive,
  parseInfo,
  STEPS_PATH,
} from "./info.ts";

/** The small members of an archive. */
export interface ArchiveContents {
  /** The archive. Absolute. */
  readonly file: string;
  readonly info: ArchiveInfo;
  /** The text of the settings file. */
  readonly settings: string | undefined;
  /** The text of the environment file. */
  readonly env: string | undefined;
  /** The text of the file of markers, with nothing in it that another machine must decide. */
  readonly steps: string;
  /** Of an archive of the earlier program: where in it the folders are. It has no manifest. */
  readonly earlier?: Readonly<Record<"home" | "vault/ro" | "vault/rw", string>>;
  /** Settings in it that this program does not know. */
  readonly left?: readonly string[];
}

/** The members that are read, all in front of the first folder. */
const SMALL = new Set([INFO_PATH, INFO_TEXT_PATH, "settings/project.toml", "settings/env", STEPS_PATH]);

/** Reads the beginning of an archive. Throws `bad-archive`, and what `readArchive` throws. */
export async function readContents(file: string): Promise<ArchiveContents> {
  const { readArchive } = await import("../../archive/read.ts");
  const texts = new Map<string, string>();
  let top: string | undefined;
  await readArchive(file, async (entry) => {
    top = earlierTop(entry.path);
    if (entry.kind !== "file" || !SMALL.has(entry.path)) return "stop";
    texts.set(entry.path, await textOf(entry, file));
    return undefined;
  });
  const info = texts.get(INFO_PATH);
  if (info === undefined && top !== undefined) {
    const read = async (onEntry: (entry: MetEntry) => Promise<void>) => void await readArchive(file, onEntry);
    const { earlierContents } = await import("./earlier.ts");
    return await earlierContents(file, top, read, (entry) => textOf(entry, file));
  }
  if (info === undefined) {
    throw notAnArchive(file, "it does not start like one", [
      "To create an archive: kanibako box archive",
      "Archives of the earlier Python program start with a folder that is named after a hash.",
    ]);
  }
  return {
    file,
    info: parseInfo(info, file),
    settings: texts.get("settings/project.toml"),
    env: texts.get("settings/env"),
    steps: soundSteps(texts.get(STEPS_PATH), file),
  };
}

/**
 * Unpacks folders of an archive into one that must not be there, and checks all of the archive against its manifest.
 * Throws as `extractArchive`; then nothing is left.
 */
export async function unpack(
  { file, earlier }: ArchiveContents,
  to: string,
  members: readonly string[],
  owner: { readonly uid: number; readonly gid: number } | undefined,
  hooks: Pick<ChangeHooks, "onProgress" | "signal"> & { readonly anySize?: boolean | undefined } = {},
): Promise<readonly string[]> {
  const [{ extractArchive }, { OWN_LIMITS }] = await Promise.all([
    import("../../archive/extract.ts"),
    import("../../archive/limits.ts"),
  ]);
  const report = await extractArchive(file, to, {
    needsManifest: earlier === undefined,
    select: (path) => members.some((member) => path === member || path.startsWith(`${member}/`)),
    ...owner ? { owner } : {},
    ...hooks.onProgress ? { onProgress: hooks.onProgress } : {},
    ...hooks.signal ? { signal: hooks.signal } : {},
    ...hooks.anySize ? { limits: OWN_LIMITS } : {},
  });
  return report.skipped;
}

async function textOf(entry: MetEntry, file: string): Promise<string> {
  if (entry.size > INFO_BYTES) throw notAnArchive(file, `${entry.path} in it is too large`);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  try {
    for (let piece = await entry.content(); piece; piece = await entry.content()) {
      text += decoder.decode(piece, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof KanibakoError || !(error instanceof TypeError)) throw error;
    throw notAnArchive(file, `${entry.path} in it is not text`);
  }
}

/** What was done in the home. What is kept of it only says that something need not be done again. */
function soundSteps(text: string | undefined, file: string): string {
  let value: unknown = {};
  try {
    if (text !== undefined) value = JSON.parse(text);
  } catch {
    throw notAnArchive(file, `${STEPS_PATH} in it is damaged`);
  }
  const steps = stepsChange(value);
  if (!steps.ok) throw notAnArchive(file, `${STEPS_PATH} in it is damaged`);
  const { home = 0, templates = {}, instructions = [], seeds = [], conversations = [] } = steps.value;
  return `${JSON.stringify({ home, templates, instructions, seeds, conversations }, null, 2)}\n`;
}
