/**
 * An engine reached through its command line: what podman and docker have in common.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { type ProcessResult, run } from "../../host/process.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { BoxSpec } from "../../spec/box_spec.ts";
import type { BuildOptions, ImageInfo, Work } from "../images.ts";
import type { BoxInfo, Capabilities, Meter, NewLimits, RuntimeDescription, SharedPlace } from "../runtime.ts";
import type { Command, ExecSpec } from "./command.ts";
import { configuringVariables, placeVariables, proxyVariables } from "./environment.ts";
import type { EngineFacts, FactsFile } from "./facts.ts";
import type { EngineKind } from "./kinds.ts";
import { livenessOf, type SaidState } from "./liveness.ts";
import { diagnose, withoutNoise } from "./remedies.ts";
import { execWords } from "./run_command.ts";
import { seccompProfile } from "./seccomp/profile.ts";

const QUERY_TIMEOUT_MS = 30_000;
/** The longest answer that is taken. An image's labels and variables are in it, and those of each of its boxes. */
const ANSWER_BYTES = 64 * 1024 * 1024;

/** What is known of this host from elsewhere. */
export interface EngineOptions {
  /** Where what is derived from this host's files is kept. */
  readonly cache?: string;
  /** The path of the seccomp profile; else it is made when a plan wants one. */
  readonly profile?: string;
  /** See {@link CliEngine.variables}. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The base of both engines. `*Command` and `*Words` are pure; the others call the engine. */
export abstract class CliEngine {
  abstract readonly name: EngineKind;
  /** What it can do here. */
  abstract readonly can: Capabilities;
  /** Whether the client of a box in the foreground loses signals and the exit code when it is signalled itself. */
  abstract readonly losesSignals: boolean;
  /** The words that write an image to a tar file, up to its name. */
  abstract readonly saveWords: readonly string[];
  /** The file for a container's id is there before there is a container, and only a container gives it content. */
  abstract readonly makesIdFileEarly: boolean;
  /** Events after which one that started would have been reported: no start comes later. */
  abstract readonly settlingEvents: readonly string[];
  /** Absolute path of the program. */
  readonly binary: string;
  /** What tells the engine where its daemon and its boxes are; with the binary it finds this very engine again. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where what is derived from this host's files, and known of images, is kept. */
  readonly cache: string | undefined;
  readonly #facts: FactsFile;
  /** The path of the seccomp profile of the plan that was prepared. */
  #profile: string | undefined;

  constructor(binary: string, facts: FactsFile, options: EngineOptions = {}) {
    this.binary = binary;
    this.variables = options.variables ?? placeVariables();
    this.cache = options.cache;
    this.#profile = options.profile;
    this.#facts = facts;
  }

  /** The `run` command of a plan. Throws `cannot-express` naming the field it cannot express. */
  abstract runCommand(spec: BoxSpec): Command;
  /** The words of a build. */
  abstract buildWords(options: BuildOptions): readonly string[];
  /** The words for the ulimits of a container that is no box. */
  abstract plainUlimitWords(): readonly string[];
  /** The words that create the container of a workbench, up to its image, beside those that are the same for all. */
  protected abstract ownWorkbenchWords(): readonly string[];
  /** Containers with all these labels (`undefined`: any value), running or not, in one call. */
  abstract list(labels: Readonly<Record<string, string | undefined>>): Promise<BoxInfo[]>;
  /** All images. */
  abstract images(): Promise<ImageInfo[]>;
  /** What happened to containers of a filter, such as `container=ID`, in order: `create`, `start`, ... */
  abstract events(filter: string, sinceSeconds: number): Promise<string[]>;
  /** For `diagnose`. */
  abstract describe(): Promise<RuntimeDescription>;
  /** Removes a tree as the user that root of a box is, where that is another than ours. */
  removeTreeAsBoxUser?(path: string): Promise<void>;
  /** Makes files ours as that user. */
  ownAsBoxUser?(path: string, below: boolean): Promise<void>;

