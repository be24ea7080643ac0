/**
 * Agents that are a Python environment of their own, as pipx and uv make them: they name their place in every script, so a box sees
 * them at the same path, with the Python they were made from.
 *
 * @module
 */

import type { AgentInstall, Examined, TargetHost, TargetMount } from "../target.ts";
import { ownerOf } from "./own_places.ts";
import type { Declaration } from "./schema.ts";

/** The method of such installations. */
export const ENVIRONMENT = "python";
const CONFIG_BYTES = 64 * 1024;

/** What a script with that beginning belongs to; `undefined` when that is no Python environment. */
export async function examineEnvironment(
  agent: Declaration,
  host: TargetHost,
  path: string,
  head: string,
): Promise<Examined | undefined> {
  const root = /^#!(\/\S+)\/bin\/python[\d.]*\s/.exec(head)?.[1];
  const real = root && await host.realPath(root);
  if (!real || !path.startsWith(`${real}/bin/`)) return undefined;
  const base = await baseOf(host, real);
  if (base === undefined) return undefined;
  const foreign = [real, base].find((folder) => !isOfOneProgram(folder, host.home));
  if (foreign !== undefined) {
    return { reason: `${path} belongs to ${foreign}, which holds more than a Python` };
  }
  if (!isBelow(base, host.home)) {
    return {
      reason:
        `${path} runs with this machine's own Python (${base}), which a box does not have: install it with uv, which brings one`,
    };
  }
  return { install: { name: agent.name, binary: path, method: ENVIRONMENT } };
}

/** What a box is shown: the environment and its Python at their own paths, and the script as a program. */
export async function environmentMounts(
  install: AgentInstall,
  host: TargetHost,
  destination: string,
): Promise<readonly TargetMount[]> {
  const root = install.binary.slice(0, install.binary.lastIndexOf("/bin/"));
  const base = await baseOf(host, root);
  // It may say something else by now.
  if (base === undefined || !isOfOneProgram(base, host.home) || !isBelow(base, host.home)) return [];
  return [
    { source: root, destination: root },
    { source: base, destination: base },
    { source: install.binary, destination },
  ];
}

/** The folder of the Python that an environment was made from. */
async function baseOf(host: TargetHost, root: string): Promise<string | undefined> {
  const config = await host.readText(`${root}/pyvenv.cfg`, CONFIG_BYTES);
  const bin = config && /^home\s*=\s*(\/.*\S)\s*$/m.exec(config)?.[1];
  const real = bin ? await host.realPath(bin) : undefined;
  const base = real?.endsWith("/bin") ? real.slice(0, -"/bin".length) : undefined;
  const version = config && /^version(?:_info)?\s*=\s*(\d+\.\d+)/m.exec(config)?.[1];
  return base && version && await host.kind(`${base}/lib/python${version}`) === "folder" ? base : undefined;
}

/** Of what is hidden in the home a box is shown only what is one program's own: an environment says itself where its Python is. */
function isOfOneProgram(folder: string, home: string): boolean {
  if (folder === home || home.startsWith(`${folder}/`)) return false;
  const place = isBelow(folder, home) ? folder.slice(home.length + 1) : undefined;
  return place === undefined || !place.startsWith(".") || ownerOf(place) !== undefined;
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}
