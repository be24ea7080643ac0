/**
 * Makes a change: all of its steps, or none. Whatever ends the process meanwhile, the next command finds the change
 * written down and takes it back or finishes it; see `recover.ts`.
 *
 * @module
 */

import { boxState, launchLock } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { FileLock } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { StepContext } from "./context.ts";
import { JournalFile } from "./journal.ts";
import { perform, takeBack } from "./perform.ts";
import { type Change, checkChange, type Fill, type Journal, type Step } from "./step.ts";

export type { Change, Step } from "./step.ts";

/** What the one who makes a change wants to do, or to know, meanwhile. */
export interface ChangeHooks {
  /** Called once no box of the change can be started any more, before anything is done: what it throws ends it there. */
  readonly check?: () => Promise<void>;
  /** The box that asks for the change: its lock is passed over where a session in the foreground has it as long as it runs. */
  readonly asking?: string | undefined;
  /** Called before each step, when it has been performed, and after that has been written down. */
  readonly onStep?: (
    index: number,
    step: Step,
    when: "before" | "performed" | "after",
  ) => void | Promise<void>;
  /** Ends the change when it fires: what was done is taken back, and its reason thrown. Not after the point of no return. */
  readonly signal?: AbortSignal;
  /** Called while something is copied, with what is copied of it so far. */
  readonly onProgress?: (done: { files: number; bytes: number }) => void;
  /** Called for what cannot be copied: FIFOs, sockets, devices. */
  readonly onSkipped?: (path: string, kind: string) => void;
  /** Makes what a step `fill` is for. */
  readonly fill?: (step: Fill) => Promise<void>;
  /** Deletes a folder a box could write. Default: `removeTree` of `lib/host/tree/remove.ts`. */
  readonly removeTree?: (path: string) => Promise<void>;
}

/** What a change that was made has left behind. */
export interface ChangeReport {
  /** What could not be deleted after all else was done, and why. */
  readonly left: readonly { readonly path: string; readonly error: KanibakoError }[];
}

/**
 * Makes a change. Throws `busy` when one of its boxes is being started, runs or is being changed, and whatever a step
 * throws; then nothing is changed. What cannot be deleted in the end is reported, not thrown.
 */
export async function runChange(host: Host, change: Change, hooks: ChangeHooks = {}): Promise<ChangeReport> {
  checkChange(change);
  using _boxes = await holdBoxes(host, change, hooks.asking);
  await hooks.check?.();
  const file = new JournalFile(host, `${Date.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`);
  using _lock = await FileLock.acquire(file.lock);
  const journal: Journal = { version: 1, ...change, pid: Deno.pid, done: 0, made: {} };
  await file.write(journal);
  return await advance(host, file, journal, hooks);
}

/** Takes the steps that are not done yet. The journal's lock must be held. */
export async function advance(
  host: Host,
  file: JournalFile,
  journal: Journal,
  hooks: ChangeHooks = {},
): Promise<ChangeReport> {
  const left: { path: string; error: KanibakoError }[] = [];
  let now = journal;
  const write = async (next: Journal) => await file.write(now = next);
  for (let index = journal.done; index < now.steps.length; index++) {
    const step = now.steps[index]!;
    try {
      await hooks.onStep?.(index, step, "before");
      if (index < now.commitAt) hooks.signal?.throwIfAborted();
      await perform(step, await contextOf(host, file, now, index, write, hooks));
      await hooks.onStep?.(index, step, "performed");
    } catch (cause) {
      if (index < now.commitAt) {
        await retreat(host, file, now, hooks);
        throw cause;
      }
      left.push({ path: placeOf(step), error: asKanibako(cause) });
    }
    await write({ ...now, done: index + 1 });
    await hooks.onStep?.(index, step, "after");
  }
  await file.remove();
  return { left };
}

/** Takes back what was done, the last first. The journal's lock must be held; the journal stays when that fails. */
export async function retreat(
  host: Host,
  file: JournalFile,
  journal: Journal,
  hooks: Pick<ChangeHooks, "removeTree"> = {},
): Promise<void> {
  // The step after the last that is done may have been begun.
  for (let index = Math.min(journal.done, journal.commitAt - 1); index >= 0; index--) {
    const nothing = () => Promise.resolve();
    await takeBack(journal.steps[index]!, await contextOf(host, file, journal, index, nothing, hooks));
  }
  await file.remove();
}

