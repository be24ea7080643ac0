/**
 * Launches a box: makes the plan, hands in what the box needs, runs it, and sees to what follows.
 *
 * @module
 */

import { fromPart } from "../spec/source.ts";
import { KanibakoError } from "../host/error.ts";
import { qualifiedName } from "../project/project.ts";
import { note, warn, writeError } from "../host/ui/terminal.ts";
import { openCrabFile } from "../crab/file.ts";
import { getRig } from "./get_rig.ts";
import { attachTerminal, tellDetached, tellRunning } from "./attach.ts";
import { makeMissing } from "../plan/shared_folders.ts";
import { type BoxDelivery, boxDelivery } from "./delivery.ts";
import { type EngineResult, runAttached, runDetached } from "../runtime/cli/engine_run.ts";
import { checkFreshnessSoon, tellFreshness } from "./freshness.ts";
import { planInput, type Session } from "./gather.ts";
import { join } from "./join.ts";
import { LABEL_AGENT, LABEL_LIFETIME, LABEL_RUN } from "../runtime/labels.ts";
import { planBox } from "../plan/plan.ts";
import { makeRunFolders, newRunId, removeIn, type RunFolders, runFolders } from "../run/folders.ts";
import { type RunOutcome, runPlan } from "../runtime/cli/run_image.ts";
import { clearRun, type RunRecord, writeRun } from "../run/record.ts";
import type { BoxSpec } from "../spec/box_spec.ts";
import { snapshotBefore } from "./snapshot.ts";
import { makeSharedResources } from "../plan/shared_resources.ts";
import { makeStubs } from "./mount_points.ts";
import { ensureSupervisor } from "../run/supervisor.ts";
import { StartWitness } from "../run/start_signal.ts";
import { sweepRuns } from "../run/sweep.ts";
import { writeAccounts } from "../plan/user.ts";
import { recordConversation, takeOut } from "../run/collect.ts";

/** A session that ended sooner than this may have failed to begin. */
const EARLY_END_MS = 20_000;

/**
 * Launches. Returns the exit code of what ran; 0 when the user left a persistent box. `release` lets others start or join: it
 * is called as soon as a persistent box runs.
 */
export async function launch(session: Session, release: () => void): Promise<number> {
  const { project } = session;
  if (session.agent && !session.agent.crab) {
    await openCrabFile(session.host.system.paths, session.agent.target);
  }
  const folders = runFolders(project.state, newRunId());
  const delivery = await boxDelivery(session, warn);
  const takesOut = session.agent !== undefined || delivery !== undefined || session.lifetime === "persistent";
  const input = await planInput(session, folders, takesOut);
  const plan = planBox(input);
  await tellFreshness(session.host, plan.image);
  const record: RunRecord = {
    run: folders.run,
    container: plan.name,
    engine: session.engine.name,
    image: plan.image,
    lifetime: plan.lifetime,
    agent: session.agent?.target.name ?? "",
    sharedAuth: project.sharedAuth,
    conversation: session.agent !== undefined && session.request.words.length === 0,
    startedAt: Date.now(),
  };
  for (const warning of input.warnings) warn(warning);
  await snapshotBefore(session);
  await makeSharedResources(input.sharedResources, plan.user);
  await makeMissing(input.missing, plan.user);
  await writeAccounts(plan.user, session.host.dirs.state);
  await makeStubs(session, plan);
  await makeRunFolders(folders, plan, delivery?.write, plan.lifetime === "ephemeral");
  return plan.lifetime === "ephemeral"
    ? await foreground(session, plan, folders, record, delivery)
    : await background(session, plan, folders, record, release);
}

async function foreground(
  session: Session,
  plan: BoxSpec,
  folders: RunFolders,
  record: RunRecord,
  delivery: BoxDelivery | undefined,
): Promise<number> {
  const { host, project: { state } } = session;
  await writeRun(state, record);
  try {
    // podman without root is two processes, of which the outer one makes any signal a SIGTERM and loses the exit code.
    const pass = session.engine.name === "podman" && session.engine.rootless
      ? (signal: string) => session.engine.signal(plan.name, signal.slice("SIG".length))
      : undefined;
    await using witness = await StartWitness.open(folders.alive);
    const outcome = await run(
      session,
      plan,
      (command) =>
        runAttached(command, {
          ofBox: () => witness.started(),
          begun: () => witness.hasStarted,
          ...(pass ? { pass } : {}),
        }),
    );
    if (outcome.kind === "running") return await joinFound(session, outcome, record);
    const { code } = outcome;
    if (record.agent !== "" || delivery) {
      // The exit code is the command's, whatever it left.
      await takeOut(host, state, record).catch((error: unknown) =>
        warn(`Not taken from the box: ${error instanceof Error ? error.message : error}`)
      );
    }
    await recordConversation(state, record, code);
    if (code !== 0 && record.conversation && session.settings.startMode.value !== "new") {
      note(`If there was no conversation to continue: kanibako start -N ${qualifiedName(session.project)}`);
    }
    return code;
  } finally {
    await clearRun(state, record.run);
    await removeIn(folders);
    // What the box may have written waits for the next time when there is nothing in it.
    if (record.agent !== "" || delivery) await sweepRuns(state, undefined);
    else await Deno.remove(folders.root, { recursive: true }).catch(() => {});
    await checkFreshnessSoon(host, session.engine, record.image);
  }
}

