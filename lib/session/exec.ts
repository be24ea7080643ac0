/**
 * Runs a command in a box that runs already.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { checkUsersVariable } from "../config/env.ts";
import { debug } from "../host/log.ts";
import { diagnose } from "../runtime/cli/remedies.ts";
import type { Engine } from "../runtime/engine.ts";
import type { BoxSpec } from "../spec/box_spec.ts";
import { runAttached } from "../runtime/cli/engine_run.ts";
import { callInto } from "./exec_call.ts";
import { BOX_ENTER } from "../spec/box_paths.ts";

const NOTICE_MS = 300;

/** A command for a running box. */
export interface BoxCommand {
  readonly engine: Engine;
  readonly container: string;
  readonly argv: readonly string[];
  /** Variables for this command alone. */
  readonly env: Readonly<Record<string, string>>;
  readonly terminal: BoxSpec["terminal"];
}

/**
 * Variables of one command, for the engine to hand in; inside they stand above the box's own. They go through the engine's own
 * environment, so that no process list shows them, and under names of ours: a `PATH` or `LD_PRELOAD` is for the box alone.
 * Throws `bad-variable`.
 */
export function commandEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(env);
  for (const [name, value] of entries) checkUsersVariable(name, value);
  if (entries.length === 0) return {};
  return {
    ...Object.fromEntries(entries.map(([name, value]) => [`KANIBAKO_KEEP_${name}`, value])),
    KANIBAKO_KEEP: entries.map(([name]) => name).join(" "),
  };
}

/** Runs it on our own streams; its exit code, or `undefined` when the box does not run. */
export async function execInBox(command: BoxCommand): Promise<number | undefined> {
  const { engine } = command;
  const term = Deno.env.get("TERM");
  const env = commandEnv(command.env);
  const call = callInto(engine, {
    container: command.container,
    argv: ["/bin/sh", BOX_ENTER, "exec", ...command.argv],
    // What has a terminal has one stream, from which the word could not be taken out again.
    env: command.terminal === "tty" ? (term ? { TERM: term, ...env } : env) : { ...env, KANIBAKO_BEGUN: "1" },
    terminal: command.terminal,
  });
  // With a terminal there is only what was said: while the box runs, that can be the command's own, which must not be run
  // twice. In a box that was only just starting there was no command yet.
  const calledAtMs = Date.now();
  const ran = command.terminal === "tty"
    ? await runAttached(call.command, {
      pass: call.signal,
      ofBox: async () => {
        const found = await engine.inspect(command.container);
        return found?.running === true && (found.startedAtMs ?? 0) < calledAtMs;
      },
    })
    : await runAttached(call.command, { pass: call.signal, saysBegun: true });
  const { code, complaint, signal, begun } = ran;
  // An engine's client that is told to end may call that a success.
  if (code === 0) return signal === "SIGHUP" ? 129 : 0;
  if (begun) {
    // It has run, whatever became of the box, and is not run again.
    return code === 255 && !(await engine.inspect(command.container))?.running ? 137 : code;
  }
  debug(() => `exec ended with ${code}: ${complaint}`);
  const diagnosis = diagnose(engine.name, complaint, engine.facts);
  if (complaint && diagnosis.kind === "not-running") return undefined;
  // A box that was just ending is met with many words, and with none at all of docker's on standard error.
  const unclear = command.terminal !== "tty" ||
    (complaint === "" && code === 126 && engine.name === "docker");
  if (unclear && await endedUnder(command)) return undefined;
  if (complaint === "") return code;
  throw new KanibakoError(
    "exec",
    diagnosis.kind === "unknown" ? `${engine.name} could not run the command in the box.` : diagnosis.message,
    {
      ...(diagnosis.hint ? { hint: diagnosis.hint.split("\n") } : {}),
      output: complaint,
      exitCode: code,
    },
  );
}

/** Whether the box has gone while a command was called into it. */
async function endedUnder({ engine, container }: BoxCommand): Promise<boolean> {
  for (let tries = 0; tries < 2; tries++) {
    if (!(await engine.inspect(container))?.running) return true;
    // It may not have noticed yet.
    if (tries === 0) await new Promise((resolve) => setTimeout(resolve, NOTICE_MS));
  }
  return false;
}