async function contextOf(
  host: Host,
  file: JournalFile,
  journal: Journal,
  index: number,
  write: (next: Journal) => Promise<void>,
  hooks: ChangeHooks,
): Promise<StepContext> {
  const { fill, onProgress, onSkipped, signal } = hooks;
  const step = journal.steps[index]!;
  return {
    host,
    tag: `${file.id}-${index}`,
    pid: journal.pid,
    made: journal.made[index],
    mark: (made) => write({ ...journal, made: { ...journal.made, [index]: made } }),
    removeTree: hooks.removeTree ?? (await import("../../host/tree/remove.ts")).removeTree,
    ...(fill && step.do === "fill" ? { fill: () => fill(step) } : {}),
    ...(signal && index < journal.commitAt ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
    ...(onSkipped ? { onSkipped } : {}),
  };
}

/** Holds the boxes: who starts one needs the same lock. */
async function holdBoxes(host: Host, { projects }: Change, asking?: string): Promise<Disposable> {
  const locks = new DisposableStack();
  try {
    for (const id of [...new Set(projects)].sort()) {
      const lock = await FileLock.tryAcquire(launchLock(boxState(host.dirs, id)));
      if (!lock && id === asking) continue;
      if (!lock) {
        throw new KanibakoError(
          "busy",
          `The box ${id} is in use, or another command is starting or changing it.`,
          {
            hint: ["See running boxes: kanibako ps", "Stop it: kanibako stop NAME"],
          },
        );
      }
      locks.use(lock);
    }
    return locks.move();
  } finally {
    locks.dispose();
  }
}

/** A change as it is shown before it is made: one line a step. */
export function showChange(change: Change): string[] {
  return change.steps.map((step) => sentence(step)).filter((line) => line !== undefined);
}

function sentence(step: Step): string | undefined {
  const quoted = shellQuote;
  switch (step.do) {
    case "make-folder":
      return `Make the folder ${quoted(step.path)}`;
    case "copy":
      return `Copy ${quoted(step.from)} to ${quoted(step.to)}` +
        (step.exclude?.length ? ` without ${step.exclude.map(quoted).join(", ")}` : "");
    case "rename":
      return `Move ${quoted(step.from)} to ${quoted(step.to)}${step.ifThere ? ", if it is there" : ""}`;
    case "fill":
      return `${step.what} to ${quoted(step.path)}`;
    case "write":
      return step.before === step.after
        ? undefined
        : `${step.after === null ? "Delete" : step.before === null ? "Write" : "Change"} ${
          quoted(step.file)
        }`;
    case "names": {
      const entries = Object.entries(step.add ?? {});
      const kept = entries.filter(([name]) => Object.hasOwn(step.drop ?? {}, name));
      if (
        kept.length > 0 && kept.length === Object.keys(step.drop ?? {}).length &&
        kept.length === entries.length
      ) {
        return kept.map(([name, path]) => `Register the name ${name} for ${quoted(path)}`).join(", ");
      }
      const words = (names: Readonly<Record<string, string>> = {}) =>
        Object.entries(names).map(([name, path]) => `${name} (${quoted(path)})`).join(", ");
      const parts = [
        ...(Object.keys(step.drop ?? {}).length ? [`forget the name ${words(step.drop)}`] : []),
        ...(Object.keys(step.add ?? {}).length ? [`register the name ${words(step.add)}`] : []),
      ];
      return parts.length === 0 ? undefined : capital(parts.join(", "));
    }
    case "standalone":
      return `${step.after === null ? "Forget" : "Record"} the standalone project in ${quoted(step.path)}`;
    case "workset": {
      const parts = [
        ...(step.drop ? [`take ${step.drop.name} out of the workset in ${quoted(step.root)}`] : []),
        ...(step.add ? [`put ${step.add.name} into the workset in ${quoted(step.root)}`] : []),
      ];
      return parts.length === 0 ? undefined : capital(parts.join(", "));
    }
    case "symlink":
      return `Link ${quoted(step.path)} to ${quoted(step.target)}`;
    case "unlink":
      return `Remove the link ${quoted(step.path)}`;
    case "drop-empty":
      return `Remove the empty folder ${quoted(step.path)}`;
    case "remove":
      return `Delete ${quoted(step.path)}`;
    case "tidy":
      return `Remove the folder ${quoted(step.path)} if it is empty`;
  }
}

function placeOf(step: Step): string {
  return "path" in step ? step.path : "file" in step ? step.file : "from" in step ? step.from : "";
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function asKanibako(cause: unknown): KanibakoError {
  return cause instanceof KanibakoError
    ? cause
    : new KanibakoError("unfinished", cause instanceof Error ? cause.message : String(cause), { cause });
}
