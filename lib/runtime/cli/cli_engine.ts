/**
 * An engine reached through its command line: what podman and docker have in common.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { type ProcessResult, run } from "../../host/process.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { BoxSpec } from "../../spec/box_spec.ts";
import type {
  BuildOptions,
  Command,
  ContainerInfo,
  Engine,
  EngineName,
  ExecSpec,
  ImageInfo,
} from "../engine.ts";
import type { Work } from "../images.ts";
import type { Capabilities, RuntimeDescription } from "../runtime.ts";
import type { EngineFacts, FactsFile } from "./facts.ts";
import { diagnose, withoutNoise } from "./remedies.ts";
import { execWords } from "./run_command.ts";

// Where an engine's daemon and its boxes are. Never handed to a box.
const PLACE_VARIABLES = [
  "DOCKER_HOST",
  "DOCKER_CONTEXT",
  "DOCKER_CONFIG",
  "DOCKER_CERT_PATH",
  "DOCKER_TLS_VERIFY",
  "CONTAINERS_CONF",
  "CONTAINERS_STORAGE_CONF",
  "CONTAINER_HOST",
  "CONTAINER_CONNECTION",
];
// What else an engine may be configured with.
const CONFIGURING_VARIABLES = [
  "CONTAINERS_REGISTRIES_CONF",
  "REGISTRY_AUTH_FILE",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
];
// Needed to reach a registry, and to nothing else.
const PROXY_VARIABLES = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

const QUERY_TIMEOUT_MS = 30_000;

/** Whether a container in this state has processes, be they paused: what they hold open they can still write. */
export function isAlive(state: string): boolean {
  return ["running", "paused", "pausing", "stopping", "restarting"].includes(state);
}

/** The base of both engines. */
export abstract class CliEngine implements Engine {
  abstract readonly name: EngineName;
  abstract readonly rootless: boolean;
  readonly binary: string;
  /** What tells the engine where its daemon and its boxes are; with the binary it finds this very engine again. */
  readonly variables: Readonly<Record<string, string>>;
  protected readonly factsFile: FactsFile;

  constructor(
    binary: string,
    facts: FactsFile,
    variables: Readonly<Record<string, string>> = placeVariables(),
  ) {
    this.binary = binary;
    this.factsFile = facts;
    this.variables = variables;
  }

  /** What it can do here. Calls nobody. */
  abstract readonly can: Capabilities;
  /** Whether the client of a box in the foreground loses signals and the exit code when it is signalled itself. */
  abstract readonly losesSignals: boolean;
  /** Removes a tree as the user that root of a box is, where that is another than ours. */
  removeTreeAsBoxUser?(path: string): Promise<void>;
  /** Makes ready what the words of a plan refer to. */
  prepare(_spec: BoxSpec): Promise<void> {
    return Promise.resolve();
  }
  /** For `diagnose`. */
  abstract describe(): Promise<RuntimeDescription>;

  abstract runCommand(spec: BoxSpec): Command;
  abstract list(labels: Readonly<Record<string, string | undefined>>): Promise<ContainerInfo[]>;
  abstract images(): Promise<ImageInfo[]>;
  abstract buildWords(options: Omit<BuildOptions, "onOutput">): readonly string[];
  /** The words that write an image to a tar file, up to its name. */
  abstract readonly saveWords: readonly string[];

  /** What is known of this engine on this host. */
  get facts(): EngineFacts {
    return this.factsFile.facts;
  }

  learn(facts: EngineFacts): Promise<void> {
    return this.factsFile.learn(facts);
  }

  forget(): Promise<void> {
    return this.factsFile.forget();
  }

  execCommand(spec: ExecSpec): Command {
    const command = execWords(this.binary, spec);
    return { argv: command.argv, env: { ...this.environment(), ...command.env } };
  }

