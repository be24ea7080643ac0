/**
 * The one way to open a box: joins the one that runs, or starts it. Everything that opens boxes comes through here, and what is
 * different is only who holds the run and where its streams go.
 *
 * @module
 */

import { failureRecord, launchLock } from "../config/box_state.ts";
import { Aborted, KanibakoError } from "../host/error.ts";
import { readSteps } from "../crab/steps.ts";
import { exists } from "../host/path.ts";
import { FileLock } from "../host/store.ts";
import { pause } from "../host/timer.ts";
import { changesMark, checkUnchanged } from "../project/change/check_unchanged.ts";
import { needsNothing } from "../project/needs_nothing.ts";
import { type Project, qualifiedName } from "../project/project.ts";
import { announceQuarantined } from "../run/protect.ts";
import { readRun, type RunRecord } from "../run/record.ts";
import { info, warning } from "../spec/ui.ts";
import { assertCanShow } from "./can_show.ts";
import { withoutLogin } from "./foreign.ts";
import { gather, type Session, type SessionRequest } from "./gather.ts";
import { askedForGit } from "./git_access.ts";
import type { HoldMode, Opened } from "./hold_mode.ts";
import { launch } from "./launch.ts";
import { withOwnLogin } from "./own_login.ts";
import { noteNetwork } from "./network_notes.ts";
import { reportAfter } from "./report.ts";

// The other call may be building the rig.
const STARTING_WAIT_MS = 15 * 60_000;
const STARTING_POLL_MS = 150;
const STARTING_NOTE_MS = 3000;
/** Who wants to hold a box does not wait for another process that does. */
const HELD_WAIT_MS = 1000;
/** How often a project is looked for again that was moved just then. */
const MAX_LOOKS = 3;
/** How often a box is joined again that does not let itself be joined, and runs. */
const MAX_JOINS = 3;

/** Opens a box. Throws `running` when it runs in a way that does not go with what was asked. */
export async function open(request: SessionRequest, how: HoldMode): Promise<Opened> {
  for (let again = 0;; again++) {
    try {
      return await openOnce(request, how);
    } catch (error) {
      // Between the look for the project and the start of its box it was moved: it is looked for again.
      if (!(error instanceof KanibakoError) || error.code !== "stale" || again === MAX_LOOKS) throw error;
    }
  }
}

async function openOnce(request: SessionRequest, how: HoldMode): Promise<Opened> {
  const mark = changesMark(request.host);
  let session: Session;
  try {
    session = await gather(request);
  } catch (error) {
    const rejoined = how === "attached" ? await rejoinWithoutAgent(request, error) : undefined;
    if (!rejoined) throw error;
    return rejoined;
  }
  if (how === "attached") assertCanShow(session);
  // What runs on the terminal is about to cover it.
  if (session.passedOver && request.terminal && how === "attached") await request.host.ui.acknowledge();
  if (session.devContainer && session.devContainer.state !== "used") {
    const { takeDevContainer } = await import("./take_devcontainer.ts");
    if (await takeDevContainer(session)) session = await gather(request);
  }
  await checkUnchanged(request.host, session.project, mark);
  const ready = await withProject(session, how);
  // Whom a script's calls are for has not seen it.
  if (how !== "held" && request.terminal) await noteNetwork(ready);
  const opened = await joinOrLaunch(ready, how, mark);
  if (opened !== "new-conversation" && opened.kind !== "held") {
    await announceQuarantined(ready.host, ready.project.state, qualifiedName(ready.project));
  }
  await reported(ready, opened);
  // Nothing to continue: once more through the same door, as a new conversation.
  return opened === "new-conversation" ? await open(asNewConversation(request), how) : opened;
}

/** What was left is reported when the session has ended, and when its user has left it. */
async function reported(session: Session, opened: Opened | "new-conversation"): Promise<void> {
  if (opened === "new-conversation" || opened.kind === "held") return;
  if (opened.kind === "running" && !opened.left) return;
  // A command that was called into a box ends no session. A script may call many; whoever sits there is shown what there is.
  const isCall = session.request.terminal === undefined && await readRun(session.project.state) !== undefined;
  if (isCall) return;
  await reportAfter(session);
  await noteNetwork(session);
}

