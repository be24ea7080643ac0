/**
 * A command called into a session that runs, without anything that only a start needs: no setting is read and no engine is looked
 * for. What asks for more than that goes the usual way.
 *
 * @module
 */

import { callSocket, protectFolder } from "../config/box_state.ts";
import { isSecretName, parseEnvFlags } from "../config/env.ts";
import { areAsNoted } from "../config/stamps.ts";
import type { Host } from "../config/system.ts";
import { isThere } from "../host/store.ts";
import { connectTo } from "../host/unix_socket.ts";
import { locateProject } from "../project/locate.ts";
import { qualifiedName } from "../project/project.ts";
import { callThrough } from "../run/call_in.ts";
import { replacedSince } from "../run/mounted.ts";
import { readRun, type RunRecord } from "../run/record.ts";
import { commandText } from "../spec/command_text.ts";
import { BOX_WORKSPACE } from "../spec/box_paths.ts";
import { info, type Note } from "../spec/ui.ts";
import { Caller } from "../wire/caller.ts";
import { catchSignals, MOST_SIGNALS } from "./signals.ts";
import { standingAt } from "./standing.ts";
import { waitsText } from "./waits_text.ts";

/** What is called, on this process's own streams and without a terminal. */
export interface QuickCall {
  readonly host: Host;
  readonly cwd: string;
  /** A folder or a project's name; `cwd` when absent. */
  readonly project: string | undefined;
  readonly words: readonly string[];
  /** Variables, as options give them. */
  readonly env: readonly string[];
}

/** Makes the call; its exit code. `undefined`: nothing was called, and the usual way is to be gone. */
export async function quickCall(asked: QuickCall): Promise<number | undefined> {
  const { host, cwd, words } = asked;
  // What is to be said of where the project is, the usual way says as well.
  const notes: Note[] = [];
  const ui = Object.create(host.ui, { note: { value: (note: Note) => void notes.push(note) } });
  const project = await locateProject({ ...host, ui }, asked.project, cwd);
  const record = await readRun(project.state);
  // Others have guests to announce, or are only starting; and what was taken away after a run is said at the next call.
  if (
    record?.lifetime !== "persistent" || record.phase !== "running" || record.paused ||
    isThere(protectFolder(project.state)) ||
    // What was configured since is named at each call.
    !record.configured || !areAsNoted(record.configured) ||
    // What the box has is another folder by now: that is refused or said.
    replacedSince(record).length > 0
  ) {
    return undefined;
  }
  const env = parseEnvFlags(asked.env);
  const conn = await connectTo(callSocket(project.state));
  const waits = (calls: number) => info(host.ui, "hint", { text: waitsText(qualifiedName(project), calls) });
  const caller = conn && await Caller.greet(conn, waits);
  if (!caller) return undefined;
  for (const note of notes) host.ui.note(note);
  await using signals = catchSignals(false, MOST_SIGNALS);
  const at = standingAt(record.workspace ?? BOX_WORKSPACE, { request: { cwd }, project });
  const call = {
    box: record.box,
    kind: "command",
    argv: words,
    env,
    ...(at === undefined ? {} : { at }),
    ...(record.workspace === undefined ? {} : { workdir: record.workspace }),
  } as const;
  const exec = callThrough(caller, call, { kind: "inherit" }, () => isRunning(host, record));
  signals.passTo(exec);
  const outcome = await exec.outcome;
  if (outcome.kind === "not-running") return undefined;
  host.events({
    kind: "joined",
    box: project.id,
    run: record.run,
    atMs: Date.now(),
    data: { as: "command", command: commandText(words, isSecretName), code: outcome.code },
  });
  return outcome.code;
}

/** Asked only when a connection was lost. */
async function isRunning(host: Host, record: RunRecord): Promise<boolean> {
  const { runtimeOf } = await import("../run/run.ts");
  return (await (await runtimeOf(host, record))?.inspect(record.box))?.running === true;
}
