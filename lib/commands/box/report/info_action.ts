/**
 * Shows where a box keeps what, and its state.
 *
 * @module
 */

import { sourceText } from "../../../spec/source.ts";
import { launchLock } from "../../../config/box_state.ts";
import { globalCacheRoot } from "../../../config/caches.ts";
import { readLevels } from "../../../config/levels.ts";
import { crabSetting, settingsFrom } from "../../../config/resolve.ts";
import type { ContainerInfo } from "../../../runtime/engine.ts";
import { FileLock } from "../../../host/store.ts";
import { fields, json, note, out } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { locateProject } from "../../../project/locate.ts";
import { type Project, qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import { credentialAge } from "./credential_age.ts";
import type { BoxInfoFlags } from "./info.ts";
import { askRunning, type Running } from "./running.ts";

/** Runs `kanibako box info`. */
export default async function boxInfo(this: Context, flags: BoxInfoFlags, word?: string): Promise<number> {
  const host = await this.host();
  const project = await locateProject(host, word, this.cwd);
  if (!project.exists) return showNew(project, flags);
  const levels = await readLevels(host, project);
  const settings = settingsFrom(levels, undefined, {});
  const [locked, running, credentials] = await Promise.all([
    FileLock.isHeld(launchLock(project.state)),
    askRunning(host),
    credentialAge(host, project, crabSetting(levels, {}).value),
  ]);
  const container = running?.containers.get(project.id);
  if (flags.json) {
    json({
      name: project.name,
      qualifiedName: qualifiedName(project),
      workset: project.workset?.name ?? null,
      id: project.id,
      mode: project.mode,
      layout: project.layout,
      path: project.path,
      hash: project.hash,
      metadata: project.metadata,
      shell: project.home,
      vault: project.vault ? { ro: project.vault.readOnly, rw: project.vault.readWrite } : null,
      sharedAuth: project.sharedAuth,
      image: { value: settings.image.value, from: sourceText(settings.image.from) },
      locked,
      container: containerJson(running, container),
      credentials: credentials ?? null,
    });
    return 0;
  }
  const local = project.workset
    ? `${project.workset.root}/${host.system.config.values["paths.shared"] ?? "shared"}`
    : host.system.paths.shared;
  fields([
    ["Name", project.name],
    ["Mode", project.mode],
    ...(project.workset ? [["Workset", `${project.workset.name} (${project.workset.root})`]] as const : []),
    ["Project", project.path],
    ["Hash", project.hash.slice(0, 8)],
    ["Metadata", project.metadata],
    ["Shell", project.home],
    ["Vault RO", project.vault?.readOnly ?? "disabled"],
    ["Vault RW", project.vault?.readWrite ?? "disabled"],
    ...(project.mode === "standalone"
      ? []
      : [["Shared", globalCacheRoot(host.system)], ["Local", local]] as const),
    ["Image", `${settings.image.value} (${sourceText(settings.image.from)})`],
    ["Lock", locked ? "ACTIVE" : "none"],
    ["Container", describeContainer(project, running, container)],
    [
      "Credentials",
      credentials ?? (project.sharedAuth ? "n/a (none delivered yet)" : "n/a (the box has its own login)"),
    ],
  ]);
  return 0;
}

/** A folder that is no project yet: exit code 1, so that scripts can tell. */
function showNew(project: Project, flags: BoxInfoFlags): number {
  if (flags.json) json({ path: project.path, exists: false });
  else {
    out(`${project.path} is not a project yet; there is no data for it.`);
    note(`To work in it: kanibako start ${shellQuote(project.path)}`);
    note(`To make it a project first: kanibako box create ${shellQuote(project.path)}`);
  }
  return 1;
}

function containerJson(
  running: Running | undefined,
  container: ContainerInfo | undefined,
): Record<string, unknown> | null {
  if (running === undefined) return null;
  return {
    engine: running.engine.name,
    running: container?.running ?? false,
    name: container?.name ?? null,
    image: container?.image ?? null,
  };
}

/** The state of a box's container, in words. */
function describeContainer(
  project: Project,
  running: Running | undefined,
  container: ContainerInfo | undefined,
): string {
  if (running === undefined) return "unknown (no container runtime)";
  if (container?.running) return `running (${container.name}: ${container.image})`;
  if (container) return `stopped persistent (${container.name})`;
  return `not running (${project.id})`;
}
