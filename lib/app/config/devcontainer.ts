/**
 * The question whether the box of a project may have the environment that the project describes.
 *
 * @module
 */

import {
  devContainerWish,
  mayHaveDevContainer,
  readDevContainerRecord,
  writeDevContainerRecord,
} from "../../config/devcontainer.ts";
import { type LevelFile, readLevels } from "../../config/levels.ts";
import type { Host } from "../../config/system.ts";
import { currentDevContainer } from "../../devcontainer/current.ts";
import { findDevContainers } from "../../devcontainer/find.ts";
import { askedOf, comparedWith } from "../../devcontainer/words.ts";
import { Aborted } from "../../host/error.ts";
import { openTree } from "../../host/tree/tree.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Project } from "../../project/project.ts";
import type { SessionDevContainer } from "../../session/devcontainer.ts";
import { findDevContainer } from "../../session/find_devcontainer.ts";
import { info } from "../../spec/ui.ts";

/** What a box has of the environment that its project describes. */
export interface BoxEnvironment {
  /** The `devcontainer.json`, relative to the project. */
  readonly file: string;
  /** As of a session; `off`: it is not wanted. */
  readonly state: SessionDevContainer["state"] | "off";
  /** Why it is not used, where something has to be done about that. */
  readonly why?: string;
  /** What of it has no effect, a sentence each. */
  readonly notes: readonly string[];
}

/** What that is for the box of a project; `undefined`: the project describes none. `levels`: those of the box. */
export async function environmentOf(
  host: Host,
  project: Project,
  levels: readonly LevelFile[],
): Promise<BoxEnvironment | undefined> {
  if (!mayHaveDevContainer(project.path)) return undefined;
  const found = await findDevContainer(host, project, levels);
  if (found) {
    const { file, state, use, refusal } = found;
    return { file, state, ...(refusal ? { why: refusal.message } : {}), notes: use?.notes ?? [] };
  }
  using tree = openTree(project.path);
  const [file] = findDevContainers(tree);
  return file === undefined ? undefined : { file, state: "off", notes: [] };
}

/** Shows what it asks for, and approves exactly what was shown. Throws {@link Aborted} for a no, and what is wrong with the file. */
export async function approveEnvironment(
  host: Host,
  project: Project,
  force: boolean,
): Promise<"approved" | "known" | "none"> {
  const { state } = host.dirs;
  // Settings of the project that are not approved are asked about before.
  if (devContainerWish(await readLevels(host, project)) === "no") return "none";
  const dev = await currentDevContainer(project);
  if (!dev) return "none";
  const { path: file, hash } = dev;
  const before = await readDevContainerRecord(state, project.path);
  if (before?.answer === "yes" && before.hash === hash && before.file === file) return "known";
  const lines = askedOf(dev);
  const approved = before?.answer === "yes" ? before.shown : undefined;
  info(host.ui, "devcontainer-asks", {
    file: shellQuote(`${project.path}/${file}`),
    changed: approved !== undefined,
    lines: comparedWith(approved, lines),
  });
  if (!force && !await host.ui.confirm({ text: "Use this environment for the box?" })) throw new Aborted();
  await writeDevContainerRecord(state, project.path, { file, answer: "yes", hash, shown: lines });
  return "approved";
}