  /** The places of its images, for containers in a box. */
  sharedImages?(): Promise<readonly SharedPlace[]>;

  /** Makes ready what the words of a plan refer to. */
  async prepare({ security: { seccomp } }: BoxSpec): Promise<void> {
    if (seccomp === "engine") return;
    if (this.cache !== undefined) this.#profile = await seccompProfile(this.cache, seccomp);
    if (this.#profile === undefined) throw new Error("there is no place for a seccomp profile");
  }

  /** Throws `image-orders` for an image that would decide how it is confined, where this engine lets one. */
  checkImage(_image: string): Promise<void> {
    return Promise.resolve();
  }

  /** The words that create the container of a workbench, up to its image. */
  workbenchWords(name: string): readonly string[] {
    return [
      `--name=${name}`,
      // podman makes it a variable of what is made of the container.
      "--hostname=localhost",
      "--init",
      "--pull=never",
      "--interactive",
      "--log-driver=none",
      // As whom and where is not left to an image, nor what else it starts.
      "--user=0:0",
      "--workdir=/",
      "--no-healthcheck",
      "--ipc=private",
      "--privileged=false",
      ...this.ownWorkbenchWords(),
    ];
  }

  /** Looks at what has just been started. Rejects, with nothing left of it, where it is not what was planned. */
  started(_spec: BoxSpec): Promise<void> {
    return Promise.resolve();
  }

  /** What is known of this engine on this host. */
  get facts(): EngineFacts {
    return this.#facts.facts;
  }

  /** What is known of its images is known no more. */
  imagesChanged(): Promise<void> {
    return this.#facts.forgetImages();
  }

  /** Which images their names stood for when that was last asked. */
  get remembered(): Pick<FactsFile, "imageId" | "learnImageId"> {
    return this.#facts;
  }

  /** What else is known of the binary. */
  protected get known(): FactsFile {
    return this.#facts;
  }

  /** Adds to it. */
  learn(facts: EngineFacts): Promise<void> {
    return this.#facts.learn(facts);
  }

  /** Forgets it: the host has changed. */
  forget(): Promise<void> {
    return this.#facts.forget();
  }

  /** The `exec` command. */
  execCommand(spec: ExecSpec): Command {
    const command = execWords(this.binary, spec);
    return { argv: command.argv, env: { ...this.environment(), ...command.env } };
  }

  /** One container, or `undefined` when there is none of that name or id. */
  async inspect(container: string): Promise<BoxInfo | undefined> {
    const result = await this.call(["container", "inspect", container]);
    const none = /no such (container|object)|does not exist in database|has (already )?been removed/i;
    if (result.code !== 0) {
      if (none.test(result.stderr)) return undefined;
      throw this.failure(`inspect container ${shellQuote(container)}`, result);
    }
    const found = this.answer<InspectedContainer[]>(result.stdout)[0];
    if (!found) return undefined;
    return {
      id: found.Id,
      name: found.Name.replace(/^\//, ""),
      image: found.ImageName ?? found.Config?.Image ?? "",
      ...livenessOf(found.State),
      createdAt: Date.parse(found.Created) / 1000,
      startedAtMs: Date.parse(found.State.StartedAt),
      labels: found.Config?.Labels ?? {},
    };
  }

  /** What counts a container's use, by its control group; `undefined` where it does not run. Throws `no-usage`. */
  async meter(container: string): Promise<Meter | undefined> {
    const result = await this.call(["container", "inspect", container]);
    if (result.code !== 0) return undefined;
    const found = this.answer<InspectedContainer[]>(result.stdout)[0];
    if (!found?.State.Pid) return undefined;
    const { groupMeter } = await import("./usage.ts");
    const meter = groupMeter(found.State.Pid, found.Id);
    if (meter) return meter;
    throw new KanibakoError("no-usage", this.noUsage);
  }

  /** Why a container's use is not counted here, in one sentence. */
  protected get noUsage(): string {
    return `${this.name} gives the containers of this machine no control group that counts what they use.`;
  }

  /** Stops a container: its init gets SIGTERM, SIGKILL after `graceSeconds`. No error when it has ended. */
  async stop(container: string, graceSeconds: number): Promise<void> {
    const stop = () => this.call(["stop", `--time=${graceSeconds}`, container], (graceSeconds + 30) * 1000);
    let result = await stop();
    // What stands still cannot end.
    if (result.code !== 0 && /paused/i.test(result.stderr) && await this.#unpause(container)) {
      result = await stop();
    }
    if (result.code !== 0 && !/no such container|no container with|state improper/i.test(result.stderr)) {
      throw this.failure(`stop container ${shellQuote(container)}`, result);
    }
  }

  /** Makes all processes of a container stand still. Throws `cannot-pause` where this host cannot do that. */
  async pause(container: string): Promise<void> {
    if (this.noPause !== undefined) {
      throw new KanibakoError("cannot-pause", this.noPause, {
        hint: "Pausing takes cgroup version 2, podman as root, or docker.",
      });
    }
    const result = await this.call(["pause", container]);
    if (result.code === 0) return;
    throw this.failure(`pause container ${shellQuote(container)}`, result);
  }

  /** Lets them go on. No error when they do. */
  async resume(container: string): Promise<void> {
    const result = await this.call(["unpause", container]);
    if (result.code === 0 || !(await this.inspect(container))?.paused) return;
    throw this.failure(`resume container ${shellQuote(container)}`, result);
  }

  /** Why no container can be paused here, in one sentence; `undefined` where that is not known before. */
  protected get noPause(): string | undefined {
    return undefined;
  }

  async #unpause(container: string): Promise<boolean> {
    return (await this.call(["unpause", container])).code === 0;
  }

  /** Changes the limits of a running container. Throws `cannot-limit` where this host cannot. */
  async limit(container: string, limits: NewLimits): Promise<void> {
    const { updateWords, writePids } = await import("./update.ts");
    const words = updateWords(limits);
    const update = (more: readonly string[]) => this.call(["update", ...words, ...more, container]);
    const pids = limits.pids === undefined ? [] : [`--pids-limit=${limits.pids}`];
    let result = await update(pids);
    // Some versions of podman change all but that.
    if (result.code !== 0 && limits.pids !== undefined && /unknown flag: --pids-limit/i.test(result.stderr)) {
      const found = await this.call(["container", "inspect", container]);
      const [info] = found.code === 0 ? this.answer<InspectedContainer[]>(found.stdout) : [];
      if (!info?.State.Pid || !writePids(info.State.Pid, info.Id, limits.pids)) {
        throw new KanibakoError(
          "cannot-limit",
          `This version of ${this.name} cannot change the process limit of a running box.`,
        );
      }
      if (words.length === 0) return;
      result = await update([]);
    }
    if (result.code !== 0) {
      throw this.failure(`change the limits of container ${shellQuote(container)}`, result);
    }
  }

  /** Sends a signal, such as `TERM`, to a container's command. `false` when it does not run. */
  async signal(container: string, name: string): Promise<boolean> {
    return (await this.call(["kill", `--signal=${name}`, container])).code === 0;
  }

  /**
   * Removes what takes a name and is not running. Not by force: should it have become somebody's box meanwhile, that stays. What only the
   * engine's storage knows is no box; where it is mounted still, nothing else removes it.
   */
  async removeUnused(name: string): Promise<void> {
    const { code } = await this.call(["rm", name], 60_000);
    if (code !== 0 && !await this.inspect(name)) await this.call(["rm", "--force", name], 60_000);
  }

  /** Removes a container, with force. No error when there is none. */
  async remove(container: string): Promise<void> {
    const result = await this.call(["rm", "--force", "--volumes", container], 60_000);
    const gone = /no such container|no container with|removal of container .* is already in progress/i;
    if (result.code !== 0 && !gone.test(result.stderr)) {
      throw this.failure(`remove container ${shellQuote(container)}`, result);
    }
  }

  /** One question to the engine. */
  call(words: readonly string[], timeoutMs = QUERY_TIMEOUT_MS): Promise<ProcessResult> {
    const options = { env: this.environment(), timeoutMs, maxOutputBytes: ANSWER_BYTES };
    return run([...this.prefix(), ...words], options);
  }

  /** An answer in JSON. Throws `engine` for what is none: one that was cut off, or that of another program. */
  answer<T>(json: string): T {
    try {
      return JSON.parse(json) as T;
    } catch (cause) {
      throw new KanibakoError("engine", `${this.name} gave an answer that cannot be read.`, {
        hint: "To find the cause: kanibako system diagnose",
        cause,
      });
    }
  }

  /** Long work, whose output goes to `onOutput`; ended when `signal` fires, which throws `aborted`. */
  async work(
    words: readonly string[],
    work: Work = {},
    env: Readonly<Record<string, string>> = {},
  ): Promise<ProcessResult> {
    return await this.#work([...this.prefix(), ...words], words[0], work, env);
  }

  /** As {@link CliEngine.work}, with one file as standard input and another, which is emptied first, as standard output. */
  async workOnFiles(
    words: readonly string[],
    files: { readonly input: string; readonly output: string },
    work: Work = {},
  ): Promise<ProcessResult> {
    // Nothing but our own words becomes code.
    const script = 'input=$1 output=$2; shift 2; exec "$@" <"$input" >"$output"';
    const argv = ["/bin/sh", "-c", script, "sh", files.input, files.output, ...this.prefix(), ...words];
    return await this.#work(argv, words[0], work, {});
  }

  async #work(
    argv: readonly string[],
    what: string | undefined,
    { onOutput, signal }: Work,
    env: Readonly<Record<string, string>>,
  ): Promise<ProcessResult> {
    const result = await run(argv, {
      env: { ...this.environment(), ...proxyVariables(), ...env },
      ...(onOutput ? { onOutput } : {}),
      ...(signal ? { signal, family: true } : {}),
    });
    if (signal?.aborted) throw new KanibakoError("aborted", `${this.name} ${what} was cancelled.`);
    return result;
  }

