/**
 * docker, through its daemon.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import type { BoxSpec, Mount, TmpfsMount } from "../../spec/box_spec.ts";
import { CliEngine } from "./cli_engine.ts";
import { isAlive } from "./liveness.ts";
import type { BuildOptions, ImageInfo } from "../images.ts";
import type { Command } from "./command.ts";
import { hasSelinux, ulimits } from "./host_limits.ts";
import { mountValue } from "./mount.ts";
import { commonRunWords } from "./run_command.ts";
import { description } from "./describe.ts";
import { runtimeProgram } from "./known_holes.ts";
import type { BoxInfo, Capabilities, RuntimeDescription } from "../runtime.ts";

/** The docker engine. Its daemon runs as root and there is no user namespace: boxes run as the project's owner. */
export class Docker extends CliEngine {
  readonly name = "docker";
  readonly saveWords = ["save"];
  readonly makesIdFileEarly = true;
  // The client of a container that started ends after that was reported.
  readonly settlingEvents = ["create"];
  readonly losesSignals = false;
  readonly can: Capabilities = {
    userNamespace: false,
    hostMounts: true,
    limits: { memory: true, cpus: true, pids: true },
    networks: new Set(["none", "filtered", "open"]),
    beside: true,
  };

  async describe(): Promise<RuntimeDescription> {
    const [result, parts] = await Promise.all([
      this.call(["info", "--format={{.ServerVersion}} {{.Driver}} {{.CgroupVersion}}"]),
      this.call(["version", "--format={{range .Server.Components}}{{.Name}} version {{.Version}}\n{{end}}"]),
    ]);
    if (result.code !== 0) throw this.failure("describe itself", result);
    const [version = "", driver = "", cgroup = ""] = result.stdout.trim().split(/\s+/);
    const runtime = parts.stdout.split("\n").map(runtimeProgram)
      .find((one) => one?.name === "runc" || one?.name === "crun");
    return description(this.binary, version, driver, cgroup, false, [runtime], this.facts);
  }

  runCommand(spec: BoxSpec): Command {
    if (spec.user.kind !== "owner") {
      throw new KanibakoError("cannot-express", "docker cannot map your user into a box (user: keep-id).");
    }
    if (hasSelinux() && spec.mounts.some((mount) => mount.type === "bind" && mount.relabel)) {
      throw new KanibakoError(
        "cannot-express",
        "docker cannot label mounts for SELinux the way a box needs it (mount: relabel).",
        { hint: "Use podman on this host: --engine podman" },
      );
    }
    const network = spec.beside !== undefined
      ? `container:${spec.beside}`
      : spec.network.kind === "open"
      ? "bridge"
      : "none";
    const runnable = spec.mounts.filter(isRunnable);
    const words = commonRunWords(
      spec,
      network,
      spec.mounts.filter((mount) => !isRunnable(mount)).map((mount) => mountValue(mount, false)),
    );
    words.push(...runnable.map(tmpfsWord));
    // A name without a value, which this client's environment has none for, takes away what its configuration would add.
    words.push(...PROXY_VARIABLES.filter((name) => !(name in spec.env)).map((name) => `--env=${name}`));
    words.push(`--user=${spec.user.uid}:${spec.user.gid}`, `--pids-limit=${spec.limits.pids}`);
    const { memoryBytes, cpus } = spec.limits;
    if (memoryBytes !== undefined) words.push(`--memory=${memoryBytes}b`, `--memory-swap=${memoryBytes}b`);
    if (cpus !== undefined) words.push(`--cpus=${cpus}`);
    words.push(...this.plainUlimitWords());
    words.push(...this.seccompWords(spec));
    words.push("--cap-drop=ALL", ...spec.security.boundingSet.map((name) => `--cap-add=${name}`));
    return { argv: [this.binary, "run", ...words, spec.image, ...spec.args], env: this.environment() };
  }