async function background(
  session: Session,
  plan: BoxSpec,
  folders: RunFolders,
  record: RunRecord,
  release: () => void,
): Promise<number> {
  const { project, engine } = session;
  let outcome: RunOutcome;
  try {
    outcome = await run(session, plan, runDetached);
  } catch (error) {
    await removeIn(folders);
    throw error;
  }
  if (outcome.kind === "running") {
    await removeIn(folders);
    return await joinFound(session, outcome, record);
  }
  await writeRun(project.state, record);
  await ensureSupervisor(project.state, project.id);
  release();
  if (!session.interactive) {
    tellRunning(qualifiedName(project));
    return 0;
  }
  const ended = await attachTerminal({
    engine,
    container: plan.name,
    state: project.state,
    run: folders.run,
  });
  if (ended.kind === "detached") {
    tellDetached(qualifiedName(project));
    return 0;
  }
  const { code, screen } = ended.kind === "ended" ? ended : { code: 1, screen: "" };
  if (code === 0 || Date.now() - record.startedAt > EARLY_END_MS) return code;
  return await endedEarly(session, code, screen, folders);
}

/** A session that ended at once, with a failure: shows what it said, and tries once as a new conversation where that helps. */
async function endedEarly(
  session: Session,
  code: number,
  screen: string,
  folders: RunFolders,
): Promise<number> {
  const { agent, settings, project } = session;
  const said = screen.trim();
  if (said) writeError(said.split("\n").slice(-50).join("\n") + "\n");
  if (agent && settings.startMode.value === "continue" && agent.target.shouldRetryNew(said)) {
    note("There is no conversation to continue: starting a new one.");
    const again: Session = {
      ...session,
      settings: {
        ...settings,
        startMode: { value: "new", level: "flag", from: fromPart("there was no conversation") },
      },
    };
    await supervisorDone(project.state, folders.run);
    return await launch(again, () => {});
  }
  if (!said) {
    throw new KanibakoError("ended-early", `The box ended at once, with exit code ${code}.`, {
      hint: [
        "See what is wrong: kanibako system diagnose",
        `Look inside: kanibako shell ${qualifiedName(project)}`,
      ],
      exitCode: code || 1,
    });
  }
  return code;
}

/** Waits, within reason, until a run's supervisor has cleaned up. */
async function supervisorDone(state: string, run: string): Promise<void> {
  const { readRun } = await import("../run/record.ts");
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 50) {
    if ((await readRun(state))?.run !== run) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function run(
  session: Session,
  plan: BoxSpec,
  execute: (command: ReturnType<Session["engine"]["runCommand"]>) => Promise<EngineResult>,
): Promise<RunOutcome> {
  const { engine, host } = session;
  return runPlan(plan, {
    engine,
    dirs: host.dirs,
    execute: (spec) => execute(engine.runCommand(spec)),
    prepareRig: () => getRig(host, engine, session.settings.image.value),
  });
}

/** A container of this box was found running that our records did not know: it is joined like any other. */
async function joinFound(
  session: Session,
  found: Extract<RunOutcome, { kind: "running" }>,
  made: RunRecord,
): Promise<number> {
  const labels = found.container.labels;
  const record: RunRecord = {
    ...made,
    run: labels[LABEL_RUN] ?? made.run,
    container: found.container.name,
    image: found.container.image,
    lifetime: labels[LABEL_LIFETIME] === "ephemeral" ? "ephemeral" : "persistent",
    agent: labels[LABEL_AGENT] ?? "",
    conversation: false,
  };
  await writeRun(session.project.state, record);
  const code = await join(session, record);
  if (code !== undefined) return code;
  throw new KanibakoError("engine", `The box ${qualifiedName(session.project)} ended just now.`, {
    hint: "Try again.",
  });
}
