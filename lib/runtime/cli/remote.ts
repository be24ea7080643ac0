/**
 * Refuses an engine that is not this machine's own: the folders it would mount are those of another.
 *
 * @module
 */

import { sha256 } from "../../host/sha256.ts";
import { KanibakoError } from "../../host/error.ts";
import { readText } from "../../host/store.ts";

/**
 * Checks where an engine's variables lead, and answers those that lead there whatever is configured by then. Throws
 * `remote-engine` or `rootless-docker`. Asks no engine.
 */
export async function checkHere(
  kind: string,
  variables: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  if (kind === "docker") return await checkDocker(variables);
  checkPodman(variables);
  return variables;
}

function checkPodman(variables: Readonly<Record<string, string>>): void {
  for (const name of ["CONTAINER_HOST", "CONTAINER_CONNECTION"]) {
    if (!variables[name]) continue;
    throw new KanibakoError(
      "remote-engine",
      `Cannot use podman through ${name} (${
        variables[name]
      }): a box needs folders of this machine, and podman would look for them where its service runs.`,
      { hint: `Unset ${name} to use podman on this machine.` },
    );
  }
}

async function checkDocker(
  variables: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const { host, from } = await dockerHost(variables);
  if (!host.startsWith("unix://")) {
    throw new KanibakoError(
      "remote-engine",
      `Cannot use docker through ${from} (${host}): a box needs folders of this machine, and that daemon would look for them on its own.`,
      {
        hint:
          "Use an engine of this machine: unset DOCKER_HOST, docker context use default, or --engine podman",
      },
    );
  }
  const owner = await Deno.stat(host.slice("unix://".length)).then(({ uid }) => uid, () => null);
  // No socket: the daemon does not run, which is said when it is needed.
  if (owner === null || owner === 0) {
    return host === DEFAULT_HOST ? variables : { ...variables, DOCKER_HOST: host };
  }
  throw new KanibakoError(
    "rootless-docker",
    owner === Deno.uid()
      ? `Cannot use docker without root (${from}: ${host}): the box's user may not write your project there.`
      : `Cannot use docker through ${from} (${host}): that daemon runs as another user.`,
    { hint: "Use podman, which maps your user into the box: --engine podman" },
  );
}

const DEFAULT_HOST = "unix:///var/run/docker.sock";

/** Where docker's client looks for its daemon, and what says so. */
async function dockerHost(
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly host: string; readonly from: string }> {
  const ours = { host: DEFAULT_HOST, from: "its default socket" };
  if (variables["DOCKER_HOST"]) return { host: variables["DOCKER_HOST"], from: "DOCKER_HOST" };
  const folder = variables["DOCKER_CONFIG"] || `${Deno.env.get("HOME") ?? ""}/.docker`;
  const context = variables["DOCKER_CONTEXT"] || await currentContext(folder);
  if (context === undefined || context === "default") return ours;
  const meta = await json(`${folder}/contexts/meta/${await sha256(context)}/meta.json`);
  const host = at(at(at(meta, "Endpoints"), "docker"), "Host");
  return typeof host === "string" && host !== "" ? { host, from: `the context ${context}` } : ours;
}

async function currentContext(folder: string): Promise<string | undefined> {
  const context = at(await json(`${folder}/config.json`), "currentContext");
  return typeof context === "string" && context !== "" ? context : undefined;
}

/** What docker's client cannot read either is its own to complain about. */
async function json(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readText(path) ?? "{}");
  } catch {
    return {};
  }
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
