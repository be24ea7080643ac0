/**
 * Asks a running box something that a command in it answers. What it says is its own word, of which only so much is taken, and
 * only for so long.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { after } from "../host/timer.ts";
import type { Io } from "../runtime/io.ts";
import { callInto } from "./call_in.ts";
import type { Run } from "./run.ts";

const PATIENCE_MS = 10_000;

/** What is asked. */
export interface BoxQuestion {
  /** The command that answers. */
  readonly argv: readonly string[];
  /** Most bytes of the answer that are taken; what follows is dropped. */
  readonly maxBytes: number;
  /** How long the box may take, in milliseconds. [default: 10000] */
  readonly patienceMs?: number | undefined;
  /** What is said of a box that takes longer, and what the user can do. */
  readonly silent: { readonly message: string; readonly hint: string };
}

/** What a box answered. */
export interface BoxAnswer {
  /** The command's exit code. */
  readonly code: number;
  readonly text: string;
}

/** Asks it. `undefined`: the box does not run. Throws `silent` for one that does not answer in time. */
export async function askBox(
  { state, record, runtime }: Pick<Run, "state" | "record" | "runtime">,
  { argv, maxBytes, patienceMs = PATIENCE_MS, silent }: BoxQuestion,
): Promise<BoxAnswer | undefined> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let left = maxBytes;
  const io: Io = {
    kind: "streams",
    stdout: (chunk) => {
      const part = chunk.slice(0, left);
      left -= part.length;
      if (part.length > 0) parts.push(part);
    },
    stderr: () => {},
  };
  const exec = callInto({ runtime, state }, { box: record.box, kind: "command", argv, env: {} }, io);
  let late = false;
  const cancel = after(patienceMs, () => {
    late = true;
    exec.abandon();
  });
  const outcome = await exec.outcome.finally(cancel);
  if (late) throw new KanibakoError("silent", silent.message, { hint: silent.hint });
  if (outcome.kind === "not-running") return undefined;
  return { code: outcome.code, text: await new Blob(parts).text() };
}