  async inspect(container: string): Promise<ContainerInfo | undefined> {
    const result = await this.call(["container", "inspect", container]);
    if (result.code !== 0) {
      if (
        /no such (container|object)|does not exist in database|has (already )?been removed/i.test(
          result.stderr,
        )
      ) {
        return undefined;
      }
      throw this.failure(`inspect container ${shellQuote(container)}`, result);
    }
    const found = (JSON.parse(result.stdout) as InspectedContainer[])[0];
    if (!found) return undefined;
    return {
      id: found.Id,
      name: found.Name.replace(/^\//, ""),
      image: found.ImageName ?? found.Config?.Image ?? "",
      running: found.State.Running || isAlive(found.State.Status),
      state: found.State.Status,
      exitCode: found.State.ExitCode,
      createdAt: Date.parse(found.Created) / 1000,
      startedAtMs: Date.parse(found.State.StartedAt),
      labels: found.Config?.Labels ?? {},
    };
  }

  async stop(container: string, graceSeconds: number): Promise<void> {
    const result = await this.call(["stop", `--time=${graceSeconds}`, container], (graceSeconds + 30) * 1000);
    if (result.code !== 0 && !/no such container|no container with|state improper/i.test(result.stderr)) {
      throw this.failure(`stop container ${shellQuote(container)}`, result);
    }
  }

  async signal(container: string, name: string): Promise<boolean> {
    return (await this.call(["kill", `--signal=${name}`, container])).code === 0;
  }

  async remove(container: string): Promise<void> {
    const result = await this.call(["rm", "--force", "--volumes", container], 60_000);
    const gone = /no such container|no container with|removal of container .* is already in progress/i;
    if (result.code !== 0 && !gone.test(result.stderr)) {
      throw this.failure(`remove container ${shellQuote(container)}`, result);
    }
  }

  async logs(container: string, lines: number): Promise<string> {
    const result = await this.call(["logs", `--tail=${lines}`, container]);
    return result.stdout + result.stderr;
  }

  async image(reference: string): Promise<ImageInfo | undefined> {
    const result = await this.call(["image", "inspect", reference]);
    if (result.code !== 0) {
      if (/no such image|image not known|no such object|failed to find image/i.test(result.stderr)) {
        return undefined;
      }
      throw this.failure(`inspect image ${shellQuote(reference)}`, result);
    }
    const found = (JSON.parse(result.stdout) as InspectedImage[])[0];
    if (!found) return undefined;
    return {
      id: found.Id,
      names: found.RepoTags ?? [],
      digests: found.RepoDigests ?? [],
      sizeBytes: found.Size,
      createdAt: Date.parse(found.Created) / 1000,
      labels: found.Labels ?? found.Config?.Labels ?? {},
    };
  }

  async removeImage(reference: string): Promise<void> {
    const result = await this.call(["image", "rm", reference], 120_000);
    if (result.code !== 0) throw this.failure(`remove image ${shellQuote(reference)}`, result);
  }

  async pull(reference: string, onOutput: (text: string) => void): Promise<void> {
    const result = await run([...this.prefix(), "pull", reference], {
      env: { ...this.environment(), ...passed(PROXY_VARIABLES) },
      onOutput,
    });
    if (result.code !== 0) throw this.failure(`pull ${shellQuote(reference)}`, result);
  }

  async build(options: BuildOptions): Promise<void> {
    for (;;) {
      const result = await run([...this.prefix(), ...this.buildWords(options)], {
        env: { ...this.environment(), ...passed(PROXY_VARIABLES) },
        onOutput: options.onOutput,
      });
      if (result.code === 0) return;
      const diagnosis = diagnose(this.name, result.stderr + result.stdout.slice(-4000), this.facts);
      if (diagnosis.kind !== "remedy" || !diagnosis.learn) {
        throw this.failure(`build ${shellQuote(options.reference)}`, result);
      }
      options.onOutput(`${diagnosis.message}\n`);
      await this.learn(diagnosis.learn);
    }
  }

  async importRootfs(tarFile: string, reference: string): Promise<void> {
    const result = await this.call(["import", tarFile, reference], 600_000);
    if (result.code !== 0) throw this.failure(`import ${shellQuote(tarFile)}`, result);
  }

  async version(): Promise<string> {
    const result = await this.call(["--version"]);
    return result.stdout.match(/\d+(\.\d+)+/)?.[0] ?? "unknown";
  }

  /** The engine's name and the options that stand before its sub-command. */
  protected prefix(): string[] {
    return [this.binary];
  }

  /** The variables the engine's own process gets beside the minimal ones. */
  protected environment(): Record<string, string> {
    return { ...passed(CONFIGURING_VARIABLES), ...this.variables };
  }

  /** Long work, whose output goes to `onOutput`; ended when `signal` fires, which throws `aborted`. */
  async work(words: readonly string[], { onOutput, signal }: Work = {}): Promise<ProcessResult> {
    const result = await run([...this.prefix(), ...words], {
      env: { ...this.environment(), ...passed(PROXY_VARIABLES) },
      ...(onOutput ? { onOutput } : {}),
      ...(signal ? { signal, family: true } : {}),
    });
    if (signal?.aborted) throw new KanibakoError("aborted", `${this.name} ${words[0]} was cancelled.`);
    return result;
  }

  /** One question to the engine. */
  call(words: readonly string[], timeoutMs = QUERY_TIMEOUT_MS): Promise<ProcessResult> {
    return run([...this.prefix(), ...words], { env: this.environment(), timeoutMs });
  }

  /** The error of a failed call: the engine's own last words, and what they mean where that is known. */
  failure(action: string, result: ProcessResult): KanibakoError {
    const output = withoutNoise(result.stderr).trim();
    const diagnosis = diagnose(this.name, output, this.facts);
    const last = output.split("\n").at(-1) ?? "";
    const known = diagnosis.kind === "host";
    return new KanibakoError(
      "engine",
      known
        ? diagnosis.message
        : `${this.name} cannot ${action}${
          result.timedOut ? ": it does not answer" : last ? `: ${last}` : ""
        }`,
      known && diagnosis.hint ? { hint: diagnosis.hint.split("\n"), output } : { output },
    );
  }
}

/** What another process of this program needs to find the same engine and the same registries as this one. */
export function engineVariables(): Record<string, string> {
  return passed([
    ...PLACE_VARIABLES,
    ...CONFIGURING_VARIABLES,
    ...PROXY_VARIABLES,
    "KANIBAKO_ENGINE",
    "KANIBAKO_DOCKER_CMD",
  ]);
}

/** What of our own environment tells where the boxes of an engine are. */
export function placeVariables(): Record<string, string> {
  return passed(PLACE_VARIABLES);
}

function passed(names: readonly string[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of names) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  return env;
}

interface InspectedContainer {
  Id: string;
  Name: string;
  ImageName?: string;
  Created: string;
  State: { Running: boolean; Status: string; ExitCode: number; StartedAt: string };
  Config?: { Image?: string; Labels?: Record<string, string> | null };
}

interface InspectedImage {
  Id: string;
  RepoTags?: string[] | null;
  RepoDigests?: string[] | null;
  Size: number;
  Created: string;
  Labels?: Record<string, string> | null;
  Config?: { Labels?: Record<string, string> | null };
}
