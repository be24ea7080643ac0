/**
 * What an engine must be able to do. Everything above this file is the same for podman and docker.
 *
 * @module
 */

import type { BoxSpec } from "../spec/box_spec.ts";
import type { Command, ExecSpec } from "./cli/command.ts";
import type { EngineFacts } from "./cli/facts.ts";

export type { Command, ExecSpec } from "./cli/command.ts";

/** The engines there are. */
export type EngineName = "podman" | "docker";

/** A container of ours, as one listing call tells it. */
export interface ContainerInfo {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly running: boolean;
  /** The engine's own word: running, exited, created, paused. */
  readonly state: string;
  /** Present once it has ended, where the engine tells it in a listing or inspection. */
  readonly exitCode?: number;
  /** Seconds since 1970, where told. */
  readonly createdAt?: number;
  /** Milliseconds since 1970 when it was last started, where an inspection tells it. */
  readonly startedAtMs?: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** An image, as the engine tells it. */
export interface ImageInfo {
  readonly id: string;
  /** References such as `localhost/kanibako-oci:latest`. */
  readonly names: readonly string[];
  readonly digests: readonly string[];
  readonly sizeBytes?: number;
  /** Seconds since 1970. */
  readonly createdAt?: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** A container engine on this host. `*Command` methods are pure; the others call the engine. */
export interface Engine {
  readonly name: EngineName;
  /** Absolute path of the binary. */
  readonly binary: string;
  /** Whether root of a box is another user than root of the host. */
  readonly rootless: boolean;

  /** The `run` command of a plan. Throws a `KanibakoError` `cannot-express` naming the field it cannot express. */
  runCommand(spec: BoxSpec): Command;
  /** The `exec` command. */
  execCommand(spec: ExecSpec): Command;

  /** Containers with all these labels (`undefined`: any value), running or not, in one call. */
  list(labels: Readonly<Record<string, string | undefined>>): Promise<ContainerInfo[]>;
  /** One container, or `undefined` when there is none of that name or id. */
  inspect(container: string): Promise<ContainerInfo | undefined>;
  /** Stops a container: its init gets SIGTERM, SIGKILL after `graceSeconds`. No error when it has ended. */
  stop(container: string, graceSeconds: number): Promise<void>;
  /** Sends a signal, such as `TERM`, to a container's command. `false` when it does not run. */
  signal(container: string, name: string): Promise<boolean>;
  /** Removes a container, with force. No error when there is none. */
  remove(container: string): Promise<void>;
  /** The last lines a container wrote, stdout and stderr together. */
  logs(container: string, lines: number): Promise<string>;

  /** An image by reference, or `undefined` when it is not here. */
  image(reference: string): Promise<ImageInfo | undefined>;
  /** Images whose reference matches a filter such as `*kanibako*`; all of them without one. */
  images(): Promise<ImageInfo[]>;
  /** Removes an image. */
  removeImage(reference: string): Promise<void>;
  /** Pulls a reference; progress text goes to `onOutput`. Throws with the engine's last words. */
  pull(reference: string, onOutput: (text: string) => void): Promise<void>;
  /** Builds an image from a Containerfile in an empty context, or in `context`. */
  build(options: BuildOptions): Promise<void>;
  /** Imports a root file system (a tar file) as an image. */
  importRootfs(tarFile: string, reference: string): Promise<void>;

  /** The engine's version, such as `4.3.1`. */
  version(): Promise<string>;

  /** What is known of this engine on this host. */
  readonly facts: EngineFacts;
  /** Adds to it. */
  learn(facts: EngineFacts): Promise<void>;
  /** Forgets it: the host has changed. */
  forget(): Promise<void>;
}

/** What a build needs. */
export interface BuildOptions {
  readonly reference: string;
  /** Path of the Containerfile. */
  readonly containerfile: string;
  /** The context folder. */
  readonly context: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly noCache: boolean;
  readonly onOutput: (text: string) => void;
}
