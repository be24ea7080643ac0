/**
 * Whether the terminal is shown by a tmux of the user's own, whose prefix key never reaches the box's.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { findExecutable, run } from "../host/process.ts";

/** The key that the box's tmux waits for. */
const PREFIX = "C-b";
const ANSWER_MS = 1000;
const ANSWER_BYTES = 4096;

/** Whether such a tmux takes Ctrl-b for itself. One that does not answer is taken to do as most do. */
export async function takesPrefix(): Promise<boolean> {
  const TMUX = Deno.env.get("TMUX");
  if (!TMUX) return false;
  const program = findExecutable("tmux");
  if (!program) return true;
  const keys = ["show-options", "-gv", "prefix", ";", "show-options", "-gv", "prefix2"];
  try {
    const { code, stdout } = await run([program, ...keys], {
      env: { TMUX },
      timeoutMs: ANSWER_MS,
      maxOutputBytes: ANSWER_BYTES,
    });
    return code !== 0 || stdout.split("\n").includes(PREFIX);
  } catch (error) {
    debug(() => `the tmux outside does not answer: ${error}`);
    return true;
  }
}
