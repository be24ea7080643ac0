/**
 * The settings of a box.
 *
 * @module
 */

import type { EffectiveSetting } from "../../config/effective.ts";
import { boxPlace } from "../../config/place.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Project } from "../../project/project.ts";
import { fromFile, fromPart, type Source } from "../../spec/source.ts";
import type { ConfigScope } from "./scope.ts";

/** Settings of that project's box. Of one that was never made, only those in effect can be read. */
export function boxScope(host: Host, project: Project): ConfigScope {
  return {
    host,
    place: boxPlace(host, project),
    missing: project.exists ? undefined : noProject(project),
    facts: async () => {
      const { agentFacts, agentsOf } = await import("./agent.ts");
      return agentFacts(undefined, await agentsOf(host, project));
    },
    effective: () => effectiveForBox(host, project),
    identity: { ...IDENTITY, group_auth: "", "vault.enabled": true },
    decidesLogin: true,
  };
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

/** As a launch would have it. What the project is already is reported as it is. */
async function effectiveForBox(host: Host, project: Project): Promise<readonly EffectiveSetting[]> {
  const [{ effectiveSettings }, { readLevels }, { agentOf, agentsOf }] = await Promise.all([
    import("../../config/effective.ts"),
    import("../../config/levels.ts"),
    import("./agent.ts"),
  ]);
  const levels = await readLevels(host, project);
  const rows = effectiveSettings("box", levels, await agentOf(host, levels, await agentsOf(host, project)));
  const login = await loginInEffect(host, project, rows);
  return rows.map((row) => {
    const is = row.name === "group_auth"
      ? login
      : row.name === "vault.enabled" && project.exists
      ? project.vault !== undefined
      : row.value;
    return is === row.value ? row : { ...row, value: is, from: saidBy(project, row) };
  });
}

/** How the box comes by its login, with these settings. */
async function loginInEffect(
  host: Host,
  project: Project,
  rows: readonly EffectiveSetting[],
): Promise<boolean | "guarded"> {
  const [{ loginKind }, { agentsOf }, { chosenTarget, targetHost }] = await Promise.all([
    import("../../session/guarding.ts"),
    import("./agent.ts"),
    import("../../../targets/discover.ts"),
  ]);
  const value = (name: string) => rows.find((row) => row.name === name)?.value;
  const { home } = host.dirs;
  const agent = String(value("box.crab") ?? "");
  const target = await chosenTarget(agent, targetHost(home), await agentsOf(host, project));
  const kind = await loginKind(
    project,
    String(value("box.network")),
    (name) => value(`env.${name}`),
    target,
    home,
  );
  return kind === "guarded" ? kind : kind !== "distinct";
}

/** Both must agree to share the login: the box, and its group or, for a standalone project, this machine. */
function saidBy(project: Project, row: EffectiveSetting): Source {
  if (row.name !== "group_auth") return fromFile("box", "config");
  if (project.guardsByDefault && project.sharedAuth) {
    return { kind: "default", when: "where the network is filtered" };
  }
  return project.mode === "standalone"
    ? fromPart("this machine's record")
    : project.workset
    ? fromPart(`workset ${project.workset.name}`)
    : fromPart("workset default");
}

function noProject(project: Project): KanibakoError {
  return new KanibakoError(
    "no-project",
    `${shellQuote(project.path)} is not a project yet, so it has no settings.`,
    {
      hint: [
        `To make it a project: kanibako create ${shellQuote(project.path)}`,
        "To change settings of every box: kanibako system config",
      ],
    },
  );
}
