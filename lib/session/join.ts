/**
 * Joining a box that runs: another command in it, or its terminal.
 *
 * @module
 */

import { launchLock } from "../config/box_state.ts";
import { isSecretName, parseEnvFlags } from "../config/env.ts";
import { KanibakoError } from "../host/error.ts";
import { FileLock } from "../host/store.ts";
import { until } from "../host/wait.ts";
import { qualifiedName } from "../project/project.ts";
import { rigReference } from "../rig/reference.ts";
import { howEnded } from "../run/ended.ts";
import { finishWithoutRuntime, ownBox } from "../run/finish.ts";
import { type Replaced, replacedError, replacedNote, replacedSince } from "../run/mounted.ts";
import { readRun, type RunRecord, writeRun } from "../run/record.ts";
import { type Run, runFolder, runtimeOf } from "../run/run.ts";
import { sharingAgent } from "../run/login_places.ts";
import { whyStopped } from "../run/stopped_on_purpose.ts";
import { ensureSupervisor, startSupervisor } from "../run/start_supervisor.ts";
import { LABEL_AGENT, LABEL_FOLDER, LABEL_LIFETIME, LABEL_PLACE, LABEL_RUN } from "../runtime/labels.ts";
import type { BoxInfo } from "../runtime/runtime.ts";
import { commandText } from "../spec/command_text.ts";
import { BOX_WORKSPACE } from "../spec/box_paths.ts";
import { info, warning } from "../spec/ui.ts";
import { attachTerminal } from "./attach.ts";
import { boxBusy, inForeground, inSession, orphanText } from "./box_in_use.ts";
import { execInBox } from "./exec.ts";
import type { Session } from "./gather.ts";
import type { HoldMode, Opened } from "./hold_mode.ts";
import { ownStreams } from "./own_streams.ts";
import { replacedText } from "./replaced_agent.ts";
import { standingAt } from "./standing.ts";
import { waitsText } from "./waits_text.ts";
import { type AgainstRunning, againstRunning, ignoredLine, refusal } from "./running_options.ts";

/** The exit code of what Ctrl-C has ended. */
const INTERRUPTED = 130;
/** A box whose command has ended is given this long to be gone. */
const ENDING = { everyMs: 150, forMs: 3000 };

/** Joins the recorded run. `undefined` when it does not go on any more. Throws `running` when the two do not go together. */
export async function join(session: Session, record: RunRecord, how: HoldMode): Promise<Opened | undefined> {
  return await withRun(session, record, async (run) => run && await joinRun(session, run, how));
}

/** Does something with a recorded run; `undefined` in place of it when its runtime is gone. */
export async function withRun<T>(
  { host, project }: Session,
  record: RunRecord,
  action: (run: Run | undefined) => Promise<T>,
): Promise<T> {
  const runtime = await runtimeOf(host, record);
  if (!runtime) return await action(undefined);
  await using mailbox = await runtime.openMailbox(runFolder(project.state, record.run));
  return await action({ host, box: project.id, state: project.state, record, runtime, mailbox });
}

async function joinRun(session: Session, run: Run, how: HoldMode): Promise<Opened | undefined> {
  const name = qualifiedName(session.project);
  if (run.record.paused) await (await import("./paused.ts")).assertNotPaused(run, name);
  try {
    return await joinGoing(session, run, how);
  } catch (error) {
    // By other means than ours: its engine says so.
    if (!(error instanceof KanibakoError) || error.code !== "paused") throw error;
    throw (await import("./paused.ts")).pausedError(name);
  }
}

