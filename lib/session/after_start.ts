/**
 * What follows when a box has been started, for each way of holding it: in the foreground, held by a script, or left alone. Apart
 * from the launch so that it is loaded while the engine works.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { sha256 } from "../host/sha256.ts";
import { version } from "../host/version.ts";
import { isSecretName } from "../config/env.ts";
import { planData } from "../plan/masked.ts";
import { settlesWithin } from "../host/wait.ts";
import { qualifiedName } from "../project/project.ts";
import { collect, recordConversation } from "../run/collect.ts";
import { forgetRun, isOwn, lookAtEnd, notCollected, ownBox } from "../run/finish.ts";
import type { HostedRun } from "../run/hosted.ts";
import { writeRun } from "../run/record.ts";
import type { Run } from "../run/run.ts";
import { ensureSupervisor } from "../run/start_supervisor.ts";
import { whyStopped } from "../run/stopped_on_purpose.ts";
import { noteRuntime } from "../run/used_runtimes.ts";
import type { BoxInfo, Exit, Started } from "../runtime/runtime.ts";
import type { BoxSpec } from "../spec/box_spec.ts";
import { commandText } from "../spec/command_text.ts";
import { info } from "../spec/ui.ts";
import { checkFreshnessSoon } from "./freshness.ts";
import type { Session } from "./gather.ts";
import type { HoldMode, Opened } from "./hold_mode.ts";
import { boxBusy } from "./box_in_use.ts";
import { adopt, attached, join, noteFailed } from "./join.ts";
import { lastLines } from "./last_screen.ts";
import { endedAtOnce } from "./lived.ts";
import { noteLogout } from "./logout.ts";
import type { Prepared } from "./prepare.ts";
import type { Signals } from "./signals.ts";

/** A session that ended sooner than this may have failed to begin. */
const EARLY_END_MS = 20_000;
/** One that ended sooner than this, start of the engine included, was gone before anybody could read what it showed. */
const AT_ONCE_MS = 5000;
/** A box that is let go of has this long to end, and is then stopped. */
const LETTING_GO_MS = 3000;
const STOPPING_MS = 10_000;

/** Says that a box runs, and remembers where. */
export async function launched({ host, box, record, runtime }: Run, plan: BoxSpec): Promise<void> {
  const { runtime: on, image, lifetime, agent, has = {} } = record;
  const atMs = Date.now();
  // Without secrets, so that it can be compared with what --plan --json says.
  const planHash = await sha256(JSON.stringify(planData(plan)));
  const command = commandText([plan.entrypoint, ...plan.args], isSecretName);
  const settings = JSON.stringify(has);
  host.events({
    kind: "launched",
    box,
    run: record.run,
    atMs,
    data: { runtime: on, image, lifetime, agent, version, command, plan: planHash, settings },
  });
  // Listings would not ask it without this, but the box runs.
  await noteRuntime(host, runtime).catch((error: unknown) => debug(() => `not noted: ${error}`));
}

/** Whether a box that was found goes on without whoever started it, and is this run's. */
export function runsAlone(run: Run, box: BoxInfo): boolean {
  return run.record.lifetime === "persistent" && box.running && isOwn(run, box);
}

/** The box of a start that failed, where it runs alone all the same. Any other is removed: nobody else would take it away. */
export async function foundAfterFailure(run: Run): Promise<BoxInfo | undefined> {
  const found = await ownBox(run).catch(() => undefined);
  if (!found || runsAlone(run, found)) return found;
  await run.runtime.remove(found.id).catch(() => {});
  return undefined;
}

type Begun = Extract<Started, { kind: "begun" }>;

/** A run that this process hosts. */
interface Hosting {
  readonly started: Begun;
  readonly hosted: HostedRun;
  readonly signals?: Signals | undefined;
}

/** Hosts the run in this process until its command ends. */
export async function inForeground(
  prepared: Prepared,
  run: Run,
  { started, hosted, signals }: Hosting,
): Promise<Opened> {
  const { session } = prepared;
  let exit: Exit | undefined;
  await using _end = { [Symbol.asyncDispose]: () => endRun(prepared, run, exit) };
  signals?.passTo(started);
  const { request: { prompt, standIn }, agent } = session;
  if (standIn?.role === "scratch") standIn.begun?.(started);
  if (prompt) {
    (await import("./prompt.ts")).promptBegun(prompt, agent!, {
      signal: (signal) => started.signal(signal),
      variable: (name) => prepared.plan.env[name]?.value,
    });
  }
  await writeRun(run.state, { ...run.record, phase: "running" });
  const { code } = exit = await started.exit;
  await hosted[Symbol.asyncDispose]();
  await takeOut(prepared, run);
  await recordConversation(run.state, run.record, code);
  ended(run, code);
  const why = isBySignal(code) ? await whyStopped(run.state, run.record.run) : undefined;
  if (why) info(session.host.ui, "box-was-stopped", { name: qualifiedName(session.project), why });
  const mayLackOne = run.record.conversation && !session.request.prompt;
  if (code !== 0 && !isBySignal(code) && mayLackOne && session.settings.startMode.value !== "new") {
    info(session.host.ui, "try-new-conversation", { name: qualifiedName(session.project) });
  }
  return { kind: "ended", code };
}

