/**
 * Connects the terminal to a persistent box, and tells afterwards whether the user left it or it ended.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { until } from "../host/wait.ts";
import { restoreScreen } from "../host/ui/screen.ts";
import { attend } from "../run/attended.ts";
import { type HowEnded, howEnded } from "../run/ended.ts";
import { ownBox } from "../run/finish.ts";
import { readExit } from "../run/record.ts";
import type { Run } from "../run/run.ts";
import { TMUX_SESSION } from "../spec/box_paths.ts";
import { callInto } from "../run/call_in.ts";
import type { Io } from "../runtime/io.ts";
import { takesPrefix } from "./outer_tmux.ts";
import { catchSignals, MOST_SIGNALS } from "./signals.ts";

/** How being attached ended. */
export type AttachOutcome =
  /** The user left; the box keeps running. */
  | { readonly kind: "detached" }
  /** The command ended. */
  | ({ readonly kind: "ended" } & HowEnded)
  /** The box does not run. */
  | { readonly kind: "not-running" };

/** The exit code of what was killed and left no word of its own. */
const KILLED = 137;
/** A box that has said it ended is given this long to be gone. */
const LEAVING_MS = 1500;
const LEAVING_POLL_MS = 25;

/** Attaches until the user leaves or the session ends. Throws `attach` when that cannot be. */
export async function attachTerminal(run: Run, io: Io): Promise<AttachOutcome> {
  const { runtime, record } = run;
  using _attended = attend(run.state);
  // Before the terminal is made raw, so that nothing ends this process without its being put back.
  await using passing = catchSignals(true, MOST_SIGNALS);
  const argv = io.kind !== "terminal" ? [] : [
    ...await takesPrefix() ? ["nested"] : [],
    ...hasColours(Deno.env.get("COLORTERM")) ? ["colours"] : [],
  ];
  const workdir = record.workspace === undefined ? {} : { workdir: record.workspace };
  const asked = { box: record.box, kind: "attach", argv, env: {}, ...workdir } as const;
  const call = callInto({ runtime, state: run.state }, asked, io);
  passing.passTo(call);
  // A box that ends just then is met with many words: whether it has ended is looked at before they count.
  const outcome = await call.outcome.catch((error: unknown) => ({ kind: "failed", error }) as const);
  await passing[Symbol.asyncDispose]();
  // A box that ends takes its tmux along, often before that has let go of the terminal.
  if (outcome.kind !== "ended" || outcome.code !== 0) restoreScreen();
  // First, since a box may also have ended before there was anything to attach to.
  const ended = await whetherEnded(run);
  if (ended) return { kind: "ended", ...ended };
  if (outcome.kind === "not-running") return { kind: "not-running" };
  // Ended by a signal, as by a terminal that was closed: that is leaving, too.
  if (passing.received || (outcome.kind === "ended" && outcome.code === 0)) return { kind: "detached" };
  // Killed from outside, or something failed: now the runtime may be asked.
  const found = await ownBox(run);
  if (!found?.running) {
    const left = await howEnded(run.state, record.run, run.mailbox);
    const code = found?.exitCode ?? (outcome.kind === "ended" ? outcome.code : KILLED);
    return { kind: "ended", ...left ?? { code, screen: "" } };
  }
  if (outcome.kind === "failed") throw outcome.error;
  throw new KanibakoError("attach", `Cannot attach to the box: exit code ${outcome.code}`, {
    hint: [
      `The box is still running, perhaps without a tmux session "${TMUX_SESSION}".`,
      "Open a shell in it: kanibako shell",
      "Stop it: kanibako stop",
    ],
  });
}

/** Whether a terminal says that it has 24-bit colour. */
export function hasColours(colorterm: string | undefined): boolean {
  return colorterm === "truecolor" || colorterm === "24bit";
}

/**
 * How the command ended, if it has. What the box says of it is a claim: it can say so and go on, and let go of its end of the
 * mailbox, too. Its supervisor's record counts, and what the runtime says.
 */
export async function whetherEnded(run: Run): Promise<HowEnded | undefined> {
  const said = await howEnded(run.state, run.record.run, run.mailbox);
  if (!said) return undefined;
  const gone = async () =>
    (await readExit(run.state))?.run === run.record.run || (!await run.mailbox.alive() && !await isUp(run));
  if (await until(gone, { everyMs: LEAVING_POLL_MS, forMs: LEAVING_MS })) return said;
  return await isUp(run) ? undefined : said;
}

/** Whether the runtime says that the box runs. What it does not answer is no proof of an end. */
async function isUp(run: Run): Promise<boolean> {
  try {
    return (await ownBox(run))?.running === true;
  } catch (error) {
    debug(() => `cannot ask the runtime: ${error}`);
    return true;
  }
}
