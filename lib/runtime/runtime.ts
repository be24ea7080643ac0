/**
 * What a box can run on. Everything above this folder is the same for podman, docker and whatever comes: operations with
 * streams in and outcomes out, never an argument list, an engine's name or its prose.
 *
 * @module
 */

import type { BoxSpec, Network } from "../spec/box_spec.ts";
import type { Io } from "./io.ts";
import type { Mailbox } from "./mailbox.ts";

/** What a runtime can do on this host. A plan that asks for more is refused or warned about before it is started. */
export interface Capabilities {
  /** Whether root of a box is another user than root of the host. */
  readonly userNamespace: boolean;
  /** Whether folders of this host can be mounted. */
  readonly hostMounts: boolean;
  /** Which limits are enforced here. Of processes, `each-user`: those of each user of a box are counted apart. */
  readonly limits: {
    readonly memory: boolean;
    readonly cpus: boolean;
    readonly pids: boolean | "each-user";
  };
  /** The kinds of network a box may have. */
  readonly networks: ReadonlySet<Network["kind"]>;
  /** Whether a box can share the network of another one. */
  readonly beside: boolean;
}

/**
 * How a runtime finds itself again in another process: plain data that only the runtime understands. Kept in run records.
 */
export type RuntimePlace = Readonly<Record<string, string>>;

/** A box as its runtime sees it. */
export interface BoxInfo {
  /** The runtime's own id. */
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** Whether it has processes, be they paused. */
  readonly running: boolean;
  /** Whether they stand still until it is resumed. */
  readonly paused?: boolean;
  /** Somebody stops it. `stuck`: who did was killed, and nothing is there any more that would see its end. */
  readonly stopping?: "underway" | "stuck";
  /** The runtime's own word: running, exited, created, paused. For people. */
  readonly state: string;
  /** Once it has ended, where the runtime knows it. */
  readonly exitCode?: number;
  /** Seconds since 1970, where known. */
  readonly createdAt?: number;
  /** Milliseconds since 1970 of the latest start, where known. */
  readonly startedAtMs?: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a box has used until a moment, and uses then. What is not known is absent. */
export interface Usage {
  /** Milliseconds on a clock that only goes forward. */
  readonly atMs: number;
  /** Processor time of all it ran, in milliseconds. */
  readonly cpuMs?: number | undefined;
  /** Without what the kernel gives back at once, such as files that it keeps in memory. */
  readonly memoryBytes?: number | undefined;
  /** As much as it may take; absent where nothing limits it. */
  readonly memoryLimitBytes?: number | undefined;
  readonly processes?: number | undefined;
  /** What came in and went out over its network, without its loopback. */
  readonly receivedBytes?: number | undefined;
  readonly sentBytes?: number | undefined;
}

/** Limits that a running box gets; what is absent stays. */
export interface NewLimits {
  /** In bytes; 0 lifts it. */
  readonly memoryBytes?: number;
  /** 0 lifts it. */
  readonly cpus?: number;
  readonly pids?: number;
}

/** Reads what one box uses, as often as it is called. `undefined`: that box has ended. */
export type Meter = () => Usage | undefined;

/** A signal for what runs in a box. */
export type BoxSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGKILL";

/** How a command ended. */
export interface Exit {
  /** The command's own exit code; 128 + N where signal N ended it. */
  readonly code: number;
}

/** What came of starting a box. */
export type Started =
  /** Its command has begun, in the foreground. `exit` never rejects for what the command does. */
  | {
    readonly kind: "begun";
    readonly exit: Promise<Exit>;
    signal(signal: BoxSignal): Promise<void>;
    release(): void;
  }
  /** It runs on its own. */
  | { readonly kind: "detached"; readonly id: string }
  /** This box runs already: its name is taken by a box of ours. */
  | { readonly kind: "taken"; readonly box: BoxInfo }
  /** The rig's image is not there: get it and start again. */
  | { readonly kind: "no-image" };

/** How a run's mailbox is made. */
export interface MailboxOptions {
  /** Whether the box waits for those who have joined it. By default one that is removed when its command ends does. */
  readonly guests?: boolean;
}

/** What a start needs beside the plan. */
export interface StartOptions {
  /** The run's mailbox, made by {@link BoxRuntime.prepareMailbox} for this plan. */
  readonly mailbox: Mailbox;
  /** The state folder: it distinguishes the boxes of another user's kanibako. */
  readonly state: string;
  /** Is given each workaround for this host that was found necessary; one sentence each. */
  readonly note: (text: string) => void;
}

/** A command for a running box. It goes through the box's own script, which sets up its variables. */
export interface ExecCall {
  /** The box's name or id. */
  readonly box: string;
  /** `command`: beside what runs there; `attach`: its terminal session. */
  readonly kind: "command" | "attach";
  /** The words of the command. For `attach`: `nested` where the terminal is within another tmux that takes Ctrl-b for itself, `colours` where it has 24-bit colour. */
  readonly argv: readonly string[];
  /** Variables for this command alone. Values never show in a process list. */
  readonly env: Readonly<Record<string, string>>;
  /** The working directory in the box; the workspace when absent. */
  readonly workdir?: string;
  /** A folder in the box to run in, where the box has and shows it. */
  readonly at?: string;
}

/** What came of an exec. */
export type ExecOutcome =
  /** The command ran. */
  | ({ readonly kind: "ended" } & Exit)
  /** The box does not run, or ended before the command began. */
  | { readonly kind: "not-running" };

/** A command that was called into a box. */
export interface Exec {
  /**
   * Rejects with `exec` when the runtime failed, and with the error of an input or of a sink that failed, which ends the command; a
   * non-zero exit code is an outcome.
   */
  readonly outcome: Promise<ExecOutcome>;
  /** Passes a signal on to the command. Never rejects: the box may be gone. */
  signal(signal: BoxSignal): Promise<void>;
  /** Gives the call up, whatever becomes of the command. */
  abandon(): void;
}

/** What `diagnose` shows of a runtime. */
export interface RuntimeDescription {
  readonly version: string;
  /** Where it is, for people: a program's path, an address. */
  readonly where: string;
  /** Lines of label and value, such as `["storage", "overlay"]`, and whether each needs attention. */
  readonly lines: readonly {
    readonly label: string;
    readonly value: string;
    readonly attention?: string;
  }[];
}

/** A folder of this host that is part of something shared with a box. */
export interface SharedPlace {
  /** Absolute path on this host. */
  readonly source: string;
  /** Where it belongs, relative to the whole. */
  readonly place: string;
}

/** Something that boxes run on. */
export interface BoxRuntime {
  /** Its name: `podman`, `docker`. Data, for people and for `--engine`; nothing decides by it. */
  readonly kind: string;
  /** How another process finds this very runtime. */
  readonly place: RuntimePlace;
  readonly can: Capabilities;

