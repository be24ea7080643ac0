/**
 * Every note there is, by its code, with the values it carries. The words are in `lib/commands/notes.ts`.
 *
 * @module
 */

/** One thing that a session left. */
export interface ReportLine {
  /** Relative to the project; of several, their folder. */
  readonly path: string;
  /** `executable`: nothing but that it can be executed now. */
  readonly change: "new" | "changed" | "removed" | "executable";
  /** What it does, and when: "runs when you push". */
  readonly effect: string;
  /** What in it changed, where only some of it counts. */
  readonly keys: readonly string[];
  /** Where it leads, when it is a symlink. */
  readonly target?: string;
  /** How many there are, when they are several. */
  readonly count?: number;
}

/** The values of each note. */
export interface Notes {
  /** An image could not be pulled, and a rig stands in for it. */
  readonly "run-stand-in": { readonly image: string; readonly rig: string; readonly why: string };
  /** A command works in an empty folder, as the one in which the user stands is none for a box. `why`: a sentence. */
  readonly "run-no-folder": { readonly why: string };
  /** A command is run in a box that an earlier one has left. */
  readonly "run-reuses": { readonly name: string };
  /** A file or folder was moved from where older versions kept it. */
  readonly "moved": { readonly from: string; readonly to: string };
  /** One of several failed; the others go on. */
  readonly "failed": { readonly error: unknown };
  /** A bare name means the project of the workset around, not the one of the same name outside. */
  readonly "name-in-workset": { readonly name: string; readonly full: string };
  /** A project's `devcontainer.json` asks for an environment that nobody has approved on this machine. `lines`: one for each thing. */
  readonly "devcontainer-asks": {
    readonly file: string;
    readonly changed: boolean;
    readonly lines: readonly string[];
  };
  /** The session that was looked at ended with an error of its own. */
  readonly "session-failed": { readonly name: string; readonly code: number };
  /** The session that was looked at was ended by a call from elsewhere. */
  readonly "box-was-stopped": { readonly name: string; readonly why: "asked" | "idle" | "duration" };
  /** A shell begins in which a rig is made by hand, of `from`. */
  readonly "rig-work": { readonly name: string; readonly from: string; readonly terminal: boolean };
  /** The box is going to be stopped, as it is idle or its time is up. */
  readonly "stops-soon": { readonly why: "idle" | "duration"; readonly inMs: number };
  /** A name means the registered project in `path`, though the standalone ones in `others` have that name, too. */
  readonly "name-of-several": {
    readonly name: string;
    readonly path: string;
    readonly others: readonly string[];
  };
  /** A setting or an option was accepted and does nothing. `why`: a clause. */
  readonly "no-effect": { readonly name: string; readonly why: string };
  /** An engine with boxes of ours does not answer: nothing is known of these. */
  readonly "engine-silent": { readonly engine: string; readonly message: string };
  /** There is no engine on this machine: whether boxes run is not known. */
  readonly "no-engine": Record<string, never>;
  /** A box is being stopped. */
  readonly "box-stopping": { readonly name: string };
  /** A box was stopped. */
  readonly "box-stopped": { readonly name: string };
  /** Shares and seeds of older data that were not taken over without approval; a line each. */
  readonly "shares-left": { readonly lines: readonly string[] };
  /** Something that is no file was left out of a copy. */
  readonly "not-copied": { readonly path: string; readonly kind: string };
  /** The host's login could not be taken out of a home whose box does not share it any more. */
  readonly "login-stays": { readonly name: string; readonly message: string };
  /**
   * A standalone project asks for settings nobody has approved on this machine, or other ones than were approved. `lines`: one for each,
   * secrets masked.
   */
  readonly "settings-unapproved": {
    readonly name: string;
    readonly file: string;
    readonly changed: boolean;
    readonly lines: readonly string[];
  };
  /** A project brings an agent along that nobody has approved on this machine. `another`: there is one of that name, which is used. */
  readonly "agent-unapproved": {
    readonly agent: string;
    readonly file: string;
    readonly path: string;
    readonly another: boolean;
  };
  /** What a file of the project asks for in a run, and nobody has approved as it is; one line for each. */
  readonly "run-asks": {
    readonly file: string;
    readonly changed: boolean;
    readonly lines: readonly string[];
  };
  /** The same, where nobody could be asked. `config`: the file as it is named by an option. */
  readonly "run-asks-left-out": {
    readonly file: string;
    readonly config: string;
    readonly lines: readonly string[];
  };
  /** What such an agent asks for, or an approved one that has changed; one line for each. */
  readonly "agent-asks": {
    readonly agent: string;
    readonly file: string;
    readonly changed: boolean;
    readonly lines: readonly string[];
  };
  /** A workset is about to be taken up: its projects, and what the settings of it and them ask for. */
  readonly "workset-found": {
    readonly name: string;
    readonly root: string;
    readonly members: readonly { readonly name: string; readonly path: string }[];
    /** `of`: `workset`, or a project's name. */
    readonly asked: readonly { readonly of: string; readonly lines: readonly string[] }[];
  };

