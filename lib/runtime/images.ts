/**
 * The images of a runtime. Everything that takes long can be cancelled.
 *
 * @module
 */

import type { ProgramMount } from "../host/self.ts";
import type { UserMapping } from "../spec/box_spec.ts";
import type { ImageFacts } from "../spec/image_facts.ts";
import type { Io } from "./io.ts";

/** An image. */
export interface ImageInfo {
  /** By what the engine knows it. */
  readonly id: string;
  /** References such as `localhost/kanibako-oci:latest`. */
  readonly names: readonly string[];
  /** With the repositories they are of. */
  readonly digests: readonly string[];
  /** What it takes, with layers that others have, too. */
  readonly sizeBytes?: number;
  /** Seconds since 1970. */
  readonly createdAt?: number;
  /** By name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whom its processes run as where nothing else is said, as in `root` or `1000:1000`. Not in lists. */
  readonly user?: string;
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
  /** `none`: what it runs reaches no network. Left out: the engine's own. */
  readonly network?: "none";
}

/** What a look into an image is made with. */
export interface ImageLook {
  /** Who the box's user would be. */
  readonly user: UserMapping;
  /** This program as a box has it, and the absolute path by which it runs there. */
  readonly program: { readonly mounts: readonly ProgramMount[]; readonly command: string };
}

/** A program of an image that makes one file of another. */
export interface FilterJob {
  readonly image: string;
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** The file it has as its standard input. */
  readonly input: string;
  /** An existing file that gets its standard output. */
  readonly output: string;
}

/** Long work: where its output goes, and what cancels it. A cancelled call leaves no process behind and throws `aborted`. */
export interface Work {
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** What of an image's settings is replaced when a container becomes one. What is absent stays as it was. */
export interface ImageChanges {
  /** Labels that are set beside those there are. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A container in which an image is changed by hand, as its root. Disposed of, it is gone with all that was not committed. */
export interface Workbench extends AsyncDisposable {
  /**
   * Runs a shell in it: on a terminal an interactive one, else one that reads its commands from standard input and ends at the first that
   * fails. Its exit code. Throws `engine` where none can be run.
   */
  shell(io: Io, signal?: AbortSignal): Promise<number>;
  /** Puts a folder of this host into it, with all that is in it, below a folder of the image, which is made where it is missing. */
  put(folder: string, into: string): Promise<void>;
  /** Makes an image of it as it is now. What the image it was made from runs, where and as whom, stays as it was. */
  commit(reference: string, changes: ImageChanges, work?: Work): Promise<void>;
}

/** The images of a runtime. Failures are `engine` errors with the engine's last words. */
export interface ImageStore {
  /** An image by reference, or `undefined` when it is not here. */
  get(reference: string): Promise<ImageInfo | undefined>;
  /** All of them. */
  list(): Promise<ImageInfo[]>;
  pull(reference: string, work?: Work): Promise<void>;
  build(options: BuildOptions, work?: Work): Promise<void>;
  /** Imports a root file system (a tar file) as an image. */
  importRoot(tarFile: string, reference: string, work?: Work): Promise<void>;
  /** Writes the root file system of an image to a tar file. Nothing of the image is run. */
  exportRoot(reference: string, tarFile: string, work?: Work): Promise<void>;
  /** Runs a program of an image on a file, as root of a container that has no network and nothing of this machine. */
  filter(job: FilterJob, work?: Work): Promise<void>;
  /** Writes an image to a tar file. */
  save(reference: string, tarFile: string, work?: Work): Promise<void>;
  /** Reads images from a tar file; the references it held. */
  load(tarFile: string, work?: Work): Promise<readonly string[]>;
  /** Makes an image of a box as it is now. */
  commit(box: string, reference: string, work?: Work): Promise<void>;
  /**
   * Starts a container in which an image is changed by hand. It carries no label: an image that is made of it would have it, too. Who
   * asks remembers its `name`. Throws `no-shell` for an image in which no shell can be run.
   */
  workbench(image: string, name: string): Promise<Workbench>;
  /** Removes the container of a workbench that was left behind. No error when there is none. */
  removeWorkbench(name: string): Promise<void>;
  /** Gives an image another name. */
  tag(reference: string, name: string): Promise<void>;
  /**
   * What a box would find in an image. Each is looked into once, by running its shell in a container that has nothing; `look` absent: only
   * what is kept is answered, and nobody is asked. `undefined`: it is not known. Absent of a store that cannot say.
   */
  facts?(reference: string, look?: ImageLook): Promise<ImageFacts | undefined>;
  /** Throws `image-in-use` where a container uses it. */
  remove(reference: string): Promise<void>;
}
