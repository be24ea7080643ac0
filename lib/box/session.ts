/**
 * Opens a box: joins the one that runs, or launches a new one; ends with the exit code of what ran.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { FileLock } from "../host/store.ts";
import { note, warn } from "../host/terminal.ts";
import { ensureProject } from "../project/create.ts";
import { orphanHint } from "../project/list.ts";
import { finishRun } from "./finish.ts";
import { gather, type Session, type SessionRequest, warnings } from "./gather.ts";
import { join } from "./join.ts";
import { launch } from "./launch.ts";
import { clearRun, launchLock, readRun } from "./run_record.ts";
import { chooseEngine } from "../engine/choose.ts";

const STARTING_WAIT_MS = 15_000;
const STARTING_POLL_MS = 150;

/** Opens a box as asked, on our own terminal or streams. Returns the exit code. */
export async function openSession(request: SessionRequest): Promise<number> {
  let session = await gather(request);
  for (const warning of warnings(session)) warn(warning);
  session = await withProject(session);
  const { state } = session.project;
  // Free: nobody is starting this box or holds it in the foreground.
  using lock = await FileLock.tryAcquire(launchLock(state));
  if (!lock) return await joinBusy(session);
  const record = await readRun(state);
  if (record) {
    const code = await join(session, record);
    if (code !== undefined) return code;
    await clearStale(session);
  }
  return await launch(session, () => lock[Symbol.dispose]());
}

/** The same session, its project made or made whole. */
export async function withProject(session: Session): Promise<Session> {
  const { request, host } = session;
  const { project, created } = await ensureProject(host, session.project, {
    ...(request.distinctAuth ? { distinctAuth: true } : {}),
    ...(request.flags.image === undefined ? {} : { image: request.flags.image }),
  });
  if (created) {
    note(`New box for ${project.path}: ${project.name}`);
    const hint = await orphanHint(host);
    if (hint) note(hint);
  }
  return { ...session, project };
}

/** Somebody else starts this box, or holds it in the foreground: join as soon as it runs. */
async function joinBusy(session: Session): Promise<number> {
  const { state, name } = session.project;
  for (let waitedMs = 0; waitedMs < STARTING_WAIT_MS; waitedMs += STARTING_POLL_MS) {
    const record = await readRun(state);
    const code = record && await join(session, record);
    if (code !== undefined) return code;
    // It may have ended meanwhile; then this call launches.
    using lock = await FileLock.tryAcquire(launchLock(state));
    if (lock) return await launch(session, () => lock[Symbol.dispose]());
    await new Promise((resolve) => setTimeout(resolve, STARTING_POLL_MS));
  }
  throw new KanibakoError("busy", `The box ${name} is being started by another call and does not come up.`, {
    hint: [`Stop it: kanibako stop ${name}`, "Then try again."],
  });
}

/** The recorded run does not go on: the machine was restarted, or its supervisor was killed. */
async function clearStale(session: Session): Promise<void> {
  const { host, project: { state } } = session;
  const record = await readRun(state);
  if (!record) return;
  if (record.lifetime === "persistent") {
    await finishRun(host, await chooseEngine(host.dirs, record.engine), state, record);
  } else {
    await clearRun(state, record.run);
  }
}
