/**
 * Opens a box: joins the one that runs, or launches a new one; ends with the exit code of what ran.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { FileLock } from "../host/store.ts";
import { note, warn } from "../host/ui/terminal.ts";
import { ensureProject } from "../project/create.ts";
import { qualifiedName } from "../project/project.ts";
import { changesMark, checkUnchanged } from "../project/change/settled.ts";
import { orphanHint } from "../project/list.ts";
import { vaultHint } from "../project/vault_folders.ts";
import { finishRun } from "../run/finish.ts";
import { gather, type Session, type SessionRequest } from "./gather.ts";
import { join } from "./join.ts";
import { launch } from "./launch.ts";
import { launchLock } from "../config/box_state.ts";
import { clearRun, readRun, type RunRecord } from "../run/record.ts";
import { chooseEngine } from "../runtime/choose.ts";

// The other call may be building the rig.
const STARTING_WAIT_MS = 15 * 60_000;
const STARTING_POLL_MS = 150;
const STARTING_NOTE_MS = 3000;
/** How often a project is looked for again that was moved just then. */
const MAX_LOOKS = 3;

/** Opens a box as asked, on our own terminal or streams. Returns the exit code. */
export async function openSession(request: SessionRequest): Promise<number> {
  for (let again = 0;; again++) {
    try {
      return await openOnce(request);
    } catch (error) {
      // Between the look for the project and the start of its box it was moved: it is looked for again.
      if (!(error instanceof KanibakoError) || error.code !== "stale" || again === MAX_LOOKS) throw error;
    }
  }
}

async function openOnce(request: SessionRequest): Promise<number> {
  const mark = await changesMark(request.host);
  let session: Session;
  try {
    session = await gather(request);
  } catch (error) {
    const code = await rejoinWithoutAgent(request, error);
    if (code === undefined) throw error;
    return code;
  }
  await checkUnchanged(request.host, session.project, mark);
  return await joinOrLaunch(await withProject(session), mark);
}

/**
 * Joins the run that goes on, or launches. Nobody waits for a lock: who does not get it looks whether there is something to
 * join meanwhile. The lock is held by who starts the box, and all through a foreground run.
 */
async function joinOrLaunch(session: Session, mark: string): Promise<number> {
  const { state, name } = session.project;
  for (let waitedMs = 0; waitedMs < STARTING_WAIT_MS; waitedMs += STARTING_POLL_MS) {
    const record = await readRun(state);
    const code = record && await join(session, record);
    if (code !== undefined) return code;
    {
      using lock = await FileLock.tryAcquire(launchLock(state));
      const now = lock && await readRun(state);
      if (lock && now?.run === record?.run) {
        await checkUnchanged(session.host, session.project, mark);
        if (now) await clearStale(session, now);
        return await launch(session, () => lock[Symbol.dispose]());
      }
    }
    if (waitedMs === STARTING_NOTE_MS) note(`Waiting for another call that is starting the box ${name}.`);
    await new Promise((resolve) => setTimeout(resolve, STARTING_POLL_MS));
  }
  throw new KanibakoError("busy", `The box ${name} is being started by another call and does not come up.`, {
    hint: [`Stop it: kanibako stop ${name}`, "Then try again."],
  });
}

/**
 * A session that runs can be gone back to when its agent is not found: it has been uninstalled, or this login's `PATH` does
 * not lead to it. `undefined` when that is not what was asked for, or there is none.
 */
async function rejoinWithoutAgent(request: SessionRequest, error: unknown): Promise<number | undefined> {
  const missing = error instanceof KanibakoError && ["no-agent", "agent-missing"].includes(error.code);
  if (!missing || request.flags.persistence === "ephemeral") return undefined;
  const session = await gather({
    ...request,
    kind: "shell",
    flags: { ...request.flags, persistence: "persistent" },
  });
  const record = await readRun(session.project.state);
  return record?.lifetime === "persistent" ? await join(session, record) : undefined;
}

/** The same session, its project made or made whole. */
export async function withProject(session: Session): Promise<Session> {
  const { request, host } = session;
  const { project, created } = await ensureProject(host, session.project, {
    ...(request.distinctAuth ? { distinctAuth: true } : {}),
    ...(request.flags.image === undefined ? {} : { image: request.flags.image }),
  });
  if (created) {
    note(`New box for ${project.path}: ${qualifiedName(project)}`);
    const hidden = await vaultHint(project);
    if (hidden !== undefined) warn(hidden);
    const hint = await orphanHint(host);
    if (hint) note(hint);
  }
  return { ...session, project };
}

/** The recorded run does not go on: the machine was restarted, or its supervisor was killed. */
async function clearStale(session: Session, record: RunRecord): Promise<void> {
  const { host, project: { state } } = session;
  if (record.lifetime === "persistent") {
    await finishRun(host, await chooseEngine(host.dirs, record.engine), state, record);
  } else {
    await clearRun(state, record.run);
  }
}
