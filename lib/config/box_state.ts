/**
 * Where the state of a box lies on this machine: the one place that knows these paths. No box can write them.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";

/** The state folder of a box: `<state>/boxes/<id>`. */
export function boxState(dirs: Pick<Dirs, "state">, id: string): string {
  return `${dirs.state}/boxes/${id}`;
}

/** The lock held while a box is being started, and all through a foreground run. */
export function launchLock(state: string): string {
  return `${state}/launch.lock`;
}

/** The lock a box's supervisor holds while it lives. */
export function supervisorLock(state: string): string {
  return `${state}/supervisor.lock`;
}

/** What a box's supervisor wrote when something went wrong. */
export function supervisorLog(state: string): string {
  return `${state}/supervisor.log`;
}

/** The folder of a box's runs, one folder for each. */
export function runsFolder(state: string): string {
  return `${state}/runs`;
}

/** The record of the run that is, or was last thought to be, going on. */
export function runRecord(state: string): string {
  return `${state}/run.json`;
}

/** Held for the moment in which the record of the run is changed. */
export function runRecordLock(state: string): string {
  return `${state}/run.lock`;
}

/** The socket through which processes of this host call commands into the box. */
export function callSocket(state: string): string {
  return `${state}/calls`;
}

/** The socket through which the process behind the box connects with itself. */
export function ownSocket(state: string): string {
  return `${state}/own`;
}

/** The socket through which processes of this host publish ports of the box and take them back. */
export function portSocket(state: string): string {
  return `${state}/ports`;
}

/** Which ports of the box are published, as whoever listens for them keeps it. */
export function portRecord(state: string): string {
  return `${state}/ports.json`;
}

/** How the last persistent run ended. */
export function exitRecord(state: string): string {
  return `${state}/exit.json`;
}

/** Which run was last stopped from outside its session. */
export function stoppedRun(state: string): string {
  return `${state}/stopped`;
}

/** Why the last start of the box failed; absent when it did not. */
export function failureRecord(state: string): string {
  return `${state}/failed.json`;
}

/** Which services of the box have failed lately. */
export function serviceRecord(state: string): string {
  return `${state}/services.json`;
}

/** Why a login of the box could not be given to the host. */
export function loginTrouble(state: string): string {
  return `${state}/login.json`;
}

/** Held while what is kept for reports is changed. */
export function reportLock(state: string): string {
  return `${state}/report.lock`;
}

/** What is kept for reports of what sessions left. */
export function reportFolder(state: string): string {
  return `${state}/report`;
}

/** What the door of a box's filtered network lets out: rules and what belongs to them, as the settings say now. */
export function networkFile(state: string): string {
  return `${state}/network.json`;
}

/** Rules that end with the run: from options of its start, and approvals given once. */
export function networkRunFile(state: string): string {
  return `${state}/network-run.json`;
}

/** Held while one of the two files of rules is changed. */
export function networkLock(state: string): string {
  return `${state}/network.lock`;
}

/** What happened at the door: a line of JSON for each event. */
export function networkLog(state: string): string {
  return `${state}/network.log`;
}

/** Which names wait for an answer of the user, or were refused for want of one. */
export function networkPending(state: string): string {
  return `${state}/network-pending.json`;
}

/** Locked, shared, by each process that has a terminal of a person connected to the box. */
export function attendedLock(state: string): string {
  return `${state}/attended.lock`;
}

/** Locked, shared, by each process that has a shell open beside the session of the box. */
export function besideLock(state: string): string {
  return `${state}/beside.lock`;
}

/** Until when names that were refused for want of an answer have been shown to the user. */
export function networkShown(state: string): string {
  return `${state}/network-shown.json`;
}

/** The folder of what is protected, of all runs. */
export function protectFolder(state: string): string {
  return `${state}/protect`;
}

/** The key of the placeholders that stand in the box in the place of secrets. */
export function secretKey(state: string): string {
  return `${state}/secret-key.json`;
}

/** The authority whose certificates the box trusts for connections that its door opens. */
export function boxAuthority(state: string): string {
  return `${state}/authority.json`;
}

/** The folder of the volumes that a `devcontainer.json` asks for. */
export function volumesFolder(state: string): string {
  return `${state}/volumes`;
}

/** What is known of the helpers of a box, as its hub keeps it. */
export function helpersRecord(state: string): string {
  return `${state}/helpers.json`;
}

/** Held by whoever may change that: a hub, as long as it is there. */
export function helpersLock(state: string): string {
  return `${state}/helpers.lock`;
}

/** The socket through which processes of this host ask the hub of a box. */
export function helpersSocket(state: string): string {
  return `${state}/helpers`;
}
