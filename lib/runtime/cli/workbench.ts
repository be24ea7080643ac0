/**
 * A container in which a person, or a script, changes an image by hand.
 *
 * It is no box: nothing of this host is mounted, and whoever works in it is its root, with what a step of a build may do. Its first
 * process only waits, so that it is there until it is removed; the work is called into it, and what that is given, such as a proxy with a
 * password, is in no image that is made of it.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { ImageChanges, Work, Workbench } from "../images.ts";
import type { Io } from "../io.ts";
import type { CliEngine } from "./cli_engine.ts";
import { type Client, startClient } from "./client.ts";
import { commitContainer } from "./commit.ts";
import { proxyVariables } from "./environment.ts";
import { diagnose, withoutNoise } from "./remedies.ts";

const MOST_TRIES = 8;
/** What its first process does: wait for an input that does not come. */
const WAIT = "read nothing";
/** A shell for a person. `bash` is one where it is there. */
const INTERACTIVE = 'cd ~ 2>/dev/null; command -v bash >/dev/null && exec bash || exec "$0"';
/** A shell that says when it begins, so that what the engine's client complains about is known for that. */
const SCRIPT = "printf '\\001begun\\n' >&2; cd ~ 2>/dev/null; exec \"$0\" -e";
/** A value that means the same to everything that reads it: no quotes, no variables. */
const PLAIN = /^[A-Za-z0-9_.@%+:/-]+$/;

/** A workbench on a command line engine. */
export class CliWorkbench implements Workbench {
  readonly #engine: CliEngine;
  readonly #name: string;
  readonly #settings: Settings;

  private constructor(engine: CliEngine, name: string, settings: Settings) {
    this.#engine = engine;
    this.#name = name;
    this.#settings = settings;
  }

  /** Starts one. Throws `no-shell`, and `engine` with the engine's last words. */
  static async start(engine: CliEngine, image: string, name: string): Promise<CliWorkbench> {
    await engine.checkImage(image);
    const settings = await settingsOf(engine, image);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const words = ["run", "--detach", ...engine.workbenchWords(name), ...waiting(image, settings)];
      const result = await engine.work(words);
      if (result.code === 0) return new CliWorkbench(engine, name, settings);
      await engine.remove(name);
      const complaint = withoutNoise(result.stderr).trim();
      const diagnosis = diagnose(engine.name, complaint, engine.facts);
      if (diagnosis.kind === "remedy" && diagnosis.learn) {
        await engine.learn(diagnosis.learn);
        continue;
      }
      if (diagnosis.kind === "command") throw noShell(image);
      throw engine.failure(`run ${shellQuote(image)}`, result);
    }
    throw new KanibakoError("engine", `${engine.name} could not run ${shellQuote(image)}.`, {
      hint: "To find the cause: kanibako system diagnose",
    });
  }

  async shell(io: Io, signal?: AbortSignal): Promise<number> {
    const terminal = io.kind === "terminal";
    const term = terminal ? { TERM: io.terminal.type } : {};
    const command = this.#engine.execCommand({
      container: this.#name,
      argv: ["/bin/sh", "-c", terminal ? INTERACTIVE : SCRIPT, "/bin/sh"],
      workdir: "/",
      env: { HOME: "/root", ...term, ...proxyVariables() },
      terminal: terminal ? "tty" : "pipe",
    });
    const client = startClient(command, io, !terminal);
    using _ending = signal && endingAt(signal, client);
    const code = await client.exit;
    signal?.throwIfAborted();
    const { held } = client;
    if (held.begun || held.complaint === "") return code;
    const diagnosis = diagnose(this.#engine.name, held.complaint, this.#engine.facts);
    throw new KanibakoError(
      "engine",
      diagnosis.kind === "not-running"
        ? "The container that was worked in has ended."
        : `${this.#engine.name} could not run a shell in the container.`,
      { output: held.complaint },
    );
  }

  async put(folder: string, into: string): Promise<void> {
    const result = await this.#engine.work(["cp", folder, `${this.#name}:${into}`]);
    if (result.code !== 0) throw this.#engine.failure("put a file into the container", result);
  }

  async commit(reference: string, { labels = {} }: ImageChanges, work?: Work): Promise<void> {
    const changes = [
      ...Object.entries(labels).map(([name, value]) => `LABEL ${name}=${value}`),
      `USER ${this.#settings.user}`,
      `WORKDIR ${this.#settings.workdir}`,
      ...startLines(this.#settings),
    ];
    await commitContainer(this.#engine, this.#name, reference, changes, work);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.remove(this.#name);
  }
}

/** What an image runs, as whom and where. */
interface Settings {
  readonly user: string;
  readonly workdir: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/** The words that have a container wait, from its image on. docker keeps an entry point that the image did not have. */
function waiting(image: string, { entrypoint }: Settings): string[] {
  return entrypoint.length === 0
    ? [image, "/bin/sh", "-c", WAIT]
    : ["--entrypoint=/bin/sh", image, "-c", WAIT];
}

/** What an image ran is what the new one runs. */
function startLines({ entrypoint, command }: Settings): string[] {
  if (entrypoint.length === 0) return [`CMD ${JSON.stringify(command.length === 0 ? ["/bin/sh"] : command)}`];
  return [`ENTRYPOINT ${JSON.stringify(entrypoint)}`, `CMD ${JSON.stringify(command)}`];
}

async function settingsOf(engine: CliEngine, image: string): Promise<Settings> {
  const result = await engine.call(["image", "inspect", image]);
  if (result.code !== 0) throw engine.failure(`inspect image ${shellQuote(image)}`, result);
  const config = engine.answer<{ Config?: Inspected }[]>(result.stdout)[0]?.Config ?? {};
  const plain = (value: string | undefined, otherwise: string) =>
    value !== undefined && PLAIN.test(value) ? value : otherwise;
  return {
    user: plain(config.User, "0:0"),
    workdir: plain(config.WorkingDir, "/"),
    entrypoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
  };
}

interface Inspected {
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
}

function endingAt(signal: AbortSignal, client: Client): Disposable {
  const end = () => client.end();
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", end) };
}

function noShell(image: string): KanibakoError {
  return new KanibakoError("no-shell", `The image ${shellQuote(image)} has no /bin/sh.`, {
    hint: "It cannot be changed by hand. Write a Containerfile, and add it: kanibako rig add FILE",
  });
}