/** Hosts the run in this process until it lets go, or the box ends. */
export function hold(
  prepared: Prepared,
  run: Run,
  { started, hosted }: Hosting,
  release: () => void,
): ReturnType<HoldResult> {
  const recorded = writeRun(run.state, { ...run.record, phase: "running" });
  recorded.catch(() => {});
  let closed: Promise<void> | undefined;
  const close = async () => {
    try {
      const exit = await letGo(run, started);
      const { code } = exit;
      await using _end = { [Symbol.asyncDispose]: () => endRun(prepared, run, exit) };
      await recorded.catch(() => {});
      await hosted[Symbol.asyncDispose]();
      await takeOut(prepared, run);
      await lookAtEnd(run);
      ended(run, code);
    } finally {
      release();
    }
  };
  return {
    run,
    plan: prepared.plan,
    ended: started.exit.then(() => {}),
    close: () => closed ??= close(),
  };
}

/** Ends a held box. Whoever has joined it, and whatever else keeps it, has a moment. */
async function letGo(run: Run, started: Begun): Promise<Exit> {
  started.release();
  if (!await settlesWithin(started.exit, LETTING_GO_MS)) await stopOwn(run);
  const exit = await started.exit;
  // Its client was killed: the box may have outlived it.
  if (exit.code >= CLIENT_FAILURE && await run.mailbox.alive()) await stopOwn(run);
  return exit;
}

async function stopOwn(run: Run): Promise<void> {
  const found = await ownBox(run);
  if (found) await run.runtime.stop(found.id, STOPPING_MS);
}
type HoldResult = () => Extract<Opened, { kind: "held" }>["held"];

/** What the box left is taken where something was handed in or an agent ran. The exit code is the command's, whatever it left. */
async function takeOut({ delivery }: Prepared, run: Run): Promise<void> {
  if (run.record.agent === "" && !delivery) return;
  await collect(run).catch((error: unknown) => notCollected(run.host, error));
}

function ended({ host, box, record }: Run, code: number): void {
  host.events({ kind: "ended", box, run: record.run, atMs: Date.now(), data: { code } });
}

/** From this code on it may have been the client that failed, and not the command. */
const CLIENT_FAILURE = 125;

/** The end of a run that this process hosted. */
async function endRun({ session }: Prepared, run: Run, exit: Exit | undefined): Promise<void> {
  await forgetRun(run, exit === undefined || exit.code >= CLIENT_FAILURE);
  await run.mailbox[Symbol.asyncDispose]();
  await checkFreshnessSoon(session.host, run.runtime.kind, run.record.image);
}

/** Leaves the run to its supervisor, and attaches where there is a terminal. */
export async function inBackground(
  session: Session,
  run: Run,
  how: HoldMode,
  release: () => void,
): Promise<Opened | "new-conversation"> {
  const { host, project, request } = session;
  await using _mailbox = run.mailbox;
  await writeRun(run.state, { ...run.record, phase: "running" });
  await noteLogout(host);
  const supervised = async () => {
    try {
      await ensureSupervisor(host, run.box);
    } finally {
      release();
    }
  };
  if (how !== "attached" || !request.terminal) {
    await supervised();
    const ended = await endedAtOnce(run);
    const why = ended && await whyStopped(run.state, run.record.run);
    if (ended && why) {
      info(host.ui, "box-was-stopped", { name: qualifiedName(project), why });
      return { kind: "ended", code: ended.code };
    }
    if (ended) return endedEarly(session, ended.code, lastLines(ended.screen), true);
    info(host.ui, "box-runs", { name: qualifiedName(project) });
    return { kind: "running", left: false };
  }
  // The engine first: it takes longer to show the session than the supervisor to be there.
  const attaching = attached(session, run);
  const supervising = supervised();
  supervising.catch(() => {}); // it is waited for below
  const outcome = await attaching ?? { kind: "ended", code: 1, screen: "" };
  // Not before: an error would be printed over the session, and leave its client without us.
  await supervising;
  if (outcome.kind === "running") return outcome;
  const { code, screen = "", stopped = false } = outcome;
  if (stopped) return { kind: "ended", code };
  const livedMs = Date.now() - run.record.startedAt;
  if (livedMs > (code === 0 ? AT_ONCE_MS : EARLY_END_MS)) {
    noteFailed(session, outcome);
    return { kind: "ended", code };
  }
  return endedEarly(session, code, lastLines(screen), livedMs <= AT_ONCE_MS);
}

/**
 * A session that ended early: shows what it said, as its terminal is gone, and after a failure tries once as a new conversation where
 * that helps. Throws `ended-early` where it failed at once, or without a word.
 */
function endedEarly(
  session: Session,
  code: number,
  screen: string,
  atOnce: boolean,
): Opened | "new-conversation" {
  const { host, agent, settings, project } = session;
  if (screen) info(host.ui, "last-screen", { text: screen });
  if (code === 0) return { kind: "ended", code };
  if (agent && settings.startMode.value === "continue" && agent.target.shouldRetryNew(screen)) {
    return "new-conversation";
  }
  if (screen && !atOnce) return { kind: "ended", code };
  throw new KanibakoError("ended-early", `The box ended at once, with exit code ${code}.`, {
    hint: [
      "To find the cause: kanibako system diagnose",
      `Look inside: kanibako shell ${qualifiedName(project)}`,
    ],
    exitCode: code || 1,
  });
}

/** A box of this name was found running that our records did not know: it is joined like any other. */
export async function joinFound(
  session: Session,
  prepared: Prepared,
  { box }: Extract<Started, { kind: "taken" }>,
  how: HoldMode,
): Promise<Opened> {
  if (how === "held") throw boxBusy(session.project);
  const opened = await join(session, await adopt(session, prepared.record, box), how);
  if (opened) return opened;
  throw new KanibakoError("engine", `The box ${qualifiedName(session.project)} ended just now.`, {
    hint: "Try again.",
  });
}

/** Whether a signal ended the command, as a shell has it: that was somebody's wish, and says nothing of conversations. */
function isBySignal(code: number): boolean {
  return code > 128 && code <= 128 + 64;
}