  /** Throws `cannot-express`, naming the field, for a plan this runtime cannot carry out. Asks nobody. */
  check(spec: BoxSpec): void;
  /** Makes ready what a plan hands in and the way out. `folder`: the run's own folder on this host, not yet there. */
  prepareMailbox(spec: BoxSpec, folder: string, options?: MailboxOptions): Promise<Mailbox>;
  /** The mailbox of a run that some process has started. */
  openMailbox(folder: string): Promise<Mailbox>;
  /** Starts a box. Throws `engine`, `command` or `name-taken`. */
  start(spec: BoxSpec, io: Io, options: StartOptions): Promise<Started>;
  /** Calls a command into a running box. */
  exec(call: ExecCall, io: Io): Exec;

  /** Boxes with all these labels (`undefined`: any value), running or not. One call. */
  find(labels: Readonly<Record<string, string | undefined>>): Promise<BoxInfo[]>;
  /** One box by name or id, or `undefined`. */
  inspect(box: string): Promise<BoxInfo | undefined>;
  /** Stops a box: its init gets SIGTERM, SIGKILL after `graceMs`. No error when it has ended. */
  stop(box: string, graceMs: number): Promise<void>;
  /** Makes all its processes stand still. Absent where no box can be paused; throws `cannot-pause` with the reason where none can here. */
  pause?(box: string): Promise<void>;
  /** Lets them go on. No error when they do. */
  resume?(box: string): Promise<void>;
  /**
   * Changes the limits of a running box. Absent where none can be changed; throws `cannot-limit` for one that cannot on this host. What
   * {@link Capabilities.limits} does not have is not asked for.
   */
  limit?(box: string, limits: NewLimits): Promise<void>;
  /** Removes a box, with force. No error when there is none. */
  remove(box: string): Promise<void>;
  /** Removes a tree of which parts belong to other users of boxes, where this runtime can act as them. */
  removeTreeAsBoxUser?(path: string): Promise<void>;
  /** Makes ours what belongs to other users of boxes at a path, and all below it where `below`. Follows no symlink at its end. */
  ownAsBoxUser?(path: string, below: boolean): Promise<void>;
  /**
   * The images it has, for containers in a box: folders of this host, and nothing of any container. Absent where it cannot share them.
   * Throws `no-shared-images` with the reason.
   */
  sharedImages?(): Promise<readonly SharedPlace[]>;
  /**
   * What counts a running box's use of this machine; `undefined` where it does not run. Absent of a runtime that cannot count at all.
   * Throws `no-usage` with the reason where it cannot on this host.
   */
  meter?(box: string): Promise<Meter | undefined>;
  /** For `diagnose`. */
  describe(): Promise<RuntimeDescription>;
}
