/**
 * podman, rootless or as root.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { findExecutable } from "../../host/process.ts";
import type { BoxSpec, Mount, TmpfsMount } from "../../spec/box_spec.ts";
import { BOX_HOME } from "../../spec/box_paths.ts";
import { fromPart } from "../../spec/source.ts";
import { CliEngine, type EngineOptions } from "./cli_engine.ts";
import { isAlive } from "./liveness.ts";
import { isLive } from "../../host/live.ts";
import type { BuildOptions, ImageInfo } from "../images.ts";
import type { Command } from "./command.ts";
import type { NetworkOf, Running } from "./beside.ts";
import type { FactsFile } from "./facts.ts";
import { hasSelinux } from "./host_limits.ts";
import { mountValue } from "./mount.ts";
import { buildUlimitWords, enforcesLimits, limitWords, ulimitWords } from "./podman_limits.ts";
import { ALL_CAPABILITIES, commonRunWords } from "./run_command.ts";
import { description } from "./describe.ts";
import { runtimeProgram } from "./known_holes.ts";
import { labelling, labelsOf, NO_LABELS } from "./selinux.ts";
import { writeText } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { BoxInfo, Capabilities, RuntimeDescription, SharedPlace } from "../runtime.ts";

/** What is known of this host from elsewhere. */
export interface PodmanOptions extends EngineOptions {
  /** Whether SELinux is on. */
  readonly selinux?: boolean;
  /** The user's own home. */
  readonly home?: string;
}

/** The podman engine. */
export class Podman extends CliEngine {
  readonly name = "podman";
  readonly rootless: boolean = Deno.uid() !== 0;
  readonly can: Capabilities;
  readonly saveWords = ["save", "--format=docker-archive"];
  readonly makesIdFileEarly = false;
  // They may be reported late, but in order.
  readonly settlingEvents = ["remove"];
  /** Without root it is two processes, of which the outer one makes any signal a SIGTERM and loses the exit code. */
  readonly losesSignals: boolean = this.rootless;
  readonly #selinux: boolean;
  readonly #home: string;
  /** The labels that folders of plans have, by path; known once a plan was prepared. */
  #labels: ReadonlyMap<string, string> = new Map();
  /** The network that a plan shares, once it was prepared. */
  #shared: NetworkOf | undefined;
  #sharedVariables: Readonly<Record<string, string>> = {};

  constructor(binary: string, facts: FactsFile, options: PodmanOptions = {}) {
    super(binary, facts, options);
    this.#selinux = options.selinux ?? hasSelinux();
    this.#home = options.home ?? Deno.env.get("HOME") ?? "";
    const limited = enforcesLimits(this.rootless);
    this.can = {
      userNamespace: this.rootless,
      hostMounts: true,
      limits: { memory: limited, cpus: limited, pids: limited || "each-user" },
      networks: new Set(["none", "filtered", "open"]),
      beside: true,
    };
    if (this.rootless) {
      this.removeTreeAsBoxUser = (path) => this.#removeTree(path);
      this.ownAsBoxUser = (path, below) => this.#own(path, below);
      this.sharedImages = () => this.#sharedImages();
    }
  }

  override async prepare(spec: BoxSpec): Promise<void> {
    await Promise.all([super.prepare(spec), this.checkImage(spec.image)]);
    if (spec.beside !== undefined) await this.#prepareBeside(spec.beside);
    if (this.#selinux) {
      const shared = spec.mounts.flatMap((mount) =>
        mount.type === "bind" && mount.relabel === "shared" ? [mount.source] : []
      );
      this.#labels = await labelsOf(shared);
    }
  }

  /** See `image_annotations.ts`. An image that is not there is for the start to miss. */
  override async checkImage(image: string): Promise<void> {
    const { known } = this;
    if (known.handsAnnotationsOn === false || known.isPlainImage(image)) return;
    const { checkAnnotations, handsAnnotationsOn } = await import("./image_annotations.ts");
    if (known.handsAnnotationsOn === undefined) {
      const found = handsAnnotationsOn((await this.call(["--version"])).stdout);
      await known.learn({ handsAnnotationsOn: found });
      if (!found) return;
    }
    const { code, stdout } = await this.call(["image", "inspect", "--format={{json .Annotations}}", image]);
    if (code !== 0) return;
    checkAnnotations(image, stdout);
    await known.learnPlainImage(image);
  }

