/**
 * Connects the terminal to a persistent box, and tells afterwards whether the user left it or it ended.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { note, restoreScreen } from "../host/ui/terminal.ts";
import { diagnose } from "../runtime/cli/remedies.ts";
import type { Engine } from "../runtime/engine.ts";
import { runAttached } from "../runtime/cli/engine_run.ts";
import { callInto } from "./exec_call.ts";
import { BOX_ENTER, TMUX_SESSION } from "../spec/box_paths.ts";
import { endOf } from "../run/ended.ts";
import { readExit } from "../run/record.ts";

/** How being attached ended. */
export type AttachOutcome =
  /** The user left; the box keeps running. */
  | { readonly kind: "detached" }
  /** The command ended with this code. `screen`: the last of what it showed, unescaped. */
  | { readonly kind: "ended"; readonly code: number; readonly screen: string }
  /** The box does not run. */
  | { readonly kind: "not-running" };

/** What there is to attach to. */
export interface AttachTarget {
  readonly engine: Engine;
  readonly container: string;
  /** The box's state folder on the host. */
  readonly state: string;
  readonly run: string;
}

/** Attaches until the user leaves or the session ends. */
export async function attachTerminal(target: AttachTarget): Promise<AttachOutcome> {
  const { engine, container } = target;
  const call = callInto(engine, {
    container,
    argv: ["/bin/sh", BOX_ENTER, "attach"],
    env: { TERM: Deno.env.get("TERM") || "xterm-256color" },
    terminal: "tty",
  });
  const { code, complaint, signal } = await runAttached(call.command, { pass: call.signal });
  // A box that ends takes its tmux along, often before that has let go of the terminal.
  if (code !== 0) restoreScreen();
  // First, since a box may also have ended before there was anything to attach to.
  const ended = await endOf(target);
  if (ended) return { kind: "ended", ...ended };
  const diagnosis = complaint === "" ? undefined : diagnose(engine.name, complaint, engine.facts);
  if (diagnosis?.kind === "not-running") return { kind: "not-running" };
  // Told to end, as by a terminal that was closed: that is leaving, too.
  if (code === 0 || signal) return { kind: "detached" };
  // Killed from outside, or something failed: now the engine may be asked.
  const info = await engine.inspect(container);
  if (!info?.running) {
    const exit = await readExit(target.state);
    return {
      kind: "ended",
      code: exit?.run === target.run ? exit.code : info?.exitCode ?? code,
      screen: exit?.run === target.run ? exit.screen : "",
    };
  }
  throw new KanibakoError(
    "attach",
    `Cannot attach to the box: ${lastLine(complaint) || `exit code ${code}`}`,
    {
      hint: [
        `The box still runs. It may hold no tmux session "${TMUX_SESSION}": kanibako shell opens a shell in it.`,
        "kanibako stop ends it.",
      ],
      ...(complaint ? { output: complaint } : {}),
    },
  );
}

/** Says that a box runs to which no terminal is connected. */
export function tellRunning(project: string): void {
  note(`The box ${project} runs. Attach from a terminal: kanibako start ${project}`);
}

/** Says what being left means. */
export function tellDetached(project: string): void {
  note(
    `Left the box; ${project} keeps running. Go back: kanibako start ${project}   End it: kanibako stop ${project}`,
  );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