async function joinGoing(session: Session, run: Run, how: HoldMode): Promise<Opened | undefined> {
  const { host, project, request } = session;
  const { record, runtime } = run;
  const name = qualifiedName(project);
  const started = (data: Record<string, string | number>) =>
    host.events({ kind: "joined", box: project.id, run: record.run, atMs: Date.now(), data });
  // One that was still being started has lost its holder before it began, and a script's box ends with its script.
  if ((how === "held" || record.phase === "starting") && await endsWithItsHolder(run)) return undefined;
  const isUp = async () => {
    const found = await ownBox(run);
    if (found?.paused) throw new KanibakoError("paused", "The box is paused.");
    // It is about to end, and whoever starts it waits for that.
    return found?.running === true && found.stopping === undefined;
  };
  const orphaned = record.lifetime === "ephemeral" && !await FileLock.isHeld(launchLock(run.state));
  if (how === "attached" && isCall(session)) {
    const against = await compare(session, record, true);
    const refused = refusal(name, against);
    // A box that is gone refuses nothing; one that is there does so before anything is called.
    if (refused) {
      if (await isUp()) throw refused;
      return undefined;
    }
    const { refused: elsewhere, noted } = replaced(session, record, true);
    if (elsewhere) {
      if (await isUp()) throw elsewhere;
      return undefined;
    }
    if (!await published(session, run, isUp)) return undefined;
    await allowGiven(session, run);
    noteReplacedMounts(session, name, noted);
    // One that was killed is back before a command goes in, which would have no way out of a filtered box without it.
    if (record.lifetime === "persistent" && record.has?.["box.network"] === "filtered") {
      await startSupervisor(host, project.id);
    }
    using _guest = await run.mailbox.enter();
    noteIgnored(session, name, against);
    if (request.terminal) noteReplaced(session, record, name);
    const code = request.prompt
      ? await (await import("./prompt_call.ts")).callAgent(session, run, request.prompt)
      : await execInBox({
        runtime,
        box: record.box,
        state: run.state,
        argv: request.entrypoint !== undefined
          ? [request.entrypoint, ...request.words]
          : request.words.length > 0
          ? request.words
          : ["/bin/bash"],
        env: parseEnvFlags(request.flags.env ?? []),
        at: standingAt(record.workspace ?? BOX_WORKSPACE, session),
        workdir: record.workspace,
        io: await ownStreams(session),
        waits: (calls) => info(host.ui, "hint", { text: waitsText(name, calls) }),
      });
    if (code === undefined) return undefined;
    if (orphaned) warning(host.ui, "hint", { text: orphanText(name) });
    await markRunning(run);
    started({ as: "command", command: commandText(request.words, isSecretName), code });
    if (record.lifetime === "persistent") await ensureSupervisor(host, project.id);
    return { kind: "ended", code };
  }
  // What follows is the exception or takes a while: one question more does not count.
  if (!await isUp()) return undefined;
  // Its command has ended, and it is about to: what is joined now would only be seen to end.
  const ending = await howEnded(run.state, record.run, run.mailbox) !== undefined;
  if (ending && await until(async () => !await isUp(), ENDING)) return undefined;
  if (how === "held") throw boxBusy(project);
  if (record.lifetime === "ephemeral") throw inForeground(name, orphaned);
  const against = await compare(session, record, false);
  if (session.lifetime === "ephemeral" && request.words.length === 0) throw inSession(name);
  const { refused: elsewhere, noted: others } = replaced(session, record, false);
  const refused = elsewhere ?? refusal(name, against);
  if (refused) throw refused;
  await allowGiven(session, run);
  await markRunning(run);
  await ensureSupervisor(host, project.id);
  await published(session, run, isUp);
  noteReplacedMounts(session, name, others);
  const noted = noteIgnored(session, name, against) || others.length > 0;
  noteReplaced(session, record, name);
  // The session is about to cover it.
  if (noted && how === "attached" && request.terminal) await host.ui.acknowledge();
  await delivered(session, run);
  started({ as: "session" });
  if (how === "detached" || !request.terminal) {
    info(host.ui, "box-runs", { name });
    return { kind: "running", left: false };
  }
  const outcome = await attached(session, run);
  if (outcome) noteFailed(session, outcome);
  return outcome;
}

/** Whether it is a command of its own that goes into a box that runs, rather than the box's session. */
function isCall({ request, lifetime }: Session): boolean {
  return (request.kind === "shell" || request.prompt !== undefined) && lifetime === "ephemeral";
}

/** What a call would meet. */
export interface Met {
  /** Why it would be refused. */
  readonly refusal: KanibakoError | undefined;
  /** What would be said of it, a sentence each. */
  readonly notes: readonly string[];
}