  /** Variables with which a commit that failed this way succeeds; `undefined`: none are known. */
  commitVariables(_stderr: string): Promise<Readonly<Record<string, string>> | undefined> {
    return Promise.resolve(undefined);
  }

  /** The error of a failed call: the engine's own last words, and what they mean where that is known. */
  failure(action: string, result: ProcessResult): KanibakoError {
    const output = withoutNoise(result.stderr).trim();
    const diagnosis = diagnose(this.name, output, this.facts);
    const last = output.split("\n").at(-1) ?? "";
    const known = diagnosis.kind === "host";
    // A reason of one line is in the message.
    const more = known || output !== last ? { output } : {};
    return new KanibakoError(
      "engine",
      known
        ? diagnosis.message
        : `${this.name} cannot ${action}${
          result.timedOut ? ": it does not answer" : last ? `: ${last}` : ""
        }`,
      known && diagnosis.hint ? { hint: diagnosis.hint.split("\n"), output } : more,
    );
  }

  /** The words that say which system calls a plan leaves to its box. */
  protected seccompWords({ security: { seccomp } }: BoxSpec): string[] {
    // A plan that is only looked at has none yet.
    return seccomp === "engine" || this.#profile === undefined
      ? []
      : [`--security-opt=seccomp=${this.#profile}`];
  }

  /** The engine's program and the options that stand before its sub-command. */
  protected prefix(): string[] {
    return [this.binary];
  }

  /** The variables the engine's own process gets beside the minimal ones. */
  protected environment(): Record<string, string> {
    return { ...configuringVariables(), ...this.variables };
  }
}

interface InspectedContainer {
  Id: string;
  Name: string;
  ImageName?: string;
  Created: string;
  State: SaidState & { StartedAt: string };
  Config?: { Image?: string; Labels?: Record<string, string> | null };
}
