/**
 * Shows a change of projects, asks, stops what is in its way, and makes it.
 *
 * @module
 */

import {
  assertStopped,
  type BoxContainer,
  bringToRest,
  containersOf,
} from "../../../session/require_stopped.ts";
import type { Host } from "../../../config/system.ts";
import { Aborted, KanibakoError } from "../../../host/error.ts";
import { Interruption } from "../../../host/interruption.ts";
import { type Progress, progress } from "../../../host/ui/progress.ts";
import { confirm, confirmYes } from "../../../host/ui/prompt.ts";
import { isInteractive, note, out, warn } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { type Change, type ChangeReport, runChange, showChange } from "../../../project/change/change.ts";
import { boxTreeRemover } from "./remove_tree.ts";
import { openEngine } from "../report/running.ts";

/** What every command that moves projects about can be told. */
export interface ChangeFlags {
  /** Only show what would be done. */
  readonly plan: boolean;
  /** Do not ask, and stop what runs. */
  readonly force: boolean;
  readonly engine?: "podman" | "docker";
}

/** What a change is for people. */
export interface Request {
  /** The project, as it is named on a command line. */
  readonly name: string;
  /** Works the change out. Done again when nothing can come between any more. */
  readonly plan: () => Promise<Change>;
  /** What is said before asking to type "yes", a line each. Nobody is asked without. */
  readonly explain?: (change: Change) => readonly string[];
}

/**
 * Makes a change; `undefined` when it was only shown. Throws `box-running` for a box that may not be stopped, and
 * {@link Aborted} when the user said no: then nothing is changed.
 */
export async function makeChange(
  host: Host,
  flags: ChangeFlags,
  request: Request,
): Promise<ChangeReport | undefined> {
  const change = await request.plan();
  if (flags.plan) {
    showChange(change).forEach((line) => out(line));
    note("This is the plan. Nothing was done.");
    return undefined;
  }
  const engine = await openEngine(host, flags.engine);
  const containers = await containersOf(host, change.projects, engine);
  await mayStop(containers, flags, request.name);
  const lines = request.explain?.(change) ?? [];
  // Asked before anything is done, so that a no leaves everything as it was.
  if (lines.length > 0 && !flags.force && !await confirmYes(...lines)) throw new Aborted();
  for (const _ of await bringToRest(host, containers)) note(`Stopped ${request.name}.`);
  const shown = new Shown();
  // Deleting is worth a word where it is what was asked for, not where it tidies up.
  const deletes = change.steps.every((step) => step.do !== "copy" && step.do !== "rename");
  using interruption = interrupts();
  try {
    return await runChange(host, change, {
      signal: interruption.signal,
      check: async () => {
        await assertStopped(host, change.projects, engine);
        assertSame(change, await request.plan());
      },
      onStep: (index, step, when) => {
        if (when === "before" && (step.do === "copy" || (deletes && step.do === "remove"))) {
          shown.step(showChange({ ...change, steps: [step] })[0] ?? `Step ${index + 1}`);
        }
      },
      onProgress: (done) => shown.copied(done),
      onSkipped: (path, kind) => warn(`Not copied: ${shellQuote(path)} is a ${kind}.`),
      removeTree: boxTreeRemover(engine),
    });
  } finally {
    shown.stop();
  }
}

/** Says what could not be deleted, and what helps. */
export function showLeft({ left }: ChangeReport): void {
  for (const { path, error } of left) {
    warn(`Could not delete ${shellQuote(path)}: ${error.message}`);
    for (const hint of error.hints) note(`  ${hint}`);
  }
}

async function mayStop(containers: readonly BoxContainer[], flags: ChangeFlags, name: string): Promise<void> {
  if (flags.force || !containers.some(({ container }) => container.running)) return;
  const shown = shellQuote(name);
  if (isInteractive() && await confirm(`The box of ${shown} is running. Stop it?`)) return;
  throw new KanibakoError("box-running", `The box of ${shown} is running.`, {
    hint: [`Stop it first: kanibako stop ${shown}`, "Or stop it and go on at once: add --force"],
  });
}

/** Somebody else may have changed something between the plan and the moment nobody can any more. */
function assertSame(planned: Change, now: Change): void {
  if (JSON.stringify(planned) === JSON.stringify(now)) return;
  throw new KanibakoError("changed", "Cannot go on: the project was changed meanwhile.", {
    hint: "Look at it, and try again. Nothing was done.",
  });
}

/** Ctrl-C and the like: what was done is taken back, which a second one cuts short. The next command then sees to it. */
export function interrupts(): Interruption {
  return new Interruption(() => "Interrupted. Nothing was changed.", { once: true });
}

/** Progress, shown from the first step that takes its time. */
class Shown {
  #progress: Progress | undefined;
  #last = 0;

  step(text: string): void {
    this.#progress ??= progress();
    this.#progress.step(text);
  }

  copied({ files, bytes }: { files: number; bytes: number }): void {
    if (Date.now() - this.#last < 100) return;
    this.#last = Date.now();
    this.#progress?.output(`${files} files, ${(bytes / 1e6).toFixed(1)} MB\n`);
  }

  stop(): void {
    this.#progress?.stop();
  }
}
