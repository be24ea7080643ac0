/**
 * What a box gets, as one plain value. Engines translate it; nothing else decides what a box gets.
 *
 * @module
 */

import type { Source } from "./source.ts";

/** A folder or file of the host, shown in the box. */
export interface BindMount {
  /** What kind of mount this is. */
  readonly type: "bind";
  /** Absolute path on the host. */
  readonly source: string;
  /** Absolute path in the box. */
  readonly destination: string;
  /** Whether the box can only read it. */
  readonly readOnly: boolean;
  /**
   * SELinux label: for this box alone, as only what was made for its run may have, or shared with other boxes. Only honoured
   * where SELinux is on, and not for the user's own home.
   */
  readonly relabel?: "private" | "shared";
  /** Where this part of the plan came from. */
  readonly from: Source;
}

/** An empty file system in memory. */
export interface TmpfsMount {
  /** What kind of mount this is. */
  readonly type: "tmpfs";
  /** Absolute path in the box. */
  readonly destination: string;
  /** Whether the box can only read it. */
  readonly readOnly: boolean;
  /** Most bytes it may hold. */
  readonly sizeBytes?: number;
  /** Permission bits, such as 0o700. */
  readonly mode?: number;
  /** Whether no program runs from it. */
  readonly noExec?: true;
  /** Where this part of the plan came from. */
  readonly from: Source;
}

/** A file whose content is handed in. */
export interface HandedFile {
  /** The content itself. */
  readonly content: string | Uint8Array;
  /** Permission bits, such as 0o600. */
  readonly mode: number;
}

/** A folder of files whose content is handed in, read-only in the box. */
export interface FilesMount {
  /** What kind of mount this is. */
  readonly type: "files";
  /** Absolute path in the box. */
  readonly destination: string;
  /** Always: the host alone writes here. */
  readonly readOnly: true;
  /** Content by path, relative to the destination. One file of the path "" is the destination itself. */
  readonly files: ReadonlyMap<string, HandedFile>;
  /** Where this part of the plan came from. */
  readonly from: Source;
}

/** The flat folder in which the box leaves single files for the host. */
export interface MailboxMount {
  /** What kind of mount this is. */
  readonly type: "mailbox";
  /** Absolute path in the box. */
  readonly destination: string;
  /** Never: it is the box's to write. */
  readonly readOnly: false;
  /** Where this part of the plan came from. */
  readonly from: Source;
}

/** Anything that appears in the box's file tree. */
export type Mount = BindMount | TmpfsMount | FilesMount | MailboxMount;

/** An environment variable. */
export interface EnvEntry {
  /** The value itself. */
  readonly value: string;
  /** Never shown in a plan, a log or a process list. */
  readonly secret: boolean;
  /** `file`: handed in through the run's read-only folder, so that no process list and no engine shows the value. */
  readonly via?: "file";
  /** In the value, `${containerEnv:NAME}` stands for what the box has under that name before this one is set. Only by file. */
  readonly expands?: true;
  /** Where this part of the plan came from. */
  readonly from: Source;
}

/** How users of the box map to users of the host. */
export type UserMapping =
  /** The host's user becomes `uid` inside, through a user namespace. */
  | { readonly kind: "keep-id"; readonly uid: number; readonly gid: number }
  /** The box runs as this user of the host; there is no user namespace. */
  | { readonly kind: "owner"; readonly uid: number; readonly gid: number };

/** A rule of a filtered network, in its one form. */
export interface NetworkRule {
  /** `host`, `*.domain:ports`, each with a `!` to refuse. Presets are spelled out. */
  readonly text: string;
  /** The preset it belongs to, if it is from one. */
  readonly preset?: string;
  /** Where this part of the plan came from. */
  readonly from: Source;
}

/** The network of a box. A kind may bring fields of its own. */
export type Network =
  /** Nothing but the box itself. */
  | { readonly kind: "none"; readonly from: Source }
  /** Nothing but what the door lets out by its rules. The engine gives no network at all. */
  | { readonly kind: "filtered"; readonly rules: readonly NetworkRule[]; readonly from: Source }
  /** Whatever this host can reach, the host's own loopback aside. */
  | { readonly kind: "open"; readonly from: Source };