  async list(labels: Readonly<Record<string, string | undefined>>): Promise<BoxInfo[]> {
    const filters = Object.entries(labels).map(([name, value]) =>
      `--filter=label=${name}${value === undefined ? "" : `=${value}`}`
    );
    const result = await this.call(["ps", "--all", "--no-trunc", `--format=${CONTAINER_FORMAT}`, ...filters]);
    if (result.code !== 0) throw this.failure("list containers", result);
    return this.#lines<DockerContainer>(result.stdout).map((found) => {
      const exit = found.Status.match(/^Exited \((\d+)\)/)?.[1];
      return {
        id: found.ID,
        name: found.Names.split(",")[0] ?? "",
        image: found.Image,
        running: isAlive(found.State),
        state: found.State,
        ...(found.State === "paused" ? { paused: true } : {}),
        ...(exit === undefined ? {} : { exitCode: Number(exit) }),
        createdAt: Date.parse(found.CreatedAt.replace(/ [A-Z]+$/, "")) / 1000,
        labels: Object.fromEntries(Object.entries(found.Labels).filter(([, value]) => value !== "")),
      };
    });
  }

  async events(filter: string, sinceSeconds: number): Promise<string[]> {
    const span = [`--since=${sinceSeconds}`, `--until=${Date.now() / 1000}`];
    const result = await this.call(["events", ...span, `--filter=${filter}`, "--format={{.Action}}"]);
    if (result.code !== 0) throw this.failure("say what happened to the container", result);
    return result.stdout.trim().split("\n");
  }

  async images(): Promise<ImageInfo[]> {
    const result = await this.call(["images", "--no-trunc", "--digests", "--format={{json .}}"]);
    if (result.code !== 0) throw this.failure("list images", result);
    return this.#lines<DockerImage>(result.stdout).map((found) => ({
      id: found.ID,
      names: found.Tag === "<none>" ? [] : [`${found.Repository}:${found.Tag}`],
      digests: found.Digest === "<none>" ? [] : [`${found.Repository}@${found.Digest}`],
      ...sizeBytes(found.Size),
      createdAt: Date.parse(found.CreatedAt.replace(/ [A-Z]+$/, "")) / 1000,
      labels: {},
    }));
  }

  plainUlimitWords(): readonly string[] {
    if (!this.facts.clampUlimits) return [];
    const { nofile } = ulimits();
    return [`--ulimit=nofile=${nofile.soft}:${nofile.hard}`];
  }

  buildWords(options: BuildOptions): readonly string[] {
    return [
      "build",
      `--file=${options.containerfile}`,
      `--tag=${options.reference}`,
      ...Object.entries(options.buildArgs).map(([name, value]) => `--build-arg=${name}=${value}`),
      ...Object.entries(options.labels).map(([name, value]) => `--label=${name}=${value}`),
      ...(options.noCache ? ["--no-cache"] : []),
      ...this.plainUlimitWords(),
      ...(options.network ? [`--network=${options.network}`] : []),
      options.context,
    ];
  }

  /** Whether this client gives every container the proxies of its configuration. */
  #addsProxies(): boolean {
    const folder = this.variables["DOCKER_CONFIG"] ?? `${Deno.env.get("HOME")}/.docker`;
    try {
      return Deno.readTextFileSync(`${folder}/config.json`).includes('"proxies"');
    } catch {
      return false;
    }
  }

  protected ownWorkbenchWords(): readonly string[] {
    const { nofile } = ulimits();
    return [
      "--network=bridge",
      // They would be the new image's, with a password that may be in them.
      ...(this.#addsProxies() ? PROXY_VARIABLES.map((name) => `--env=${name}=`) : []),
      ...(this.facts.clampUlimits ? [`--ulimit=nofile=${nofile.soft}:${nofile.hard}`] : []),
    ];
  }

  #lines<T>(output: string): T[] {
    return output.split("\n").filter((line) => line !== "").map((line) => this.answer<T>(line));
  }
}

// docker joins all labels with commas and escapes nothing, so that one of an image could pass for one of ours: each is asked
// for by its name.
const LABELS = ["box", "role", "owner", "run", "lifetime", "agent", "version"].map((name) =>
  `kanibako.${name}`
);
const CONTAINER_FORMAT = `{${
  ["ID", "Names", "Image", "State", "Status", "CreatedAt"].map((name) => `"${name}":{{json .${name}}}`).join(
    ",",
  )
},"Labels":{${LABELS.map((name) => `"${name}":{{json (.Label "${name}")}}`).join(",")}}}`;

/** What the client's configuration (`proxies`) puts into every container; there may be a password in it. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"]
  .flatMap((name) => [name, name.toLowerCase()]);

/** From a tmpfs that is given by `--mount` no program can be run; by `--tmpfs` it can, which takes no colon in its place. */
function isRunnable(mount: Mount): mount is TmpfsMount {
  return mount.type === "tmpfs" && !mount.noExec && !mount.readOnly && !mount.destination.includes(":");
}

function tmpfsWord({ destination, sizeBytes, mode }: TmpfsMount): string {
  const size = sizeBytes === undefined ? "" : `,size=${sizeBytes}`;
  return `--tmpfs=${destination}:rw,exec,nosuid,nodev${size}${
    mode === undefined ? "" : `,mode=${mode.toString(8)}`
  }`;
}

function sizeBytes(text: string): { sizeBytes?: number } {
  const match = text.match(/^([\d.]+)\s*([kMGT]?)B$/);
  if (!match) return {};
  const power = { "": 0, k: 1, M: 2, G: 3, T: 4 }[match[2] ?? ""] ?? 0;
  return { sizeBytes: Math.round(Number(match[1]) * 1000 ** power) };
}

interface DockerContainer {
  ID: string;
  Names: string;
  Image: string;
  State: string;
  Status: string;
  CreatedAt: string;
  Labels: Record<string, string>;
}

interface DockerImage {
  ID: string;
  Repository: string;
  Tag: string;
  Digest: string;
  CreatedAt: string;
  Size: string;
}