function asNewConversation(request: SessionRequest): SessionRequest {
  info(request.host.ui, "new-conversation", {});
  return { ...request, flags: { ...request.flags, startMode: "new" } };
}

/**
 * Joins the run that goes on, or launches. Nobody waits for a lock: who does not get it looks whether there is something to join
 * meanwhile. The lock is held by who starts the box, and all through a run that a process holds.
 */
async function joinOrLaunch(
  session: Session,
  how: HoldMode,
  mark: string,
): Promise<Opened | "new-conversation"> {
  const { host, project } = session;
  const { state } = project;
  let joins = 0;
  for (let waitedMs = 0; waitedMs < STARTING_WAIT_MS; waitedMs += STARTING_POLL_MS) {
    const record = await readRun(state);
    const busy = record?.phase === "starting" && await FileLock.isHeld(launchLock(state));
    const opened = record && !busy ? await joined(session, record, how) : undefined;
    if (opened) return opened;
    const lock = await FileLock.tryAcquire(launchLock(state));
    if (lock) {
      const now = await readRun(state);
      if (now?.run !== record?.run) {
        lock[Symbol.dispose]();
        continue;
      }
      const launched = await launchLocked(session, how, mark, now, lock);
      if (launched !== "runs") return launched;
      if (++joins === MAX_JOINS) throw notJoined(project);
    }
    if (how === "held" && !busy && waitedMs > HELD_WAIT_MS) {
      const { boxBusy } = await import("./box_in_use.ts");
      throw boxBusy(project);
    }
    if (waitedMs === STARTING_NOTE_MS) info(host.ui, "box-starting", { name: qualifiedName(project) });
    await pause(STARTING_POLL_MS);
  }
  throw new KanibakoError(
    "busy",
    `Another call is starting the box ${qualifiedName(project)}, and it did not start in time.`,
    { hint: [`Stop it: kanibako stop ${qualifiedName(project)}`, "Then try again."] },
  );
}

/** Joins a recorded run. What it takes is not loaded for a box that does not run. */
async function joined(session: Session, record: RunRecord, how: HoldMode): Promise<Opened | undefined> {
  const { join } = await import("./join.ts");
  return await join(session, record, how);
}

/**
 * Launches with the lock in hand, which is let go of whatever happens: by the launch when others may come in, else here. `runs`:
 * the stale run is none.
 */
async function launchLocked(
  session: Session,
  how: HoldMode,
  mark: string,
  stale: RunRecord | undefined,
  lock: FileLock,
): Promise<Opened | "new-conversation" | "runs"> {
  let kept = false;
  try {
    await checkUnchanged(session.host, session.project, mark);
    if (stale && !await clearStale(session, stale)) return "runs";
    const opened = await launched(session, how, () => lock[Symbol.dispose]());
    kept = opened !== "new-conversation" && opened.kind === "held";
    return opened;
  } finally {
    // What is held keeps the lock until it is closed.
    if (!kept) lock[Symbol.dispose]();
  }
}

/** Launches, and remembers why it failed, or that it did not. */
async function launched(
  session: Session,
  how: HoldMode,
  release: () => void,
): Promise<Opened | "new-conversation"> {
  const { state } = session.project;
  try {
    const opened = await launch(session, how, release);
    removeIfThere(failureRecord(state));
    return opened;
  } catch (error) {
    if (error instanceof Aborted) throw error;
    const { noteFailure } = await import("../run/last_failure.ts");
    throw await noteFailure(state, error);
  }
}

function removeIfThere(path: string): void {
  if (exists(path)) Deno.removeSync(path);
}

/**
 * A session that runs can be gone back to when its agent is not found: it has been uninstalled, or this login's `PATH` does
 * not lead to it. `undefined` when that is not what was asked for, or there is none.
 */
