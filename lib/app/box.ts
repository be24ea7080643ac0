/**
 * A box held by a script: open as long as the script holds it, gone when it lets go or dies.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { hold, run as runProcess } from "../host/process.ts";
import { FileLock } from "../host/store.ts";
import { diagnose } from "../runtime/cli/remedies.ts";
import type { Engine } from "../runtime/engine.ts";
import { type Project, qualifiedName } from "../project/project.ts";
import { changesMark, checkUnchanged } from "../project/change/settled.ts";
import { getRig } from "../session/get_rig.ts";
import { type BoxDelivery, boxDelivery } from "../session/delivery.ts";
import { makeMissing } from "../plan/shared_folders.ts";
import { gather, planInput, type Session, type SessionRequest } from "../session/gather.ts";
import { type Call, callInto } from "../session/exec_call.ts";
import { BOX_ENTER } from "../spec/box_paths.ts";
import { commandEnv } from "../session/exec.ts";
import { planBox } from "../plan/plan.ts";
import { makeRunFolders, newRunId, removeIn, type RunFolders, runFolders } from "../run/folders.ts";
import { runPlan } from "../runtime/cli/run_image.ts";
import { launchLock } from "../config/box_state.ts";
import { clearRun, type RunRecord, writeRun } from "../run/record.ts";
import type { BoxSpec } from "../spec/box_spec.ts";
import { withProject } from "../session/session.ts";
import { makeStubs } from "../session/mount_points.ts";
import { sweepRuns } from "../run/sweep.ts";
import { takeOut } from "../run/collect.ts";
import { writeAccounts } from "../plan/user.ts";

/** A command that was told to end has so long to do so. */
const END_MS = 5000;

/** How a command in a box is run. */
export interface RunOptions {
  /** Variables for this command alone. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for its standard input; end-of-file at once without it. */
  readonly input?: string;
  /** Called with each piece of output as it comes. */
  readonly onOutput?: (text: string, stream: "stdout" | "stderr") => void;
  /** Ends the command when it fires. */
  readonly signal?: AbortSignal;
}

/** What a command in a box left behind. */
export interface RunResult {
  /** Its exit code, exactly. */
  readonly code: number;
  /** What it said on standard output. */
  readonly stdout: string;
  /** What it said on standard error. */
  readonly stderr: string;
}

/** A running box. Dispose of it with `await using`, or call {@link Box.close}. */
export class Box implements AsyncDisposable {
  /** The project it belongs to. */
  readonly project: Project;
  /** What it was given. */
  readonly spec: BoxSpec;
  readonly #engine: Engine;
  readonly #end: () => Promise<void>;
  #closed: Promise<void> | undefined;

  /** Use {@link openBox}. */
  constructor(project: Project, spec: BoxSpec, engine: Engine, end: () => Promise<void>) {
    this.project = project;
    this.spec = spec;
    this.#engine = engine;
    this.#end = end;
  }

  /**
   * Runs a command in the box to its end. A non-zero exit code is a result; an error (`exec`, `closed`) means that the command
   * did not run.
   */
  async run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<RunResult> {
    if (this.#closed) throw new KanibakoError("closed", `The box ${qualifiedName(this.project)} is closed.`);
    const call = callInto(this.#engine, {
      container: this.spec.name,
      argv: ["/bin/sh", BOX_ENTER, "exec", ...argv],
      env: commandEnv(options.env ?? {}),
      terminal: "pipe",
    });
    using ending = endOn(options.signal, call);
    const result = await runProcess(call.command.argv, {
      env: call.command.env,
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.onOutput ? { onOutput: options.onOutput } : {}),
      signal: ending.client,
      maxOutputBytes: 64 * 1024 * 1024,
    });
    if (result.code === 125 && /^Error/.test(result.stderr)) {
      throw new KanibakoError(
        "exec",
        diagnose(this.#engine.name, result.stderr, this.#engine.facts).message,
        {
          output: result.stderr,
        },
      );
    }
    return { code: result.code, stdout: result.stdout, stderr: result.stderr };
  }

