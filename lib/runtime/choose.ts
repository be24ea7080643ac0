/**
 * Which engine to use: the flag, `KANIBAKO_ENGINE`, `KANIBAKO_DOCKER_CMD`, else podman, else docker.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Dirs } from "../host/dirs.ts";
import { findExecutable } from "../host/process.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { Engine, EngineName } from "./engine.ts";
import { FactsFile } from "./cli/facts.ts";

/** Finds the engine to use. `name` is what `--engine` said. Calls no engine. */
export async function chooseEngine(
  dirs: Dirs,
  name?: string,
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
): Promise<Engine> {
  const wanted = engineName(name, "--engine") ?? engineName(env("KANIBAKO_ENGINE"), "KANIBAKO_ENGINE");
  const command = env("KANIBAKO_DOCKER_CMD") || undefined;
  if (command) {
    const binary = findExecutable(command);
    if (!binary) {
      throw new KanibakoError(
        "no-engine",
        `Cannot find ${shellQuote(command)}, which KANIBAKO_DOCKER_CMD names.`,
        { hint: "Set KANIBAKO_DOCKER_CMD to a container engine's program, or unset it." },
      );
    }
    const base = binary.slice(binary.lastIndexOf("/") + 1);
    return await open(wanted ?? (base.includes("docker") ? "docker" : "podman"), binary, dirs);
  }
  for (const candidate of wanted ? [wanted] : ["podman", "docker"] as const) {
    const binary = findExecutable(candidate);
    if (binary) return await open(candidate, binary, dirs);
  }
  throw new KanibakoError(
    "no-engine",
    wanted ? `Cannot find ${wanted} on this machine.` : "There is no container engine on this machine.",
    { hint: "Install podman: https://podman.io/docs/installation (Debian, Ubuntu: sudo apt install podman)" },
  );
}

async function open(name: EngineName, binary: string, dirs: Dirs): Promise<Engine> {
  const facts = await FactsFile.open(dirs, binary);
  if (name === "podman") {
    const { seccompProfile } = await import("./cli/seccomp.ts");
    const profile = await seccompProfile(dirs.cache);
    return new (await import("./cli/podman.ts")).Podman(binary, facts, {
      ...(profile ? { profile } : {}),
    });
  }
  return new (await import("./cli/docker.ts")).Docker(binary, facts);
}

function engineName(value: string | undefined, from: string): EngineName | undefined {
  if (value === undefined || value === "") return undefined;
  if (value === "podman" || value === "docker") return value;
  throw new KanibakoError("bad-engine", `${from}: there is no engine "${value}".`, {
    hint: "Engines: podman, docker",
    exitCode: 2,
  });
}