/** What a call would come to now, without making it; `undefined` when the box does not run. Asks no engine. */
export async function meets(session: Session): Promise<Met | undefined> {
  const record = await readRun(session.project.state);
  if (!record) return undefined;
  return await withRun(session, record, async (run) => {
    if (!await run?.mailbox.alive()) return undefined;
    const name = qualifiedName(session.project);
    const call = isCall(session);
    const against = await compare(session, record, call);
    const { refused: elsewhere, noted: others } = replaced(session, record, call);
    const foreground = !call && record.lifetime === "ephemeral" ? inForeground(name, false) : undefined;
    const mismatch = !call && session.lifetime === "ephemeral" ? inSession(name) : undefined;
    return {
      refusal: foreground ?? elsewhere ?? refusal(name, against) ?? mismatch,
      notes: [
        ...others.map((one) => replacedNote(name, one)),
        ...against.changed,
        ...[ignoredLine(name, against) ?? []].flat(),
      ],
    };
  });
}

/** What the call asks for that the box does not have. Without options nothing is looked up. */
async function compare(
  { host, request, settings }: Session,
  record: RunRecord,
  call: boolean,
): Promise<AgainstRunning> {
  const { image } = request.flags;
  const sameImage = image !== undefined && await rigReference(host, image) === record.image;
  return againstRunning(request, settings, record, { call, sameImage });
}

/** Says which options are passed over; whether there are any. */
function noteIgnored({ host }: Session, name: string, against: AgainstRunning): boolean {
  for (const text of against.changed) {
    warning(host.ui, "hint", { text: `${text} To apply it: kanibako stop ${name}` });
  }
  const ignored = ignoredLine(name, against);
  if (ignored !== undefined) warning(host.ui, "hint", { text: ignored });
  return ignored !== undefined;
}

/**
 * What of the box's mounts is no longer what is here. A folder of the box's own refuses whatever is asked; one that is shared refuses a
 * command, and not whoever goes back to a session, which has to be ended somehow. Single files are often replaced by who writes them.
 */
function replaced(
  { project }: Session,
  record: RunRecord,
  call: boolean,
): { readonly refused: KanibakoError | undefined; readonly noted: readonly Replaced[] } {
  const { path, home, vault } = project;
  const own = [path, home, ...vault ? [vault.readOnly, vault.readWrite] : []];
  const all = replacedSince(record);
  const decisive = all.find((one) => one.kind === "folder" && (call || own.includes(one.path)));
  return {
    refused: decisive && replacedError(qualifiedName(project), decisive),
    noted: decisive ? [] : all,
  };
}

/** Throws `replaced` for a running box whose own folders are not those that are here. Costs nothing where all of them are. */
export async function refuseElsewhere(session: Session): Promise<void> {
  const record = await readRun(session.project.state);
  const refused = record && replaced(session, record, false).refused;
  if (!refused) return;
  await withRun(session, record, async (run) => {
    if (run && (await ownBox(run))?.running) throw refused;
  });
}

function noteReplacedMounts({ host }: Session, name: string, noted: readonly Replaced[]): void {
  for (const one of noted) warning(host.ui, "hint", { text: replacedNote(name, one) });
}

/** Says that the box has another program of its agent than this machine has by now. */
function noteReplaced(session: Session, record: RunRecord, name: string): void {
  const text = replacedText(session, record);
  if (text === undefined) return;
  warning(session.host.ui, "hint", { text: `${text} To start with the new one: kanibako stop ${name}` });
}

/** Whether a box ends now because the process that held it has died: its lock is free, and so is the way soon. */
async function endsWithItsHolder(run: Run): Promise<boolean> {
  if (run.record.lifetime !== "ephemeral" || await FileLock.isHeld(launchLock(run.state))) return false;
  const gone = async () => (await ownBox(run))?.running !== true;
  return await until(gone, ENDING);
}

type Attached = Extract<Opened, { kind: "ended" | "running" }> & {
  readonly screen?: string;
  readonly stopped?: boolean;
};

/** Says that a session failed: its screen has gone with its terminal. Whoever pressed Ctrl-C knows. */
export function noteFailed({ host, project }: Session, outcome: Attached): void {
  if (outcome.kind !== "ended" || outcome.stopped || outcome.code === 0 || outcome.code === INTERRUPTED) {
    return;
  }
  info(host.ui, "session-failed", { name: qualifiedName(project), code: outcome.code });
}

