/**
 * The container engines there are, and which program of this machine is which.
 *
 * @module
 */

import type { Dirs } from "../../host/dirs.ts";
import { KanibakoError } from "../../host/error.ts";
import { findExecutable, run } from "../../host/process.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { ImageStore } from "../images.ts";
import type { BoxRuntime, RuntimePlace } from "../runtime.ts";
import type { CliEngine } from "./cli_engine.ts";
import { CliImages } from "./cli_images.ts";
import { CliRuntime } from "./cli_runtime.ts";
import { placeVariables } from "./environment.ts";
import { FactsFile } from "./facts.ts";
import { ENGINE_KINDS, type EngineKind } from "./kinds.ts";
import { Podman } from "./podman.ts";
import { checkHere } from "./remote.ts";

/** What an engine is made from. */
interface Found {
  readonly binary: string;
  readonly facts: FactsFile;
  readonly variables: Readonly<Record<string, string>>;
  readonly dirs: Dirs;
}

/** How each engine is opened. */
const ENGINES: Readonly<Record<EngineKind, (found: Found) => Promise<CliEngine>>> = {
  podman: ({ binary, facts, variables, dirs }) =>
    Promise.resolve(new Podman(binary, facts, { cache: dirs.cache, variables })),
  docker: async ({ binary, facts, variables, dirs }) => {
    const { Docker } = await import("./docker.ts");
    return new Docker(binary, facts, { cache: dirs.cache, variables });
  },
};

const INSTALL_HINTS: Readonly<Record<EngineKind, string>> = {
  podman: "Install podman: https://podman.io/docs/installation (Debian, Ubuntu: sudo apt install podman)",
  docker:
    "Install docker: https://docs.docker.com/engine/install (Debian, Ubuntu: sudo apt install docker.io), or use podman.",
};

/** The engine to use. Throws `no-engine`, `bad-engine` or `remote-engine`. */
export async function openEngine(
  dirs: Dirs,
  kind: string | undefined,
  env: (name: string) => string | undefined,
  configured?: string,
): Promise<BoxRuntime> {
  const asked = known(kind, "--engine") ?? known(env("KANIBAKO_ENGINE"), "KANIBAKO_ENGINE");
  const command = env("KANIBAKO_DOCKER_CMD");
  if (command) return await named(dirs, command, asked, kind ? "--engine" : "KANIBAKO_ENGINE");
  const wanted = asked ?? known(configured, "the setting engine");
  for (const name of wanted ? [wanted] : ENGINE_KINDS) {
    const binary = findExecutable(name);
    if (binary) return await open(dirs, binary, placeVariables());
  }
  throw new KanibakoError(
    "no-engine",
    wanted ? `Cannot find ${wanted} on this machine.` : "There is no container engine on this machine.",
    {
      hint: asked === undefined && wanted !== undefined
        ? [INSTALL_HINTS[wanted], "Or use another engine: kanibako system config --reset engine"]
        : INSTALL_HINTS[wanted ?? "podman"],
    },
  );
}

/** The program that `KANIBAKO_DOCKER_CMD` names. */
async function named(
  dirs: Dirs,
  command: string,
  wanted: string | undefined,
  from: string,
): Promise<BoxRuntime> {
  const binary = findExecutable(command);
  if (!binary) {
    throw new KanibakoError(
      "no-engine",
      `Cannot find ${shellQuote(command)}, which KANIBAKO_DOCKER_CMD names.`,
      {
        hint: "Set KANIBAKO_DOCKER_CMD to a container engine's program, or unset it.",
      },
    );
  }
  const found = await open(dirs, binary, placeVariables());
  if (wanted === undefined || found.kind === wanted) return found;
  throw new KanibakoError(
    "bad-engine",
    `KANIBAKO_DOCKER_CMD names ${found.kind} (${binary}), but ${from} asks for ${wanted}.`,
    { hint: "Unset one of the two.", exitCode: 2 },
  );
}

/** The engine of a place; `undefined` when its program is not there any more, but with `gone`: then all that it is asked fails. */
export async function reopenEngine(
  dirs: Dirs,
  kind: string,
  place: RuntimePlace,
  gone = false,
): Promise<BoxRuntime | undefined> {
  const { binary = "", ...variables } = place;
  if (!isKind(kind) || !binary.startsWith("/") || !(gone || findExecutable(binary))) return undefined;
  return await openAs(dirs, kind, binary, variables);
}

/** The images of an engine. */
export function imagesOfEngine(runtime: BoxRuntime): ImageStore {
  if (runtime instanceof CliRuntime) return new CliImages(runtime.engine);
  throw new KanibakoError("cannot-express", `${runtime.kind} has no images of its own on this machine.`);
}

async function open(
  dirs: Dirs,
  binary: string,
  variables: Readonly<Record<string, string>>,
): Promise<BoxRuntime> {
  const name = binary.slice(binary.lastIndexOf("/") + 1);
  // The usual name is believed; whatever else, and an alias of the one for the other, is asked.
  const kind = name === "podman" ? name : await ask(dirs, binary, name);
  return await openAs(dirs, kind, binary, await checkHere(kind, variables));
}

async function openAs(
  dirs: Dirs,
  kind: EngineKind,
  binary: string,
  variables: Readonly<Record<string, string>>,
): Promise<BoxRuntime> {
  const facts = await FactsFile.open(dirs, binary, variables);
  return new CliRuntime(await ENGINES[kind]({ binary, facts, variables, dirs }));
}

/** Which engine a program is, by what it answers; asked once for each version of it. */
async function ask(dirs: Dirs, binary: string, name: string): Promise<EngineKind> {
  const facts = await FactsFile.open(dirs, binary);
  if (facts.program !== undefined && isKind(facts.program)) return facts.program;
  const { stdout } = await run([binary, "--version"], { timeoutMs: 10_000 });
  const word = stdout.trim().split(/\s/)[0]?.toLowerCase() ?? "";
  const program = isKind(word) ? word : name.includes("docker") ? "docker" : "podman";
  await facts.learn({ program });
  return program;
}

function isKind(word: string): word is EngineKind {
  return (ENGINE_KINDS as readonly string[]).includes(word);
}

function known(name: string | undefined, from: string): EngineKind | undefined {
  if (name === undefined || name === "") return undefined;
  if (isKind(name)) return name;
  throw new KanibakoError("bad-engine", `${from}: there is no engine "${name}".`, {
    hint: `Engines: ${ENGINE_KINDS.join(", ")}`,
    exitCode: 2,
  });
}
