/**
 * Starts a box with the launch lock in hand: takes the steps and starts it. What fails before the box runs is taken back; a run that
 * is recorded or found alive is never touched.
 *
 * @module
 */

import { qualifiedName } from "../project/project.ts";
import { attend } from "../run/attended.ts";
import { HostedRun } from "../run/hosted.ts";
import { isBundled } from "../rig/reference.ts";
import { announceQuarantined, settleRuns } from "../run/protect.ts";
import type { Run } from "../run/run.ts";
import { servicesOf } from "../run/service_table.ts";
import type { Io } from "../runtime/io.ts";
import { isInteractive, type Session } from "./gather.ts";
import type { HoldMode, Opened } from "./hold_mode.ts";
import { STEPS } from "./launch_steps.ts";
import { ownStreams } from "./own_streams.ts";
import { prepare, type Prepared, runOf, TakenSteps } from "./prepare.ts";
import { resumeLook } from "./report.ts";
import { catchSignals } from "./signals.ts";
import type { ScratchOutput } from "./stand_in.ts";
import { startWithRig } from "./start_with_rig.ts";

/**
 * Launches. `release` lets others start or join; it is called as soon as a box runs on its own. `new-conversation`: the agent found
 * nothing to continue, and is to be started again that way.
 */
export async function launch(
  asked: Session,
  how: HoldMode,
  release: () => void,
): Promise<Opened | "new-conversation"> {
  const { host, project, runtime } = asked;
  // Of a run that was killed: what it left must not be taken for what was there.
  await settleRuns({ host, box: project.id, state: project.state, runtime });
  await announceQuarantined(host, project.state, qualifiedName(project));
  const fit = isBundled(asked.settings.image.value)
    ? asked
    : await (await import("./fit.ts")).fitted(asked, how);
  const session = fit.devContainer?.use?.ports.length
    ? await (await import("./free_ports.ts")).withFreePorts(fit)
    : fit;
  const prepared = await prepare(session);
  const { standIn } = session.request;
  if (standIn?.role === "scratch") standIn.prepared?.(runtime, prepared.plan.image);
  await using steps = new TakenSteps();
  await steps.take(prepared, STEPS);
  const run = runOf(prepared, steps.made);
  if (standIn?.role === "helper") await standIn.ready?.(run);
  const persistent = prepared.plan.lifetime === "persistent";
  const services = servicesOf(run.record);
  if (persistent && services.some(({ first }) => first)) {
    const { startSupervisor } = await import("../run/start_supervisor.ts");
    await startSupervisor(session.host, run.box);
  }
  // A command may ask for names before there is anything to attach to.
  using _attended = how === "attached" && isInteractive(session) ? attend(project.state) : undefined;
  // This process hosts what does not run alone. Its services are at work before the box's first byte.
  await using hosting = new AsyncDisposableStack();
  const hosted = persistent ? undefined : hosting.use(await HostedRun.open(run, services));
  // From here on, as a command may begin before we hear of it. What runs alone or is held does not get our signals.
  const isOthers = standIn?.role === "scratch" && standIn.passesNoSignals === true;
  const heeds = how === "attached" && !persistent && session.request.prompt?.signals !== false && !isOthers;
  await using signals = heeds ? catchSignals(isInteractive(session)) : undefined;
  const starting = startOrFind(prepared, run, await streams(prepared, how, persistent));
  starting.catch(() => {}); // it is waited for below
  // The engine takes its time, in which what is needed from now on is loaded, and what was seen of the project is kept.
  const { hold, inBackground, inForeground, joinFound, launched } = await import("./after_start.ts");
  await steps.made.keepLook?.();
  const started = await starting;
  if (started.kind === "taken") {
    // Our own run has not begun: its steps are taken back, and the box that is there is joined.
    await hosting.disposeAsync();
    await steps[Symbol.asyncDispose]();
    await resumeLook(session, prepared.record.run).catch(() => {}); // only a report rests on it
    return await joinFound(session, prepared, started, how);
  }
  steps.keep();
  await launched(run, prepared.plan);
  if (started.kind === "detached" || !hosted) return await inBackground(session, run, how, release);
  if (how !== "held") return await inForeground(prepared, run, { started, hosted, signals });
  hosting.move();
  return { kind: "held", held: hold(prepared, run, { started, hosted }, release) };
}

/** Starts it. Where the runtime's client was killed meanwhile, the box may have come up all the same: then it counts as started. */
async function startOrFind(prepared: Prepared, run: Run, io: Io): Promise<BoxStarted> {
  try {
    const started = await startWithRig(prepared, run, io);
    if (started.kind !== "taken") return started;
    const { runsAlone } = await import("./after_start.ts");
    return runsAlone(run, started.box) ? { kind: "detached", id: started.box.id } : started;
  } catch (error) {
    const { foundAfterFailure } = await import("./after_start.ts");
    const found = await foundAfterFailure(run);
    if (found) return { kind: "detached", id: found.id };
    throw error;
  }
}
type BoxStarted = Awaited<ReturnType<typeof startWithRig>>;

async function streams({ session, input }: Prepared, how: HoldMode, persistent: boolean): Promise<Io> {
  if (persistent) return { kind: "none" };
  const { prompt, standIn } = session.request;
  if (standIn?.role === "helper" && standIn.output) return { kind: "streams", ...standIn.output };
  if (standIn?.role === "scratch" && standIn.output) return scratchStreams(standIn.output);
  if (prompt) return (await import("./prompt.ts")).promptStreams(prompt, input.stdin);
  if (how === "held") return { kind: "streams", holdInput: true };
  return await ownStreams(session);
}

function scratchStreams(output: ScratchOutput): Io {
  const { stdout, stderr } = output;
  if (!output.stdin) return { kind: "streams", stdout, stderr };
  return {
    kind: "streams",
    stdout,
    stderr,
    get stdin() {
      return output.stdin!();
    },
  };
}
