/**
 * The folders of one run on the host: `in`, which the box sees read-only, and `out`, where it leaves what the host takes.
 *
 * Each run has new ones, so that nothing a former run left can be taken for this one's.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { run as runProcess } from "../host/process.ts";
import enter from "../crab/enter.sh" with { type: "text" };
import { giveTo } from "../host/give.ts";
import { envFile } from "../crab/env_script.ts";
import type { BoxSpec } from "../spec/box_spec.ts";

/** The folders of one run. */
export interface RunFolders {
  readonly run: string;
  readonly root: string;
  readonly in: string;
  readonly out: string;
  /** The FIFO the box holds open while it runs. */
  readonly alive: string;
  /** The FIFO those hold open who have joined a foreground run: the box waits for them. */
  readonly guests: string;
}

/** Where a run's folders are. Creates nothing. */
export function runFolders(state: string, run: string): RunFolders {
  const root = `${state}/runs/${run}`;
  const folder = `${root}/in`;
  return { run, root, in: folder, out: `${root}/out`, alive: `${folder}/alive`, guests: `${folder}/guests` };
}

/** A new run's id: sorts by time. */
export function newRunId(): string {
  return `${Date.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`;
}

/**
 * Makes the folders and what every run finds in `in`: the script, the variables and the FIFO. `fill` adds what this run
 * delivers. `waits`: the box does not end while others are in it.
 */
export async function makeRunFolders(
  folders: RunFolders,
  spec: BoxSpec,
  fill?: (inFolder: string) => Promise<void>,
  waits = false,
): Promise<void> {
  // The box's user must be able to pass: the state folder above is its owner's alone.
  await Deno.mkdir(folders.in, { recursive: true, mode: 0o700 });
  const variables = Object.entries(spec.env).filter(([, entry]) => entry.via === "file")
    .map(([name, entry]) => [name, entry.value] as const);
  await Promise.all([
    Deno.mkdir(folders.out, { mode: 0o700 }),
    writeNew(`${folders.in}/enter`, enter, 0o755),
    writeNew(`${folders.in}/env`, envFile(variables), 0o600),
    spec.lifetime === "ephemeral" ? linkFifo(folders, folders.alive, "fifo") : makeFifo(folders.alive),
    waits ? linkFifo(folders, folders.guests, "guests") : undefined,
    fill?.(folders.in),
  ]);
  if (spec.user.kind === "owner") {
    await giveTo(folders.in, spec.user);
    if (Deno.uid() === 0) await Deno.chown(folders.out, spec.user.uid, spec.user.gid);
  }
}

/** Announces that we are going to join a foreground run, which then waits for us. To be closed when we have left. */
export async function enterAsGuest(folders: RunFolders): Promise<Disposable> {
  // For both directions, so that it does not wait for the box.
  const fifo = await Deno.open(folders.guests, { read: true, write: true }).catch(() => undefined);
  return { [Symbol.dispose]: () => fifo?.close() };
}

/** Deletes the host's side of a run; what the box may have written is not touched. */
export async function removeIn(folders: RunFolders): Promise<void> {
  await Deno.remove(folders.in, { recursive: true }).catch(() => {});
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  await Deno.writeTextFile(path, text, { mode, createNew: true });
}

/**
 * A foreground run's FIFOs are links to those of the box: making one takes a process. What a former run said into it is gone
 * with its last reader. A persistent run's supervisor may outlive it, and gets one of its own.
 */
async function linkFifo(folders: RunFolders, path: string, name: string): Promise<void> {
  const kept = `${folders.root.slice(0, folders.root.lastIndexOf("/runs/"))}/${name}`;
  try {
    await Deno.link(kept, path);
  } catch {
    await makeFifo(path);
    // Not where links cannot be made; then the next run makes its own again.
    await Deno.link(path, kept).catch(() => {});
  }
}

async function makeFifo(path: string): Promise<void> {
  const result = await runProcess(["mkfifo", "-m", "0600", path]);
  if (result.code !== 0) {
    throw new KanibakoError("cannot-write", `Cannot make ${path}: ${result.stderr.trim()}`);
  }
}
