/**
 * Connects the terminal to a persistent box, and tells afterwards whether the user left it or it ended.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { note, restoreScreen } from "../host/terminal.ts";
import type { Tree } from "../host/tree.ts";
import { diagnose } from "../engine/remedies.ts";
import type { Engine } from "../engine/engine.ts";
import { runAttached } from "./engine_run.ts";
import { callInto } from "./call.ts";
import { GUEST_ENTER, TMUX_SESSION } from "./guest.ts";
import { readExit } from "./run_record.ts";
import { runFolders } from "./run_folder.ts";

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

// 150 lines of a wide terminal, in characters of several bytes.
const SCREEN_BYTES = 512 * 1024;

/** Attaches until the user leaves or the session ends. */
export async function attachTerminal(target: AttachTarget): Promise<AttachOutcome> {
  const { engine, container } = target;
  const call = callInto(engine, {
    container,
    argv: ["/bin/sh", GUEST_ENTER, "attach"],
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

/** How a run's command ended, if it has: from what the box left, else from its supervisor's record. */
export async function endOf(
  target: Pick<AttachTarget, "state" | "run">,
): Promise<{ code: number; screen: string } | undefined> {
  const { openTree } = await import("../host/tree.ts");
  try {
    using out = await openTree(runFolders(target.state, target.run).out);
    const text = decode(out.readFile("exit", 16));
    if (/^\d{1,3}\n?$/.test(text ?? "")) return { code: Number(text) & 0xff, screen: screenOf(out) };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
  }
  const exit = await readExit(target.state);
  return exit?.run === target.run ? { code: exit.code, screen: exit.screen } : undefined;
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

/** What is too large or no file is no screen; the exit code counts all the same. */
function screenOf(out: Tree): string {
  try {
    return decode(out.readFile("screen", SCREEN_BYTES)) ?? "";
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return "";
  }
}

function decode(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
