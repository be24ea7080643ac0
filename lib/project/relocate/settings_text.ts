/**
 * What a project's settings file says once the project is another one, or somewhere else. Comments stay.
 *
 * @module
 */

import {
  approvedTexts,
  type BoxTexts,
  type StandaloneRecord,
  standaloneRecords,
} from "../../config/approval.ts";
import { applyEdits, type Edit } from "../../config/edit.ts";
import { SETTINGS } from "../../config/settings/all.ts";
import { type ConfigFile, parseConfig } from "../../config/file.ts";
import type { Places } from "./places.ts";

/** What is known beside the text. */
export interface SettingsChange {
  /** What the text says now. */
  readonly config: ConfigFile;
  /** The project as it shall be. */
  readonly to: Places;
  /** Its login must stay its own, whatever its new group says. */
  readonly distinctAuth: boolean;
  /** Whoever wrote the text is not to say that the box has the host's login. */
  readonly untrusted?: boolean;
  /** Places that stay where the settings put them: key (`shell`, `vault_ro`, `vault_rw`) to path. */
  readonly kept: Readonly<Record<string, string>>;
}

const AUTH = SETTINGS.named("group_auth");

/** Places that older programs wrote down; what is not kept is worked out again. */
const FROZEN = ["workspace", "shell", "vault_ro", "vault_rw", "metadata", "project_hash"];

/** The new text. Throws `bad-file` when it would not be sound. */
export async function changedSettings(text: string, file: string, change: SettingsChange): Promise<string> {
  const { to, config, kept } = change;
  const edit = (path: readonly string[], value: Edit["value"]): Edit => ({ path, value });
  const resolved: Record<string, string> = {
    ...(to.mode === "standalone" ? {} : { workspace: to.path, ...kept }),
  };
  const after = await applyEdits(text, [
    edit(["project", "mode"], to.mode),
    edit(["project", "layout"], to.layout),
    edit(["project", "name"], to.mode === "standalone" ? to.name : undefined),
    ...(change.distinctAuth && config.values["group_auth"] !== false
      ? [edit(["project", "group_auth"], false)]
      : []),
    ...(change.untrusted && config.values["group_auth"] === true
      ? [AUTH.stored, AUTH.name, ...AUTH.aliases].map((name) => edit(name.split("."), undefined))
      : []),
    ...FROZEN.map((key) => edit(["paths", key], undefined)),
    ...FROZEN.map((key) => edit(["resolved", key], resolved[key])),
  ]);
  await parseConfig(after, file, "box");
  return after;
}

/** What this machine has recorded of a standalone project, as a step that changes it needs it. */
export async function recordedAt(
  state: string,
  path: string,
): Promise<{ before: StandaloneRecord | null; beforeTexts?: BoxTexts }> {
  const records = await standaloneRecords(state);
  if (!Object.hasOwn(records, path)) return { before: null };
  const texts = await approvedTexts(state, path);
  return { before: records[path]!, ...(texts ? { beforeTexts: texts } : {}) };
}