  async #sharedImages(): Promise<readonly SharedPlace[]> {
    const { imagePlaces } = await import("./image_share.ts");
    const result = await this.call(["info", "--format={{.Store.GraphDriverName}} {{.Store.GraphRoot}}"]);
    if (result.code !== 0) throw this.failure("say where its images are", result);
    const [driver = "", ...root] = result.stdout.trim().split(" ");
    return await imagePlaces(root.join(" "), driver);
  }

  async #prepareBeside(box: string): Promise<void> {
    const { networkOf, withoutParameters } = await import("./beside.ts");
    this.#shared = await networkOf(box, () => this.#runningOf(box));
    if (!this.rootless || this.cache === undefined) return;
    const { handsAnnotationsOn } = this.known;
    this.#sharedVariables = await withoutParameters(
      this.cache,
      handsAnnotationsOn === false,
      this.#home,
      this.variables["CONTAINERS_CONF"],
    );
  }

  async #runningOf(container: string): Promise<Running | undefined> {
    const { code, stdout } = await this.call(["container", "inspect", container]);
    return code === 0 ? this.answer<Running[]>(stdout)[0] : undefined;
  }

  override async started({ beside, name }: BoxSpec): Promise<void> {
    if (beside === undefined || !this.#shared) return;
    const { isInNetwork } = await import("./beside.ts");
    const found = await this.#runningOf(name);
    if (found && isInNetwork(found, this.#shared)) return;
    await this.remove(name);
    throw new KanibakoError("not-running", `The box ${beside} has ended.`);
  }

  async describe(): Promise<RuntimeDescription> {
    const format = "{{.Version.Version}} {{.Store.GraphDriverName}} {{.Host.CgroupsVersion}}\n" +
      "{{.Host.OCIRuntime.Version}}";
    const result = await this.call(["info", `--format=${format}`]);
    if (result.code !== 0) throw this.failure("describe itself", result);
    const [first = "", ...runtime] = result.stdout.split("\n");
    const [version = "", driver = "", cgroup = ""] = first.trim().split(/\s+/);
    const programs = [{ name: this.name, version }, runtimeProgram(runtime.join("\n"))];
    return description(this.binary, version, driver, cgroup, this.rootless, programs, this.facts);
  }

  protected override get noUsage(): string {
    return enforcesLimits(this.rootless)
      ? super.noUsage
      : "podman without root cannot count what a box uses on this machine, which has cgroup version 1.";
  }

  protected override get noPause(): string | undefined {
    return enforcesLimits(this.rootless)
      ? undefined
      : "podman without root cannot pause a box on this machine, which has cgroup version 1.";
  }

  async #removeTree(path: string): Promise<void> {
    const result = await this.call(["unshare", "rm", "-rf", "--", path], 600_000);
    if (result.code !== 0) throw this.failure(`remove ${shellQuote(path)}`, result);
  }

  async #own(path: string, below: boolean): Promise<void> {
    // Root of that user namespace is us.
    const words = ["unshare", "chown", "-h", ...below ? ["-R", "-P"] : [], "0:0", "--", path];
    const result = await this.call(words, 600_000);
    if (result.code !== 0) throw this.failure(`take over ${shellQuote(path)}`, result);
  }

  runCommand(spec: BoxSpec): Command {
    const { disabled, relabelled } = this.#selinux
      ? labelling(spec.mounts, this.#home, this.#labels)
      : NO_LABELS;
    const { mounts, network } = this.#networkOf(spec);
    const words = commonRunWords(
      spec,
      network,
      mounts.map((mount) =>
        mountValue(mount, mount.type === "bind" && relabelled.has(mount.source)) +
        (mount.type === "tmpfs" ? tmpfsFields(mount) : "")
      ),
    );
    if (disabled) words.push("--security-opt=label=disable");
    words.push("--http-proxy=false", "--systemd=false", "--sdnotify=ignore");
    // Whatever the user's containers.conf makes of other containers.
    words.push("--pid=private", "--uts=private", "--env-host=false");
    // What an image declares as a volume would become one of the host's.
    words.push("--image-volume=ignore");
    words.push(
      ...this.#userWords(spec),
      ...limitWords(spec, this.rootless),
      ...ulimitWords(spec, this.rootless, this.facts.clampUlimits),
    );
    const dropped = ALL_CAPABILITIES.filter((name) => !spec.security.boundingSet.includes(name));
    words.push(
      dropped.length === ALL_CAPABILITIES.length
        ? "--cap-drop=all"
        // Not "drop all, add some": podman makes added capabilities ambient for a user other than root.
        : `--cap-drop=${dropped.join(",")}`,
    );
    words.push(...this.seccompWords(spec));
    return {
      argv: [...this.prefix(), "run", ...words, spec.image, ...spec.args],
      env: spec.beside === undefined
        ? this.environment()
        : { ...this.environment(), ...this.#sharedVariables },
    };
  }

  /** Podman's word for a plan's network, and its mounts with what belongs to that network. */
  #networkOf({ beside, network: { kind }, mounts }: BoxSpec): { network: string; mounts: readonly Mount[] } {
    if (beside === undefined) return { network: kind === "open" ? "private" : "none", mounts };
    const { word = `ns:/proc/PID/ns/net`, files = {} } = this.#shared ?? {};
    const from = fromPart(`the network of ${beside}`);
    const more: Mount[] = Object.entries(files)
      .filter(([destination]) => !mounts.some((mount) => mount.destination === destination))
      .map(([destination, source]) => ({ type: "bind", source, destination, readOnly: true, from }));
    // The kernel shows what it knows of devices only to the user namespace that the network belongs to.
    if (this.rootless) more.push({ type: "tmpfs", destination: "/sys", readOnly: false, mode: 0o755, from });
    return { network: word, mounts: [...mounts, ...more] };
  }

  async list(labels: Readonly<Record<string, string | undefined>>): Promise<BoxInfo[]> {
    const filters = Object.entries(labels).map(([name, value]) =>
      `--filter=label=${name}${value === undefined ? "" : `=${value}`}`
    );
    const result = await this.call(["ps", "--all", "--no-trunc", "--format=json", ...filters]);
    if (result.code !== 0) throw this.failure("list containers", result);
    const found = this.answer<PodmanContainer[]>(result.stdout || "[]");
    return await Promise.all(found.map(async (found) => ({
      id: found.Id,
      name: found.Names[0] ?? "",
      image: found.Image,
      running: isAlive(found.State),
      state: found.State,
      ...(found.State === "paused" ? { paused: true } : {}),
      exitCode: found.ExitCode,
      // Of one that is stopped, or whose process is gone, it matters who still watches it.
      ...(isDoubtful(found) ? await this.inspect(found.Id) : {}),
      createdAt: found.Created,
      labels: found.Labels ?? {},
    })));
  }

  async events(filter: string, sinceSeconds: number): Promise<string[]> {
    const since = `--since=${sinceSeconds}`;
    const result = await this.call([
      "events",
      "--stream=false",
      since,
      `--filter=${filter}`,
      "--format={{.Status}}",
    ]);
    if (result.code !== 0) throw this.failure("say what happened to the container", result);
    return result.stdout.trim().split("\n");
  }

  async images(): Promise<ImageInfo[]> {
    const ask = () => this.call(["images", "--no-trunc", "--format=json"]);
    let result = await ask();
    // One went away while podman was listing.
    for (let more = 3; result.code !== 0 && /image not known/.test(result.stderr) && more > 0; more--) {
      result = await ask();
    }
    if (result.code !== 0) throw this.failure("list images", result);
    return this.answer<PodmanImage[]>(result.stdout || "[]").map((found) => ({
      id: found.Id,
      names: found.Names ?? [],
      digests: found.RepoDigests ?? [],
      sizeBytes: found.Size,
      createdAt: found.Created,
      labels: found.Labels ?? {},
    }));
  }

  /**
   * podman 4 without root does not fill in what the user's `storage.conf` leaves out when it commits ("runroot must be set"), and
   * takes no option for it either: it is given a file that says what it uses anyway.
   */
  override async commitVariables(stderr: string): Promise<Readonly<Record<string, string>> | undefined> {
    if (!/(runroot|graphroot) must be set/.test(stderr) || this.cache === undefined) return undefined;
    const format = "{{.Store.GraphDriverName}}\n{{.Store.RunRoot}}\n{{.Store.GraphRoot}}";
    const [driver, runroot, graphroot] = (await this.call(["info", `--format=${format}`])).stdout.split("\n");
    if (!driver || !runroot || !graphroot) return undefined;
    const path = `${this.cache}/storage.conf`;
    await writeText(path, `[storage]\n${tomlLines({ driver, runroot, graphroot })}`);
    return { CONTAINERS_STORAGE_CONF: path };
  }

  protected override prefix(): string[] {
    const runtime = this.facts.runtime;
    return runtime ? [this.binary, `--runtime=${runtimePath(runtime)}`] : [this.binary];
  }

  buildWords(options: BuildOptions): readonly string[] {
    return [
      "build",
      `--file=${options.containerfile}`,
      `--tag=${options.reference}`,
      ...Object.entries(options.buildArgs).map(([name, value]) => `--build-arg=${name}=${value}`),
      ...Object.entries(options.labels).map(([name, value]) => `--label=${name}=${value}`),
      ...(options.noCache ? ["--no-cache"] : ["--layers"]),
      ...this.plainUlimitWords(),
      ...(options.network ? [`--network=${options.network}`] : []),
      options.context,
    ];
  }

  protected ownWorkbenchWords(): readonly string[] {
    return [
      "--network=private",
      "--http-proxy=false",
      "--systemd=false",
      "--sdnotify=ignore",
      "--pid=private",
      "--uts=private",
      "--env-host=false",
      // What an image declares as a volume is part of what is made of it.
      "--image-volume=ignore",
      // podman's own variables would be the new image's.
      "--unsetenv=TERM",
      "--unsetenv=container",
      ...buildUlimitWords(this.facts.clampUlimits),
    ];
  }

  plainUlimitWords(): readonly string[] {
    return buildUlimitWords(this.facts.clampUlimits);
  }

  #userWords(spec: BoxSpec): string[] {
    if (spec.user.kind === "owner") {
      if (this.rootless) {
        throw new KanibakoError(
          "cannot-express",
          "podman without root cannot run a box as another user of the host.",
        );
      }
      return [`--user=${spec.user.uid}:${spec.user.gid}`];
    }
    if (!this.rootless) {
      throw new KanibakoError(
        "cannot-express",
        "podman as root cannot map your user into a box (user: keep-id).",
      );
    }
    return this.facts.plainKeepId ? ["--userns=keep-id", `--user=${Deno.uid()}:${Deno.gid()}`] : [
      `--userns=keep-id:uid=${spec.user.uid},gid=${spec.user.gid}`,
      // Where an image has nobody of that id; else podman names the user by the number, and gives it the working directory as its home.
      `--passwd-entry=agent:*:${spec.user.uid}:${spec.user.gid}:agent:${BOX_HOME}:/bin/sh`,
      `--user=${spec.user.uid}:${spec.user.gid}`,
    ];
  }
}

/** podman fills a tmpfs with what it hides by default, and lets programs run from it. */
function tmpfsFields({ noExec }: TmpfsMount): string {
  return `,notmpcopyup${noExec ? ",noexec" : ""}`;
}

function runtimePath(name: string): string {
  return findExecutable(name) ?? findExecutable(`/usr/sbin/${name}`) ?? name;
}

function isDoubtful({ State, Pid }: PodmanContainer): boolean {
  return isAlive(State) && (State === "stopping" || (Boolean(Pid) && !isLive(Pid!)));
}

interface PodmanContainer {
  Id: string;
  Names: string[];
  Image: string;
  State: string;
  Pid?: number;
  ExitCode: number;
  Created: number;
  Labels: Record<string, string> | null;
}

interface PodmanImage {
  Id: string;
  Names: string[] | null;
  RepoDigests: string[] | null;
  Size: number;
  Created: number;
  Labels: Record<string, string> | null;
}

function tomlLines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`).join("");
}
