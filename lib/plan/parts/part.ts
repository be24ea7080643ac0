/**
 * The parts of a plan: what they are given, and what they contribute. Each part is a pure function in a file of its own.
 *
 * @module
 */

import type { BoxVolume } from "../../config/devcontainer.ts";
import type { Settings } from "../../config/settings.ts";
import type { BoxIdentity } from "../../spec/identity.ts";
import type { AgentCommand, AgentInstall, Target, TargetMount } from "../../../targets/target.ts";
import type { TweakedCopy } from "../../crab/tweak/tweak.ts";
import type { ImageFacts } from "../../spec/image_facts.ts";
import type { BoxSecret } from "../../spec/box_secrets.ts";
import type { Source } from "../../spec/source.ts";
import type { Contribution, Gathered } from "./contribution.ts";
import type { Nested } from "../../project/nested/nested.ts";
import type { SshGrant } from "../../ssh/guarded_agent.ts";
import type { SharedResource } from "../shared_resources.ts";
import type {
  BindMount,
  BoxSpec,
  HandedFile,
  Mount,
  NetworkRule,
  Security,
  ServiceSpec,
  UserMapping,
} from "../../spec/box_spec.ts";

/** Everything that decides a plan, gathered beforehand. */
export interface PlanInput {
  /** Whose plan it is. */
  readonly box: BoxIdentity;
  /** The folder of its settings, to be hidden where it lies in the workspace. */
  readonly metadata?: string;
  /** Further folders that must not be seen in the workspace. */
  readonly hides?: readonly string[];
  /** Its container stays when it has ended. */
  readonly stays?: true;
  readonly settings: Settings;
  readonly image: string;
  /** What is known of the image; absent where it is one of ours, or nothing is. */
  readonly facts?: ImageFacts;
  readonly user: UserMapping;
  readonly security: Security;
  /** Whether the runtime counts the processes of each user of the box apart. */
  readonly countsEachUser: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly terminal: BoxSpec["terminal"];
  readonly lifetime: BoxSpec["lifetime"];
  /** What runs. */
  readonly work: Work;
  /** The agent that runs, or that a shell can call. */
  readonly agent?: AgentPart;
  /** Whether the box uses the host's login. */
  readonly sharedAuth?: boolean;
  /** Parts of the agent's configuration folder that boxes share. */
  readonly sharedResources: readonly SharedResource[];
  /** The conversations that the agent has held on the host in this project. */
  readonly conversations?: BindMount;
  /** Shares and caches. */
  readonly shared: { readonly shares: readonly BindMount[]; readonly caches: readonly BindMount[] };
  /** What a `devcontainer.json` wants mounted of the box's own; absent where the box has none. */
  readonly devContainer?: {
    readonly volumes: readonly BoxVolume[];
    /** Places of the box. */
    readonly inMemory: readonly string[];
    /** The folder of the volumes on the host. */
    readonly folder: string;
    readonly from: Source;
  };
  /** The folder for messages between boxes; absent where the box has none. */
  readonly comms?: Comms;
  /** What it has of helpers; absent where it may start none, and is none. */
  readonly helpers?: HelpersInput;
  /** Paths of the host that the box must not be able to write. */
  readonly protectedPaths: readonly string[];
  /** Mounts of this program. */
  readonly program: readonly BindMount[];
  /** Whether commands are going to be called into the box, as far as is known when it is started. */
  readonly called?: boolean;
  /** Where the workspace is in the box. */
  readonly place: string;
  /** Who said so, where that was no setting. */
  readonly placeFrom?: Source;
  /** The folder of the workspace, as the box has it, in which the command begins where the box shows it. Absent: the workspace. */
  readonly at?: string;
  /** The words that run this program in the box for as long as it lives, and their variables; absent where it cannot be. */
  readonly steward?: { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> };
  /** Folders of this host that are its images, by where they belong; absent where the box is shown none. */
  readonly images?: readonly { readonly source: string; readonly place: string }[];
  /** The image of the browser beside the box; absent where none stands there. */
  readonly browser?: string;
  /** What this run delivers, by path in the folder that is handed in. The files every run needs are added. */
  readonly handIn: ReadonlyMap<string, HandedFile>;
  /** Whether the box leaves something for the host. */
  readonly mailbox: boolean;
  /** Whether the workspace has a folder `vault` that the box must not see. */
  readonly hideVault: boolean;
  /** What of other projects lies in the folders that the box is shown, by the folder on the host. */
  readonly nested: ReadonlyMap<string, Nested>;
  /** Places of the workspace that the box sees as they are now, and cannot write. */
  readonly protection?: Protection;
  /** Git data outside of the project; absent where there is none, or the box gets nothing of it. */
  readonly git?: GitData;
  /** The rules of a filtered network; none where it is not filtered. */
  readonly networkRules: readonly NetworkRule[];
  /** What the box has for connections of a filtered network that are looked into; absent: none is. */
  readonly interception?: {
    readonly secrets: readonly BoxSecret[];
    /** The certificate of its authority, as PEM. */
    readonly authority: { readonly certificate: string };
  };
  /** What the box may use of the user's ssh agent; absent: nothing. */
  readonly ssh?: SshAccess;
  /** Variables that say what the box has of its user's surroundings. */
  readonly surroundings: Readonly<Record<string, string>>;
  /** The keys by which ssh knows hosts; absent: those of the rig. */
  readonly knownHosts?: string;
  /** The terminal's type on the host. */
  readonly term: string;
}

