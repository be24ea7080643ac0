/**
 * Which mode and which workset are meant.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { UsageError } from "../../host/error.ts";
import type { ProjectMode } from "../../project/project.ts";
import { findWorkset } from "../../project/workset/find.ts";
import type { Workset } from "../../project/membership/members.ts";
import type { ModeWord } from "./mode_words.ts";

/** The mode that was asked for, also in the words of earlier versions. Throws `UsageError` for one a workset does not go with. */
export function modeOf(word: ModeWord | undefined, workset: string | undefined): ProjectMode | undefined {
  if (workset !== undefined && word !== undefined && word !== "workset") {
    throw new UsageError(`--workset cannot be used with --to ${word}.`);
  }
  if (word === "account-centric") return "default";
  if (word === "decentralized") return "standalone";
  return word ?? (workset === undefined ? undefined : "workset");
}

/** The workset that was named, or the one we are in where the mode asks for one. */
export async function worksetOf(
  host: Host,
  mode: ProjectMode | undefined,
  name: string | undefined,
  cwd: string,
): Promise<Workset | undefined> {
  if (name !== undefined) return await findWorkset(host, name, cwd);
  return mode === "workset" ? await findWorkset(host, undefined, cwd) : undefined;
}
