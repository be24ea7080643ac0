/**
 * What of an agent a box is shown.
 *
 * @module
 */

import { BOX_HOME } from "../../lib/spec/box_paths.ts";
import type { AgentInstall, TargetHost, TargetMount } from "../target.ts";
import { SCRIPT } from "./find.ts";
import { ENVIRONMENT, environmentMounts } from "./python.ts";
import type { Declaration } from "./schema.ts";

/** The command in the box. */
export function entrypointOf(agent: Declaration): string {
  return agent.entrypoint ?? agent.name;
}

/** The places to mount. Only what exists. */
export async function mountsOf(
  agent: Declaration,
  install: AgentInstall,
  host: TargetHost,
): Promise<readonly TargetMount[]> {
  if (await host.kind(install.binary) !== "file") return [];
  const program = `${BOX_HOME}/.local/bin/${entrypointOf(agent)}`;
  if (install.method === ENVIRONMENT) return await environmentMounts(install, host, program);
  if (install.method === SCRIPT) {
    const root = install.binary.slice(0, -(agent.find!.npm!.script!.length + 1));
    return [{ source: root, destination: `${BOX_HOME}/.local/share/${agent.name}` }];
  }
  const mounts: TargetMount[] = [{ source: install.binary, destination: program }];
  // It looks for its companions by its own place, so they keep their places relative to it.
  const root = /^(.*)\/bin\/[^/]+$/.exec(install.binary)?.[1];
  if (root === undefined || install.method !== "npm") return mounts;
  for (const name of agent.mount?.companions ?? []) {
    if (await host.kind(`${root}/${name}`) !== undefined) {
      mounts.push({ source: `${root}/${name}`, destination: `${BOX_HOME}/.local/${name}` });
    }
  }
  return mounts;
}
