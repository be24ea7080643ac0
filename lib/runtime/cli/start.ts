/**
 * Starts a box: applies what is known of the engine, and when that fails, finds out why, works around what can be worked
 * around, and tries again. No question is asked of the engine before.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { run } from "../../host/process.ts";
import { after } from "../../host/timer.ts";
import type { BoxSpec } from "../../spec/box_spec.ts";
import type { Io } from "../io.ts";
import { isOwnBox } from "../labels.ts";
import type { BoxInfo, BoxSignal, Exit, Started, StartOptions } from "../runtime.ts";
import type { CliEngine } from "./cli_engine.ts";
import { type Client, startClient } from "./client.ts";
import { HostMailbox } from "./mailbox.ts";
import { StartWitness } from "./start_witness.ts";
import { diagnose, type Diagnosis, withoutNoise } from "./remedies.ts";

const MOST_TRIES = 8;
/** How long a command may take to end after a signal, before its client gets it as well. */
const PASS_MS = 10_000;

/** After these the box is started again, or something is learned or removed. */
const TRIED_AGAIN: readonly Diagnosis["kind"][] = ["remedy", "image-missing", "name-taken", "unknown"];
const UNKNOWN: Diagnosis = { kind: "unknown", message: "" };

/** What came of one try. */
type Attempt =
  | { readonly kind: "started"; readonly started: Started }
  /** The engine could not do it, and said why. */
  | {
    readonly kind: "failed";
    readonly complaint: string;
    readonly code: number;
    /** Whether what was said may be the box's own, which then has run. */
    readonly mayHaveRun: () => Promise<boolean>;
  };

/** Starts a box. Throws `engine`, `command` or `name-taken`. */
export async function startBox(
  engine: CliEngine,
  plan: BoxSpec,
  io: Io,
  options: StartOptions,
): Promise<Started> {
  const spec: BoxSpec = { ...HostMailbox.bound(plan, options.mailbox), terminal: terminalOf(io) };
  let removed = false;
  let forgotten = false;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const attempt = io.kind === "none"
      ? await detached(engine, spec)
      : await foreground(engine, spec, io, options, tries);
    if (attempt.kind === "started") return attempt.started;
    const diagnosis = diagnose(engine.name, attempt.complaint, engine.facts);
    if (TRIED_AGAIN.includes(diagnosis.kind) && await attempt.mayHaveRun()) {
      throw failure(engine.name, UNKNOWN, attempt);
    }
    switch (diagnosis.kind) {
      case "remedy":
        options.note(diagnosis.message);
        await engine.learn(diagnosis.learn!);
        // A detached start that fails may leave its container: that is in the way of the next try, once more.
        removed = false;
        continue;
      case "image-missing":
        return { kind: "no-image" };
      case "name-taken": {
        const box = await ownBox(engine, spec.name, options.state);
        if (box?.running && box.stopping !== "stuck") return { kind: "taken", box };
        if (removed) break;
        // A client that was killed while it made a container leaves one that is only a name: it is no box of anybody's.
        await (box ? engine.remove(box.id) : engine.removeUnused(spec.name));
        removed = true;
        continue;
      }
      case "unknown":
        // What was learned may be over: a runtime removed, a limit raised.
        if (forgotten || Object.keys(engine.facts).length === 0) break;
        await engine.forget();
        forgotten = true;
        continue;
      default:
        break;
    }
    throw failure(engine.name, diagnosis, attempt);
  }
  throw new KanibakoError("engine", `${engine.name} could not start the box after ${MOST_TRIES} tries.`, {
    hint: "To find the cause: kanibako system diagnose",
  });
}

function terminalOf(io: Io): BoxSpec["terminal"] {
  if (io.kind === "none") return "none";
  return io.kind === "terminal" ? "tty" : "pipe";
}

async function detached(engine: CliEngine, spec: BoxSpec): Promise<Attempt> {
  const command = engine.runCommand(spec);
  const result = await run(command.argv, { env: command.env });
  if (result.code === 0) {
    if (spec.beside !== undefined) await engine.started(spec);
    const id = result.stdout.trim().split("\n").at(-1) ?? "";
    return { kind: "started", started: { kind: "detached", id } };
  }
  const complaint = withoutNoise(result.stderr + result.stdout).trim() || "no reason was given";
  // Of a box that runs detached the client passes nothing on.
  return { kind: "failed", complaint, code: result.code, mayHaveRun: () => Promise.resolve(false) };
}

async function foreground(
  engine: CliEngine,
  spec: BoxSpec,
  io: Io,
  { mailbox }: StartOptions,
  tries: number,
): Promise<Attempt> {
  const witness = StartWitness.make(HostMailbox.witnessFolder(mailbox, tries));
  const client = startClient(witness.watched(engine.runCommand(spec)), io, false);
  const ended = client.exit.then(() => false);
  const begun = await Promise.race([mailbox.begun.then((begun) => begun || ended), ended]) ||
    await mailbox.hasBegun();
  const code = begun ? undefined : await client.exit;
  // A command that has not begun and of which nothing was said has ended by a signal.
  if (code !== undefined && code !== 0 && client.held.complaint !== "") {
    const { complaint } = client.held;
    return { kind: "failed", complaint, code, mayHaveRun: () => witness.mayHaveRun(engine, spec) };
  }
  await client.held.release();
  const exit: Promise<Exit> = client.exit.then((code) => ({ code }));
  exit.catch(() => {});
  return {
    kind: "started",
    started: {
      kind: "begun",
      exit,
      signal: (signal) => signalBox(engine, spec.name, client, signal),
      release: client.release,
    },
  };
}

/** Passes a signal on to the box's command; where it has no effect on that, its client gets it. */
async function signalBox(engine: CliEngine, box: string, client: Client, signal: BoxSignal): Promise<void> {
  // A client passes on what it is sent itself, except for what it cannot catch.
  if (!engine.losesSignals && signal !== "SIGKILL") return client.kill(signal);
  const arrived = await engine.signal(box, signal.slice("SIG".length)).catch(() => false);
  if (!arrived) return client.kill(signal);
  client.exit.finally(after(PASS_MS, () => client.kill(signal))).catch(() => {});
}

/** The box of that name. Throws `name-taken` when it is not one of ours. */
async function ownBox(engine: CliEngine, name: string, state: string): Promise<BoxInfo | undefined> {
  const box = await engine.inspect(name);
  if (!box || await isOwnBox(box.labels, state)) return box;
  throw new KanibakoError("name-taken", `There is a container "${name}" that is not one of your boxes.`, {
    hint: [
      `To see it: ${engine.name} inspect ${name}`,
      "Remove that container, or give the project another name: kanibako box migrate PROJECT --name NAME",
    ],
  });
}

function failure(
  engine: string,
  diagnosis: Diagnosis,
  { complaint, code }: Pick<Attempt & { kind: "failed" }, "complaint" | "code">,
): KanibakoError {
  const unknown = diagnosis.kind === "unknown";
  // Who knows the rig's name says what to do.
  if (diagnosis.kind === "image-damaged") return new KanibakoError("rig-damaged", diagnosis.message);
  return new KanibakoError(
    diagnosis.kind === "command" ? "command" : "engine",
    unknown ? `${engine} could not start the box.` : diagnosis.message,
    {
      ...(diagnosis.hint
        ? { hint: diagnosis.hint.split("\n") }
        : { hint: "To find the cause: kanibako system diagnose" }),
      ...(unknown || diagnosis.kind === "host" ? { output: complaint } : {}),
      ...(diagnosis.kind === "command" ? { exitCode: code } : {}),
    },
  );
}