/** Attaches, and says how it ended. `undefined` when the box does not run. */
export async function attached(session: Session, run: Run): Promise<Attached | undefined> {
  const { host, project } = session;
  const outcome = await attachTerminal(run, await ownStreams(session));
  if (outcome.kind === "not-running") return undefined;
  if (outcome.kind === "ended") {
    const { code, screen } = outcome;
    const why = await whyStopped(run.state, run.record.run);
    if (why) info(host.ui, "box-was-stopped", { name: qualifiedName(project), why });
    return { kind: "ended", code, screen, stopped: why !== undefined };
  }
  info(host.ui, "box-left", { name: qualifiedName(project) });
  return { kind: "running", left: true };
}

/** A box was found running that our records did not know, or not as running: it is recorded as what it says it is. */
export async function adopt(session: Session, made: RunRecord, found: BoxInfo): Promise<RunRecord> {
  const { labels } = found;
  // What we would have started is not what it has.
  const { has: _has, workspace: _workspace, mounted: _mounted, at: _at, ...others } = made;
  const place = labels[LABEL_PLACE];
  const mark = labels[LABEL_FOLDER];
  const record: RunRecord = {
    ...others,
    run: labels[LABEL_RUN] ?? made.run,
    box: found.name,
    image: found.image,
    lifetime: labels[LABEL_LIFETIME] === "ephemeral" ? "ephemeral" : "persistent",
    phase: "running",
    agent: labels[LABEL_AGENT] ?? "",
    conversation: false,
    ...(place && place !== BOX_WORKSPACE ? { workspace: place } : {}),
    ...(mark ? { mounted: { [session.project.path]: mark } } : {}),
  };
  await writeRun(session.project.state, record);
  return record;
}

/** Rules that come with a call are those of the run from then on. */
async function allowGiven({ request: { flags } }: Session, { state, record }: Run): Promise<void> {
  if (flags.allow === undefined) return;
  const [{ addRunRules }, { rulesGiven }] = await Promise.all([
    import("./network_files.ts"),
    import("./network.ts"),
  ]);
  await addRunRules(state, record.run, await rulesGiven(flags.allow));
}

async function markRunning({ state, record }: Run): Promise<void> {
  if (record.phase === "starting") await writeRun(state, { ...record, phase: "running" });
}

/** Forgets a run whose runtime is gone from this machine. Throws `running` when its box is still there. */
export async function forgetGone({ host, project, runtime }: Session, record: RunRecord): Promise<void> {
  const name = qualifiedName(project);
  await using mailbox = await runtime.openMailbox(runFolder(project.state, record.run));
  if (await mailbox.alive()) {
    throw new KanibakoError(
      "running",
      `The box ${name} is still running with ${record.runtime}, which cannot be found on this machine.`,
      { hint: `Stop it: kanibako stop ${name}` },
    );
  }
  warning(host.ui, "runtime-gone", { runtime: record.runtime, name });
  await finishWithoutRuntime({ host, box: project.id, state: project.state, record, mailbox });
}

/** Publishes the ports that options name. False when there are some, and the box does not run. */
async function published(session: Session, run: Run, isUp: () => Promise<boolean>): Promise<boolean> {
  const { host, project, request: { flags } } = session;
  if (!flags.ports) return true;
  if (!await isUp()) return false;
  const [{ urlOf }, { changePorts }] = await Promise.all([
    import("../config/port.ts"),
    import("../run/ports/change_ports.ts"),
  ]);
  const { state, record } = run;
  const box = { host, id: project.id, state, name: qualifiedName(project), record };
  const { changed } = await changePorts(box, { publish: flags.ports.map(String) });
  for (const port of changed) {
    info(host.ui, "hint", { text: `Port ${port.boxPort} of the box: ${urlOf(port)}` });
  }
  return true;
}

/** Hands in a login that is new, where there is an agent to have it. */
async function delivered({ host }: Session, run: Run): Promise<void> {
  if (sharingAgent(run.record) === "") return;
  const { deliverLogins } = await import("../run/deliver_logins.ts");
  try {
    await deliverLogins(run);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    warning(host.ui, "plan-warning", { text: `${error.message} The box gets no login.` });
  }
}
