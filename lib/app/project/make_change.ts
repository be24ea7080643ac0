/**
 * Makes a change of projects: works it out, asks, stops what is in its way, and makes it.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { Interruption } from "../../host/interruption.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Change, type ChangeReport, runChange, showChange } from "../../project/change/change.ts";
import { memberPath } from "../../project/membership/members.ts";
import { forgetFolders } from "../../project/nested/recorded.ts";
import { assertOutOfReach } from "../../run/reach.ts";
import type { FoundBox } from "../../run/find_boxes.ts";
import { assertStopped, boxesWithIds, stopBoxes } from "../../session/require_stopped.ts";
import { info, type Progress, type Ui, warning } from "../../spec/ui.ts";
import { boxTreeRemover } from "./remove_as_box_user.ts";

/** How a change is made. */
export interface ChangeOptions {
  /** Only work out what would be done. */
  readonly plan?: boolean;
  /** Do not ask, and stop what runs. */
  readonly force?: boolean;
  readonly engine?: string;
  /** Ends the change when it fires, before it cannot be taken back. Without one, signals to this process do. */
  readonly signal?: AbortSignal;
}

/** What a change is for people. */
export interface ChangeRequest {
  /** The project, as it is named on a command line. */
  readonly name: string;
  /** Works the change out. Done again when nothing can come between any more. */
  readonly plan: () => Promise<Change>;
  /** The running box that asks for it: the change only reads what belongs to boxes that there are. */
  readonly asking?: string | undefined;
  /** Lines shown before the question. Without them nothing is asked. */
  readonly explain?: (change: Change) => readonly string[];
}

/** What came of it. */
export interface ChangeResult {
  readonly change: Change;
  /** Absent when it was only worked out. */
  readonly report: ChangeReport | undefined;
}

/**
 * Makes a change, or with `plan` only works it out. Throws `box-running` for a box that may not be stopped, and {@link Aborted} when
 * the answer was no: then nothing is changed.
 */
export async function makeChange(
  host: Host,
  options: ChangeOptions,
  request: ChangeRequest,
): Promise<ChangeResult> {
  const { ui } = host;
  const change = await request.plan();
  for (const path of newPlaces(change)) await assertOutOfReach(host, path, change.projects[0]);
  if (options.plan) return { change, report: undefined };
  const containers = request.asking !== undefined
    ? []
    : await boxesWithIds(host, change.projects, options.engine);
  await mayStop(ui, containers, options, request.name);
  // Asked before anything is done, so that a no leaves everything as it was.
  if (!options.force) await askFirst(ui, request.explain?.(change) ?? []);
  for (const _ of await stopBoxes(host, containers)) info(ui, "box-stopped", { name: request.name });
  const shown = new Shown(ui);
  // Deleting is worth a word where it is what was asked for, not where it tidies up.
  const deletes = change.steps.every((step) => step.do !== "copy" && step.do !== "rename");
  using interruption = options.signal ? undefined : interrupts();
  try {
    const report = await runChange(host, change, {
      asking: request.asking,
      signal: options.signal ?? interruption!.signal,
      check: async () => {
        if (request.asking === undefined) await assertStopped(host, change.projects, options.engine);
        assertSame(change, await request.plan());
      },
      onStep: (index, step, when) => {
        if (when !== "before") return;
        if (step.do === "copy") {
          shown.step(showChange({ ...change, steps: [step] })[0] ?? `Step ${index + 1}`);
        }
        // Which folders they are tells nobody anything: whoever waits sees what for.
        if (deletes && step.do === "remove" && ui.attended) {
          shown.step(`Deleting the data of ${request.name}`);
        }
      },
      onProgress: (done) => shown.copied(done),
      onSkipped: (path, kind) => warning(ui, "not-copied", { path, kind }),
      removeTree: boxTreeRemover(host, options.engine),
    });
    await forgetFolders(host, touched(change));
    return { change, report };
  } finally {
    shown.stop();
  }
}

/** Where projects are from now on. */
function newPlaces({ steps }: Change): string[] {
  return steps.flatMap((step) => {
    if (step.do === "names") return Object.values(step.add ?? {});
    if (step.do === "standalone") return step.after ? [step.path] : [];
    return step.do === "workset" && step.add ? [memberPath(step.root, step.add)] : [];
  });
}

/** Folders that are others from now on. */
function touched({ steps }: Change): string[] {
  return steps.flatMap((step) => {
    if (step.do === "copy") return [step.to];
    if (step.do === "rename") return [step.from, step.to];
    return ["make-folder", "fill", "drop-empty", "remove", "tidy"].includes(step.do) && "path" in step
      ? [step.path]
      : [];
  });
}

/** Asks for a careful yes where there is something to explain. Throws {@link Aborted} for a no. */
export async function askFirst(ui: Ui, lines: readonly string[]): Promise<void> {
  const [text, ...details] = lines;
  if (text !== undefined && !await ui.confirm({ text, details, careful: true })) throw new Aborted();
}

async function mayStop(
  ui: Ui,
  containers: readonly FoundBox[],
  options: ChangeOptions,
  name: string,
): Promise<void> {
  if (options.force || !containers.some(({ info }) => info.running)) return;
  const shown = shellQuote(name);
  if (ui.attended && await ui.confirm({ text: `The box of ${shown} is running. Stop it?` })) return;
  throw new KanibakoError("box-running", `The box of ${shown} is running.`, {
    hint: [`Stop it first: kanibako stop ${shown}`, "Or add --force to stop it"],
  });
}

/** Another call may have changed something after the plan was made and before the locks were taken. */
function assertSame(planned: Change, now: Change): void {
  if (JSON.stringify(planned) === JSON.stringify(now)) return;
  throw new KanibakoError("changed", "The project was changed by another process.", {
    hint: "Check it and try again; nothing was changed.",
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

  constructor(readonly ui: Ui) {}

  step(text: string): void {
    this.#progress ??= this.ui.progress();
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