/** A port of this machine that leads to one of a box. */
export interface PortMapping {
  /** The address it is listened on: an IP address, or `localhost` for the loopback of both address families. */
  readonly host: string;
  /** The port of this machine. */
  readonly port: number;
  /** The port of the box. */
  readonly boxPort: number;
}

/** A port that a box is started with. */
export interface PublishedPort extends PortMapping {
  /** Where this part of the plan came from. */
  readonly from: Source;
}

/** What a box may use of the machine. Absent means the engine's default. */
export interface Limits {
  /** Most memory, in bytes. */
  readonly memoryBytes?: number;
  /** Processors, such as 1.5. */
  readonly cpus?: number;
  /** Most processes and threads. */
  readonly pids: number;
  /** Where this part of the plan came from. */
  readonly from: Source;
}

/** The names of the security profiles; what each sets is in `profiles.ts`. */
export type SecurityName =
  | "permissive"
  | "standard"
  | "moderate"
  | "strict"
  | "restrictive"
  | "paranoid"
  | "nested"
  | "minimal";

/** What the box's processes are kept from. */
export interface Security {
  /** The profile it comes from. */
  readonly profile: SecurityName;
  /** Capabilities left in the bounding set, without `CAP_`. The agent's process holds none of them. */
  readonly boundingSet: readonly string[];
  /** Whether no process can gain privileges by running a program. */
  readonly noNewPrivileges: boolean;
  /**
   * Which system calls are left: `engine`: what the runtime leaves by default; `narrowed`: less than that where it would let
   * processes make namespaces and mount in them; `no-setuid`, `no-setid`: nor may they make setuid programs, or setgid ones
   * either.
   */
  readonly seccomp: "engine" | "narrowed" | "no-setuid" | "no-setid";
  /** Whether the rig's own files cannot be changed. */
  readonly readOnlyRoot: boolean;
  /** Where this part of the plan came from. */
  readonly from: Source;
}

/** A service that the host runs for as long as the box. Its name says which one. */
export interface ServiceSpec {
  /** Names the service; one of a name in a plan. */
  readonly name: string;
  /** What it has to know. Plain data, and never a secret. */
  readonly options: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** A process that is started in the box before its command, and ends with the box. */
export interface InsideProcess {
  /** For messages and its log in the box; one of a name in a plan. Letters, digits and `-`. */
  readonly name: string;
  /** The program and its arguments, handed over word by word. */
  readonly argv: readonly string[];
  /** Its own variables; it gets none of the command's. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the command begins only once this process has said that it is ready. */
  readonly awaited?: boolean;
}

/** The whole plan of one container. Plain data: it can be compared, printed and sent elsewhere. */
export interface BoxSpec {
  /** The container's name. */
  readonly name: string;
  /** The rig's image reference. */
  readonly image: string;
  /** Replaces the image's entrypoint. Always given. */
  readonly entrypoint: string;
  /** The entrypoint's arguments. */
  readonly args: readonly string[];
  /** The working directory in the box, absolute. */
  readonly workdir: string;
  /** Who the box's user is. */
  readonly user: UserMapping;
  /** What appears in its file tree, parents first. */
  readonly mounts: readonly Mount[];
  /** Its variables by name. */
  readonly env: Readonly<Record<string, EnvEntry>>;
  /** What it may reach. */
  readonly network: Network;
  /** The name of the running container whose network it shares, loopback included; it has none of its own then. */
  readonly beside?: string;
  /** The ports of this machine that lead to it from its first moment. */
  readonly ports: readonly PublishedPort[];
  /** What it may use of the machine. */
  readonly limits: Limits;
  /** What it is kept from. */
  readonly security: Security;
  /** What the host runs beside it. */
  readonly services: readonly ServiceSpec[];
  /** Labels of the container; finding and stopping go by them. */
  readonly labels: Readonly<Record<string, string>>;
  /** The container's host name. */
  readonly hostname: string;
  /** `tty`: on the user's terminal; `pipe`: standard streams without a terminal; `none`: detached. */
  readonly terminal: "tty" | "pipe" | "none";
  /** `ephemeral`: removed when its command ends; `persistent`: stays until removed. */
  readonly lifetime: "ephemeral" | "persistent";
  /** Its container is not removed when its command ends, but by whoever started it. */
  readonly stays?: true;
}