  /** Ends the box and waits until it is gone. May be called twice. */
  close(): Promise<void> {
    return this.#closed ??= this.#end();
  }

  /** As {@link Box.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Ends a call when a signal fires: its command is told to end, then made to, and at last its client is given up. */
function endOn(signal: AbortSignal | undefined, call: Call): { readonly client: AbortSignal } & Disposable {
  const client = new AbortController();
  const timers: ReturnType<typeof setTimeout>[] = [];
  const end = () => {
    void call.signal("SIGTERM");
    timers.push(setTimeout(() => void call.signal("SIGKILL"), END_MS));
    timers.push(setTimeout(() => client.abort(), 2 * END_MS));
  };
  if (signal?.aborted) end();
  else signal?.addEventListener("abort", end, { once: true });
  return {
    client: client.signal,
    [Symbol.dispose]: () => {
      signal?.removeEventListener("abort", end);
      timers.forEach(clearTimeout);
    },
  };
}

/**
 * Opens a box for a script, making the project's box first where there is none. It runs nothing but what the script runs in
 * it. Throws `running` when the box is in use.
 */
export async function openBox(request: Omit<SessionRequest, "kind" | "words" | "entrypoint">): Promise<Box> {
  const mark = await changesMark(request.host);
  // `cat` ends when we let go of its input, or die.
  let session = await gather({
    ...request,
    kind: "shell",
    words: ["cat"],
    flags: { ...request.flags, persistence: "ephemeral" },
  });
  session = await withProject({ ...session, interactive: false });
  const { project } = session;
  const lock = await FileLock.tryAcquire(launchLock(project.state));
  if (!lock) throw inUse(project);
  try {
    await checkUnchanged(request.host, project, mark);
    return await open(session, lock);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

async function open(session: Session, lock: FileLock): Promise<Box> {
  const { project, engine, host } = session;
  const folders = runFolders(project.state, newRunId());
  const delivery = await boxDelivery(session);
  const input = await planInput(session, folders, delivery !== undefined);
  const plan = planBox(input);
  const record: RunRecord = {
    run: folders.run,
    container: plan.name,
    engine: engine.name,
    image: plan.image,
    lifetime: "ephemeral",
    agent: "",
    sharedAuth: project.sharedAuth,
    conversation: false,
    startedAt: Date.now(),
  };
  await makeMissing(input.missing, plan.user);
  await writeAccounts(plan.user, host.dirs.state);
  await makeStubs(session, plan);
  await makeRunFolders(folders, plan, delivery?.write);
  await writeRun(project.state, record);
  const end = () => cleanUp(session, folders, record, delivery, lock);
  try {
    let held: ReturnType<typeof hold> | undefined;
    const outcome = await runPlan(plan, {
      engine,
      dirs: host.dirs,
      prepareRig: () => getRig(host, engine, session.settings.image.value),
      execute: async (spec) => {
        const command = engine.runCommand(spec);
        held = hold(command.argv, { env: command.env });
        await held.send("ready");
        const reader = held.output.getReader();
        // The echo proves that the box runs.
        const first = await reader.read();
        if (!first.done) {
          reader.releaseLock();
          return { code: 0, complaint: "" };
        }
        return { code: await held.exit, complaint: (await held.stderr).trim() || "the box ended at once" };
      },
    });
    if (outcome.kind === "running") throw inUse(project);
    return new Box(project, outcome.spec, engine, async () => {
      await held?.close();
      await held?.exit;
      await end();
    });
  } catch (error) {
    await end();
    throw error;
  }
}

async function cleanUp(
  session: Session,
  folders: RunFolders,
  record: RunRecord,
  delivery: BoxDelivery | undefined,
  lock: FileLock,
): Promise<void> {
  const { host, project: { state } } = session;
  if (delivery) await takeOut(host, state, record);
  await clearRun(state, record.run);
  await removeIn(folders);
  await sweepRuns(state, undefined);
  lock[Symbol.dispose]();
}

function inUse(project: Project): KanibakoError {
  return new KanibakoError("running", `The box ${qualifiedName(project)} is in use.`, {
    hint: `End it first: kanibako stop ${qualifiedName(project)}`,
  });
}