/** What a box may use of the user's ssh agent. */
export interface SshAccess {
  /** The agent's socket on the host. */
  readonly agent: string;
  readonly grants: readonly SshGrant[];
  /** Who set it. */
  readonly from: Source;
}

/** Messages between boxes. */
export interface Comms {
  /** Absolute path on the host. Boxes write there. */
  readonly folder: string;
  /** The name of this box's mailbox. */
  readonly mailbox: string;
  readonly from: Source;
}

/** What a box has of helpers. Folders are absolute paths on the host. */
export interface HelpersInput {
  /** The helpers that it may start: their folder, and its own number. */
  readonly own?: { readonly root: string; readonly number: number };
  /** It is a helper itself: the folder of its parent's helpers, and its number. */
  readonly self?: {
    readonly root: string;
    readonly number: number;
    /** The id of its director's box, with which it ends; absent: it stays. */
    readonly endsWith?: string;
  };
  /** It has the hub: what that has to know. */
  readonly hub?: ServiceSpec["options"];
}

/** What the box runs. */
export interface Work {
  /** `agent`: the agent; `shell`: an interactive shell; `command`: the user's own words. */
  readonly kind: "agent" | "shell" | "command";
  readonly argv: readonly string[];
  readonly from: Source;
}

/** The agent as far as a plan needs it. */
export interface AgentPart {
  /** The copy of its program that is to be made before the start; absent where it is there, or none is wanted. */
  readonly unmade?: TweakedCopy;
  /** What is to be said of it, one sentence each. */
  readonly warnings?: readonly string[];
  readonly target: Target;
  readonly install: AgentInstall;
  readonly mounts: readonly TargetMount[];
  readonly command: AgentCommand;
  /** Keys of the user's environment that it takes in place of a login, by their variables. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Its logins on the host, by the id of the file and its absolute path. */
  readonly logins?: readonly { readonly id: string; readonly path: string }[];
}

/** A protected place of the project, and the copy that the box sees there. */
interface ProtectedMount {
  /** Relative to the project. */
  readonly path: string;
  /** Absolute path on the host. */
  readonly source: string;
}

/** What is protected in a run's workspace. */
export interface Protection {
  readonly places: readonly ProtectedMount[];
  /** Who set it. */
  readonly from: Source;
}

/** Git data outside of a project, as its box gets it. */
export interface GitData {
  readonly repositories: readonly GitRepository[];
  /** Folders of objects, by where git looks for them. Only to be read. */
  readonly objects: readonly { readonly folder: string; readonly at: string }[];
  /** Worktrees of which the box is to see that they exist: without that its git would forget them. Absolute paths. */
  readonly worktrees: readonly string[];
  /**
   * Folders of the workspace that the box must not move or replace, relative to it, parents first: boxes of other worktrees may be shown
   * what is there.
   */
  readonly kept: readonly string[];
  /** Who set it. */
  readonly from: Source;
}

/** A repository's folder of git data. */
export interface GitRepository {
  /** Absolute path on the host. */
  readonly folder: string;
  /** Where git in the box looks for it. */
  readonly at: string;
  /** What in it can be written, relative to it; "" is all. */
  readonly writable: readonly string[];
  /** What in that cannot. */
  readonly kept: readonly string[];
  /** Its configuration, where the box needs another one. */
  readonly config?: string;
  /** What the box has in the repository's place; absent where that is the repository itself. */
  readonly front?: GitFront;
}

/**
 * A folder that stands in a repository's place and consists of links to it. Git deletes references under a lock in the repository's
 * own folder, in which nothing may be made.
 */
export interface GitFront {
  /** Absolute path on the host, to be made by the start. */
  readonly folder: string;
  /** The worktree's own record, relative to the repository. */
  readonly record: string;
}

/** A part of the plan. */
export interface Part {
  /** For messages about conflicts. */
  readonly name: string;
  /** Places in the box that only this part may mount at or below. Another part may own a place further down. */
  readonly owns?: readonly string[];
  /** Whether users choose its places: no mount of ours may lie in the folders they share. */
  readonly chosenByUser?: boolean;
  contribute(input: PlanInput): Contribution;
  /** Mounts that hand in what all parts have contributed. */
  handIn?(input: PlanInput, gathered: Gathered): readonly Mount[];
}

/** A mount of a host folder. */
export function bind(
  source: string,
  destination: string,
  from: Source,
  options: { readOnly?: boolean; relabel?: "private" | "shared" } = {},
): BindMount {
  return {
    type: "bind",
    source,
    destination,
    readOnly: options.readOnly ?? false,
    ...(options.relabel ? { relabel: options.relabel } : {}),
    from,
  };
}
