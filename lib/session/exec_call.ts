/**
 * A command called into a running box, and how it is told to end.
 *
 * Engines do not pass signals on to what `exec` runs: the client dies and the command lives on in the box. So each call gets
 * a mark of its own in its environment, by which the box's script finds it.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { run } from "../host/process.ts";
import type { Command, Engine, ExecSpec } from "../runtime/engine.ts";
import { BOX_ENTER, BOX_WORKSPACE } from "../spec/box_paths.ts";

const MARK = "KANIBAKO_CALL";
const PATIENCE_MS = 10_000;

/** A call into a box. */
export interface Call {
  readonly command: Command;
  /** Passes a signal on to the command in the box. Never fails: the box may be gone. */
  signal(signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGKILL"): Promise<void>;
}

/** Prepares a call. */
export function callInto(engine: Engine, spec: Omit<ExecSpec, "workdir">): Call {
  const mark = crypto.randomUUID().slice(0, 13);
  return {
    command: engine.execCommand({ ...spec, workdir: BOX_WORKSPACE, env: { ...spec.env, [MARK]: mark } }),
    signal: async (signal) => {
      // What has a terminal ends when that is gone; a shell there does not heed anything else.
      const name = spec.terminal === "tty" ? "HUP" : signal.slice("SIG".length);
      const tell = engine.execCommand({
        container: spec.container,
        argv: ["/bin/sh", BOX_ENTER, "signal", mark, name],
        workdir: BOX_WORKSPACE,
        env: {},
        terminal: "pipe",
      });
      await run(tell.argv, { env: tell.env, timeoutMs: PATIENCE_MS }).catch((error: unknown) => {
        debug(() => `cannot pass ${signal} on: ${error}`);
      });
    },
  };
}
