/**
 * Connects the terminal to the session of a helper.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { locateProject } from "../../project/locate.ts";
import { OwnTerminal } from "../../run/own_terminal.ts";
import { readRun } from "../../run/record.ts";
import { runFolder, runtimeOf } from "../../run/run.ts";
import { attachTerminal } from "../../session/attach.ts";

/** A helper's session changes neither the clipboard nor the title of the user's terminal. */
const RIGHTS = { clipboard: false, title: false };

/** Attaches until the user leaves (`undefined`) or the session ends: its exit code. Throws `no-session` where there is none. */
export async function attachHelper(
  host: Host,
  { project: word, cwd }: { readonly project?: string | undefined; readonly cwd: string },
  number: number,
): Promise<number | undefined> {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
    throw new KanibakoError("no-terminal", "Attaching needs a terminal.", {
      hint: `To talk to it without one: kanibako crab helper send ${number} TEXT`,
    });
  }
  const project = await locateProject(host, word, cwd);
  const box = `${project.id}-helper-${number}`;
  const state = boxState(host.dirs, box);
  const record = await readRun(state);
  const runtime = record?.lifetime === "persistent" ? await runtimeOf(host, record) : undefined;
  if (!record || !runtime) throw noSession(number);
  await using mailbox = await runtime.openMailbox(runFolder(state, record.run));
  const terminal = new OwnTerminal(Deno.env.get("TERM") || "xterm-256color", RIGHTS);
  const outcome = await attachTerminal({ host, box, state, record, runtime, mailbox }, {
    kind: "terminal",
    terminal,
  });
  if (outcome.kind === "not-running") throw noSession(number);
  return outcome.kind === "ended" ? outcome.code : undefined;
}

function noSession(number: number): KanibakoError {
  return new KanibakoError("no-session", `Helper ${number} has no session to attach to.`, {
    hint: [
      "A helper with a task has none, nor has one that has ended.",
      `To see what it came to: kanibako crab helper result ${number}`,
    ],
  });
}