  // Archives.
  /** The next of several archives. `path`: the project's folder. */
  readonly "archive-next": { readonly name: string; readonly path: string | undefined };
  /** Something about an archive that its plan warns of, as a sentence. */
  readonly "archive-warning": { readonly sentence: string };
  /** An archive that is not used, as there is a newer one of the same project. */
  readonly "archive-older": { readonly file: string };

  // The vault.
  /** The snapshot was not taken here: nothing in it is to be believed. `old`: as earlier versions made them. */
  readonly "snapshot-foreign": { readonly name: string; readonly old: boolean };
  /** The record of a snapshot cannot be read just now. */
  readonly "snapshot-unreadable": { readonly name: string };
  /** Something among the snapshots is none, or a damaged one. */
  readonly "snapshot-damaged": { readonly name: string };
  /** A snapshot got no checksums. */
  readonly "snapshot-unsealed": { readonly message: string };
  /** A snapshot was removed, but its room is taken while somebody reads the vault. */
  readonly "vault-read": Record<never, never>;
  /** What an exported file may hold. `home`: the home is in it. */
  readonly "export-private": { readonly home: boolean };
  /** Files that could not be read are not in an exported file. */
  readonly "export-unreadable": { readonly count: number };
  /** Another call is at work on this vault, and this one waits for it. */
  readonly "vault-busy": Record<never, never>;
  /** The key that marks snapshots cannot be read or made. */
  readonly "vault-key-unusable": { readonly file: string; readonly reason: string };
  /** What is of no more use could not be removed. `more`: failures beside the first. */
  readonly "leftovers-stay": { readonly message: string; readonly more: number };
  /** A restore was interrupted, and something else has taken the place of what it had set aside. */
  readonly "restore-interrupted": { readonly place: string };

  // Sessions.
  /** A project was made for a folder. */
  readonly "box-created": { readonly path: string; readonly name: string };
  /** What a box lacks of its project's repository, one sentence each. */
  readonly "repository-lacks": { readonly lines: readonly string[] };
  /** Something worth knowing that is no failure. */
  readonly "hint": { readonly text: string };
  /** Another process is starting this box. */
  readonly "box-starting": { readonly name: string };
  /** The box runs, and no terminal is connected to it. */
  readonly "box-runs": { readonly name: string };
  /** The user left; the box keeps running. */
  readonly "box-left": { readonly name: string };
  /** The agent had nothing to continue, and is started with a new conversation. */
  readonly "new-conversation": Record<never, never>;
  /** The agent failed, perhaps because there was nothing to continue. */
  readonly "try-new-conversation": { readonly name: string };
  /** Something that was asked for and cannot be had here. */
  readonly "plan-warning": { readonly text: string };
  /** The engine has not started a box yet, after a time in which it usually has. */
  readonly "start-slow": { readonly engine: string };
  /** The machine has no login of an agent any more, and the box still has the one it was given. */
  readonly "logged-out": { readonly agent: string; readonly guarded: boolean };
  /** What the box left could not be taken. */
  readonly "not-collected": { readonly reason: string };
  /** A name that no rule is about waits for the user's answer. Port 0: only the name was asked for. */
  readonly "network-asks": { readonly host: string; readonly port: number };
  /** Names were refused by a filtered network, as no rule is about them and nobody answered. */
  readonly "network-unanswered": {
    readonly name: string;
    readonly hosts: readonly string[];
    /** How many there are beside these. */
    readonly more: number;
  };
  /** Limits of a filtered network made something wait or refused it: names below `network.limit`, or `names`. */
  readonly "network-limits": { readonly name: string; readonly limits: readonly string[] };
  /**
   * What a session left that the user's machine will run. `late`: it has ended some time ago, and nobody was there. `full`: all of it is
   * to be shown. Folders in `bounds` have more in them than was looked at.
   */
  readonly "report": {
    readonly name: string;
    readonly findings: readonly ReportLine[];
    readonly bounds: readonly string[];
    readonly sinceMs: number;
    readonly since: "start" | "shown";
    readonly late: boolean;
    readonly full: boolean;
  };
  /** The project could not be looked at before a session: there will be no report of it. */
  readonly "no-report": { readonly reason: string };
  /** What was made at protected places of the project was moved to the quarantine of the box. Paths are relative to the project. */
  readonly "quarantined": {
    readonly name: string;
    /** `what`: what it was there, such as "git hook". */
    readonly items: readonly { readonly path: string; readonly reason: string; readonly what: string }[];
  };
  /** Something at a protected place could not be moved to the quarantine, or put back. `path`: `.` where it is the project. */
  readonly "not-quarantined": { readonly path: string; readonly reason: string };
  /** The last of what a session showed that ended at once. */
  readonly "last-screen": { readonly text: string };
  /** The runtime of the latest run is not on this machine any more. */
  readonly "runtime-gone": { readonly runtime: string; readonly name: string };
  /** Logging out ends the box. */
  readonly "ends-at-logout": { readonly user: string };
  /** A snapshot of the vault was taken. */
  readonly "snapshot-taken": { readonly name: string };
  /** Some files could not be read, and are not in the snapshot. */
  readonly "snapshot-incomplete": { readonly unreadable: number; readonly name: string };
  /** No snapshot could be taken; the box starts. */
  readonly "snapshot-failed": {
    readonly name: string;
    readonly reason: string;
    readonly hints: readonly string[];
  };
}
