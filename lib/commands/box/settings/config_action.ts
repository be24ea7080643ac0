/**
 * Shows or changes the settings of a box.
 *
 * @module
 */

import type { EffectiveSetting } from "../../../config/effective.ts";
import { boxPlace } from "../../../config/place.ts";
import { isSettingName, unknownSetting } from "../../../config/setting_name.ts";
import type { Host } from "../../../config/system.ts";
import { KanibakoError } from "../../../host/error.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { locateProject } from "../../../project/locate.ts";
import type { Project } from "../../../project/project.ts";
import { fromFile, fromPart, type Source } from "../../../spec/source.ts";
import { configure } from "../../config_face.ts";
import type { ConfigFlags } from "../../config_flags.ts";
import type { Context } from "../../context.ts";

/** Runs `kanibako box config`. */
export default async function boxConfig(
  this: Context,
  flags: ConfigFlags,
  first?: string,
  second?: string,
): Promise<number> {
  const alone = second === undefined && first !== undefined && isSettingName(first, "box");
  const [word, argument] = alone ? [undefined, first] : [first, second];
  const host = await this.host();
  const project = await locateProject(host, word, this.cwd).catch((error) => {
    throw second === undefined ? asSetting(error, word) : error;
  });
  return await configureBox(host, project, flags, argument);
}

/** Shows or changes the settings of that project's box. */
export async function configureBox(
  host: Host,
  project: Project,
  flags: Partial<ConfigFlags>,
  argument: string | undefined,
): Promise<number> {
  if (!project.exists && !flags.effective && !flags.schema) throw noProject(project);
  return await configure({
    place: boxPlace(host, project),
    flags,
    argument,
    facts: async () => (await import("../../config_agent.ts")).agentFacts(),
    effective: () => effectiveForBox(host, project),
    identity: { ...IDENTITY, group_auth: true, "vault.enabled": true },
    aroundLogin: async (change) => {
      const { withdrawingLogins } = await import("../../config_login.ts");
      await withdrawingLogins(host, change);
    },
  });
}

/** Decided when the project was made; `box info` shows it. */
const IDENTITY = Object.fromEntries(
  [
    "mode",
    "layout",
    "name",
    "shell",
    "vault.ro",
    "vault.rw",
    ...["workspace", "metadata", "project_hash", "global_shared", "local_shared"].map((name) =>
      `resolved.${name}`
    ),
  ].map((name) => [name, "any"]),
);

/** As a launch would have it. What the project is already is told as it is. */
async function effectiveForBox(host: Host, project: Project): Promise<readonly EffectiveSetting[]> {
  const [{ effectiveSettings }, { readLevels }, { agentOf }] = await Promise.all([
    import("../../../config/effective.ts"),
    import("../../../config/levels.ts"),
    import("../../config_agent.ts"),
  ]);
  const levels = await readLevels(host, project);
  const rows = effectiveSettings("box", levels, await agentOf(host, levels));
  return rows.map((row) => {
    const is = row.name === "group_auth"
      ? project.sharedAuth
      : row.name === "vault.enabled" && project.exists
      ? project.vault !== undefined
      : row.value;
    return is === row.value ? row : { ...row, value: is, from: saidBy(project, row) };
  });
}

/** Both must agree to share the login: the box, and its group or, for a standalone project, this machine. */
function saidBy(project: Project, row: EffectiveSetting): Source {
  if (row.name !== "group_auth") return fromFile("box", "config");
  return project.mode === "standalone"
    ? fromPart("this machine's record")
    : project.workset
    ? fromPart(`workset ${project.workset.name}`)
    : fromPart("workset default");
}

function noProject(project: Project): KanibakoError {
  return new KanibakoError(
    "no-project",
    `${shellQuote(project.path)} is not a project yet: it has no settings.`,
    {
      hint: [
        `Make it one: kanibako create ${shellQuote(project.path)}`,
        "For every box: kanibako system config",
      ],
    },
  );
}

/** One word that is neither a project nor a setting was probably meant as a setting. */
function asSetting(error: unknown, word: string | undefined): unknown {
  if (!(error instanceof KanibakoError) || error.code !== "unknown-project" || word === undefined) {
    return error;
  }
  return new KanibakoError("unknown-key", `There is no setting and no project ${shellQuote(word)}.`, {
    hint: [...unknownSetting(word).hints.slice(0, -1), ...error.hints],
    cause: error,
  });
}