async function rejoinWithoutAgent(request: SessionRequest, error: unknown): Promise<Opened | undefined> {
  const missing = error instanceof KanibakoError && ["no-agent", "agent-missing"].includes(error.code);
  if (!missing || request.flags.persistence === "ephemeral" || request.prompt) return undefined;
  const session = await gather({
    ...request,
    kind: "shell",
    flags: { ...request.flags, persistence: "persistent" },
  });
  const record = await readRun(session.project.state);
  const opened = record?.lifetime === "persistent" ? await joined(session, record, "attached") : undefined;
  if (opened) await reported(session, opened);
  return opened;
}

/** The same session, its project made or made whole. */
async function withProject(session: Session, how: HoldMode): Promise<Session> {
  const { request, host } = session;
  if (request.standIn) return session;
  if (!session.project.exists && request.project !== undefined) {
    const { assertNoBoxLink } = await import("../plan/box_links.ts");
    await assertNoBoxLink(host, request.project, request.cwd);
  }
  if (!session.project.exists) {
    const { assertNotOwnWorkspace } = await import("../project/in_box.ts");
    assertNotOwnWorkspace(session.project.path);
    const { getFirstRig } = await import("./first_rig.ts");
    await getFirstRig(session, how);
  }
  const whole = needsNothing(session.project);
  // Nothing is made in a folder that is not the one that the running box has.
  if (!whole && session.project.exists) {
    const { refuseElsewhere } = await import("./join.ts");
    await refuseElsewhere(session);
  }
  const { project, created } = whole
    ? { project: session.project, created: false }
    : await madeWhole(session);
  if (created) info(host.ui, "box-created", { path: project.path, name: qualifiedName(project) });
  const { settings } = await askedForGit({ ...session, project });
  if (created) {
    const { firstWords } = await import("../project/first_words.ts");
    const { repository, warnings, hints } = await firstWords(
      host,
      project,
      settings.gitAccess.value,
      settings.workspacePath.value === "host",
    );
    if (repository.length > 0) warning(host.ui, "repository-lacks", { lines: repository });
    for (const text of warnings) warning(host.ui, "hint", { text });
    const { ownHints } = await import("./own_hints.ts");
    for (const text of await ownHints({ ...session, project })) warning(host.ui, "hint", { text });
    const { accountHints } = await import("./account_hints.ts");
    for (const text of await accountHints(session, project.path)) info(host.ui, "hint", { text });
    for (const text of hints) info(host.ui, "hint", { text });
  }
  // Somebody else may have made it just then.
  if (!created && request.distinctAuth) withOwnLogin(project);
  return {
    ...session,
    settings,
    project: session.foreign ? withoutLogin(project) : project,
    // A home that was lost has been made again, and has had nothing.
    steps: whole ? session.steps : await readSteps(project.state),
  };
}

async function madeWhole(
  { host, project, request }: Session,
): Promise<{ project: Project; created: boolean }> {
  const { ensureProject } = await import("../project/create.ts");
  return await ensureProject(host, project, {
    checkReach: async (path) => {
      const { assertOutOfReach } = await import("../run/reach.ts");
      await assertOutOfReach(host, path, project.id);
    },
    ...(request.distinctAuth ? { distinctAuth: true } : {}),
    ...(request.flags.image === undefined ? {} : { image: request.flags.image }),
  });
}

/**
 * The recorded run does not go on: the machine was restarted, or its process was killed. False when its box runs all the same: what
 * was said of it may have been the box's own words, and what runs is not removed.
 */
async function clearStale(session: Session, record: RunRecord): Promise<boolean> {
  const [{ forgetGone, withRun }, { finishRun }] = await Promise.all([
    import("./join.ts"),
    import("../run/finish.ts"),
  ]);
  return await withRun(session, record, async (run) => {
    if (!run) {
      await forgetGone(session, record);
      return true;
    }
    const name = qualifiedName(session.project);
    const { finishStopping, noteKilled } = await import("./stopping.ts");
    if (!await finishRun(run)) return await finishStopping(run, name);
    await noteKilled(run, name);
    return true;
  });
}

function notJoined(project: Project): KanibakoError {
  const name = qualifiedName(project);
  return new KanibakoError("running", `The box ${name} is running, but nothing can be run in it.`, {
    hint: `Stop it: kanibako stop ${name}`,
  });
}
