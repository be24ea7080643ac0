/**
 * What a `devcontainer.json` says, as plain values. Nothing of it is carried out here: a project is hostile input, so each part that
 * would widen what a box may do is listed, and whoever applies the rest decides about it.
 *
 * @module
 */

/** A command of the life of a container: a line for a shell, or the words of a program. */
export type Command = string | readonly string[];

/** One entry of a stage of the life of a container. */
export interface LifecycleCommand {
  /** Where it comes from: `devcontainer.json`, a feature's id, or `image`. */
  readonly from: string;
  /** An object has commands by name, which run at the same time. */
  readonly command: Command | Readonly<Record<string, Command>>;
}

/** The stages, in the order in which they run. In each: those of the image, then of features in their order, then the file's own. */
export interface Lifecycle {
  readonly onCreate: readonly LifecycleCommand[];
  readonly updateContent: readonly LifecycleCommand[];
  readonly postCreate: readonly LifecycleCommand[];
  readonly postStart: readonly LifecycleCommand[];
  readonly postAttach: readonly LifecycleCommand[];
}

/** The stage after which a session may begin. */
export type WaitFor =
  | "initializeCommand"
  | "onCreateCommand"
  | "updateContentCommand"
  | "postCreateCommand"
  | "postStartCommand";

/** A mount. Those of type `bind` name a place of the host and are also in `widening`. */
export interface DevMount {
  readonly from: string;
  readonly type: "bind" | "volume" | "tmpfs";
  /** A path of the host, or a volume's name. A volume without one is nameless. */
  readonly source?: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** What is said of a port. */
export interface PortAttributes {
  readonly label?: string;
  readonly protocol?: "http" | "https";
  readonly onAutoForward?: string;
  readonly requireLocalPort?: boolean;
  readonly elevateIfNeeded?: boolean;
}

/** How to build the image. Paths are relative to the project, without `..`; `""` is the project itself. */
export interface DevBuild {
  readonly dockerfile: string;
  readonly context: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly cacheFrom: readonly string[];
  /** Words for the engine's command line. They are never used, and listed in `widening`. */
  readonly options: readonly string[];
}

/** A feature as the file asks for it, in its order. */
export interface FeatureRequest {
  /** As written: `ghcr.io/owner/name/feature:1`, or `./folder` beside the file. */
  readonly id: string;
  readonly options: Readonly<Record<string, string | boolean>>;
}

/** Something that would give a box more than it has, or the project more than a box. */
export interface Widening {
  /** What it is, as in `privileged`, `mounts[1]`, `runArgs`, `initializeCommand`. */
  readonly key: string;
  /** The value as JSON on one line. It comes from the project: escape it where it is shown. */
  readonly value: string;
  /** Where it comes from, as in {@link LifecycleCommand.from}. */
  readonly from: string;
  /** `approve`: takes effect once a person approved this content. `left-out`: never takes effect here. */
  readonly treatment: "approve" | "left-out";
  /** One sentence: what it would do, or why it is left out. */
  readonly why: string;
}

/** A `devcontainer.json`, read and checked, with its variables put in. */
export interface DevContainer {
  /** The file, relative to the project. */
  readonly path: string;
  /** The folder of the file, relative to the project; `""` is the project itself. */
  readonly folder: string;
  /** SHA-256 (hex) of all content that decides: the file, Dockerfile, what that copies, local features, the lock file; after a merge, the image's metadata too. */
  readonly hash: string;
  /** The file's object, with its variables put in. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly name?: string;
  /** Exactly one of `image` and `build` is there. */
  readonly image?: string;
  readonly build?: DevBuild;
  readonly features: readonly FeatureRequest[];
  readonly overrideFeatureInstallOrder: readonly string[];
  readonly containerEnv: Readonly<Record<string, string>>;
  /** `null`: the variable is taken away. `${containerEnv:NAME}` stands in values as written: only the box knows it. */
  readonly remoteEnv: Readonly<Record<string, string | null>>;
  readonly mounts: readonly DevMount[];
  /** Ports of the box (`3000`), or of a host that it reaches (`db:5432`). */
  readonly forwardPorts: readonly (number | string)[];
  /** `appPort` as written: numbers or `HOST:CONTAINER`. */
  readonly appPorts: readonly (number | string)[];
  /** By port, range (`3000-3010`) or pattern. */
  readonly portsAttributes: Readonly<Record<string, PortAttributes>>;
  readonly otherPortsAttributes?: PortAttributes;
  readonly workspaceFolder?: string;
  readonly workspaceMount?: string;
  readonly remoteUser?: string;
  readonly containerUser?: string;
  /** Default true. */
  readonly updateRemoteUserUID: boolean;
  /** Default true: what the image would run is not run. */
  readonly overrideCommand: boolean;
  readonly init: boolean;
  /** Programs that features want to run before the command, in order. */
  readonly entrypoints: readonly string[];
  readonly lifecycle: Lifecycle;
  readonly waitFor: WaitFor;
  /** Variables of the host that it asks for by `${localEnv:NAME}`. */
  readonly localEnv: readonly string[];
  readonly widening: readonly Widening[];
  /** Sentences about what has no effect here, for a note. */
  readonly unsupported: readonly string[];
}

/** What variables stand for. */
export interface DevVariables {
  /** The project's folder on the host. */
  readonly localWorkspaceFolder: string;
  /** Where the project is in the box. Left out: as the file says, or `/workspaces/NAME`. */
  readonly containerWorkspaceFolder?: string;
  /** The same for the same box as long as it exists. */
  readonly devcontainerId: string;
  /** A variable of the host: only those that a person approved. What it does not answer counts as not set. */
  readonly localEnv: (name: string) => string | undefined;
}

/** What an image, or a feature in it, says of itself: one entry of the label `devcontainer.metadata`. */
export type ImageMetadata = Readonly<Record<string, unknown>>;

/** An image that is ready for a `devcontainer.json`. */
export interface PreparedImage {
  /** The reference to run. */
  readonly reference: string;
  readonly how: "present" | "pulled" | "built";
  /** For {@link mergeImageMetadata}: what the image and the features in it say, without the file's own part. */
  readonly metadata: readonly ImageMetadata[];
  /** One line that says what happened. */
  readonly summary: string;
}
