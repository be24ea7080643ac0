/**
 * Looks before, during and after sessions, and what they come to. What happened while no box ran is nobody's but the user's:
 * each run begins with a look of its own.
 *
 * @module
 */

import { reportLock } from "../config/box_state.ts";
import { FileLock } from "../host/store.ts";
import { compareLooks } from "./compare.ts";
import {
  forgetPointers,
  keepLook,
  type KeptLook,
  type Pointers,
  readLook,
  readPointers,
  writePointers,
} from "./kept.ts";
import type { Finding, Look } from "./look.ts";
import { beginLook, lookAt, type Looked } from "./look_at.ts";

/** What a box, or what ran in it, did at the places of the table. */
export interface Report {
  /** From when on, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** Whether that was the start of a session, or the last report of one that went on. */
  readonly since: "start" | "shown";
  /** The most dangerous first. */
  readonly findings: readonly Finding[];
  /** Folders in which there is more than was looked at, and was not before. */
  readonly bounds: readonly string[];
}

/** The run a look is for. */
export interface ForRun {
  /** The box's state folder. */
  readonly state: string;
  /** The project's folder. */
  readonly root: string;
  readonly run: string;
  /** The agent's id; empty when a shell or a command runs. */
  readonly agent: string;
  readonly show: Pointers["show"];
}

/** A look that was taken before a run. */
export interface LookBefore {
  /** What an earlier run left that nobody has been shown. */
  readonly left: Report | undefined;
  /** Keeps the look. It needs the project no more, so the run may begin before. */
  keep(): Promise<void>;
}

/** Looks before a run: from here the next report begins. */
export async function lookBefore({ state, root, run, agent, show }: ForRun): Promise<LookBefore> {
  using _lock = await takeTurn(state);
  const last = await pointersOf(state, root);
  const isPending = last !== undefined && (last.open || last.end !== undefined);
  const base = isPending ? await baseOf(state, last) : undefined;
  const looking = beginLook(root);
  const done = isPending ? await looking() : undefined;
  const end = last?.end === undefined ? undefined : await readLook(state, last.end);
  // A run that ended without a word, as when the machine stopped: what there is now is as near to its end as can be had.
  const until = end?.look ?? (last?.open ? done?.look : undefined);
  const left = base && until ? reportOf(base, last!.since, until) : undefined;
  // Not the last one where that was never kept: of two starts that are killed, the second must not forget what the first began from.
  const before = base?.id ?? last?.base;
  await writePointers(state, {
    root,
    run,
    base: run,
    ...(before === undefined ? {} : { before }),
    since: "start",
    show,
    open: true,
  });
  return {
    left,
    keep: async () => {
      const looked = done ?? await looking();
      const look = { id: run, when: "start", agent, look: looked.look } as const;
      // First: where it cannot be kept, as on a full disk, this process reports from it all the same.
      latest = { state, look };
      await keepLook(state, look, looked.contents, before === undefined ? [] : [before]);
    },
  };
}

/** When a session ends, its supervisor looks as well as whoever was in it. */
async function takeTurn(state: string): Promise<FileLock> {
  return await FileLock.tryAcquire(reportLock(state)) ?? await FileLock.acquire(reportLock(state));
}

/** The look before the run of this process: it need not be read again. */
let latest: { readonly state: string; readonly look: KeptLook } | undefined;

async function baseOf(state: string, { base, before }: Pointers): Promise<KeptLook | undefined> {
  if (latest?.state === state && latest.look.id === base) return latest.look;
  return await readLook(state, base) ?? (before === undefined ? undefined : await readLook(state, before));
}

/** Takes back a look before a run that did not begin. What it reported stays reported. */
export async function forgetLook(state: string, run: string): Promise<void> {
  await setOpen(state, run, false);
}

/** In place of a run that did not begin the box of another goes on: what that does from the look on is to be reported. */
export async function resumeLook(state: string, run: string): Promise<void> {
  await setOpen(state, run, true);
}

async function setOpen(state: string, run: string, open: boolean): Promise<void> {
  const last = await readPointers(state);
  if (last?.run === run) await writePointers(state, { ...last, open });
}

/**
 * Looks while a run goes on or when it has ended, and answers what is new since the last report, and how much of it is to be
 * shown; the next report begins from here. `undefined` where no look was taken before the run, or all was reported when it had ended. `goesOn`: whether the box runs
 * on.
 */
export async function lookAndReport(
  state: string,
  goesOn: boolean,
): Promise<{ readonly report: Report; readonly show: Pointers["show"] } | undefined> {
  if (!await readPointers(state)) return undefined;
  using _lock = await takeTurn(state);
  const now = await lookSince(state);
  if (!now) return undefined;
  const { last, base, looked } = now;
  const { show } = last;
  const report = reportOf(base, last.since, looked.look);
  if (isEmpty(report)) {
    if (!goesOn) await writePointers(state, { ...withoutEnd(last), open: false });
    return { report, show };
  }
  const id = `${last.run}-${looked.look.at.toString(36)}`;
  await keepLook(state, { id, when: "shown", agent: base.agent, look: looked.look }, looked.contents, [
    last.base,
  ]);
  await writePointers(state, { ...withoutEnd(last), base: id, since: "shown", open: goesOn });
  return { report, show };
}

/** Looks when a run has ended and nobody is there to be shown it: the next start reports it. */
export async function lookAtEnd(state: string, run: string): Promise<void> {
  // The lock would make a folder that has gone, or never was.
  if (!await readPointers(state)) return;
  using _lock = await takeTurn(state);
  const now = await lookSince(state, run);
  if (!now?.last.open) return;
  const { last, base, looked } = now;
  if (isEmpty(reportOf(base, last.since, looked.look))) {
    return await writePointers(state, { ...withoutEnd(last), open: false });
  }
  const id = `${run}-end`;
  await keepLook(state, { id, when: "end", agent: base.agent, look: looked.look }, looked.contents, [
    last.base,
  ]);
  await writePointers(state, { ...last, end: id, open: false });
}

/** The report is turned off: what is kept is of no use to the next session. */
export function lookNoMore(state: string): void {
  forgetPointers(state);
}

async function lookSince(
  state: string,
  run?: string,
): Promise<{ readonly last: Pointers; readonly base: KeptLook; readonly looked: Looked } | undefined> {
  const last = await readPointers(state);
  if (!last || run !== undefined && last.run !== run) return undefined;
  // Nothing has run since the last report. What is new is the user's own, also where a look before a session failed.
  if (!last.open && last.end === undefined) return undefined;
  const base = await baseOf(state, last);
  if (!base) return undefined;
  // Read again: a box that has a file mapped can change it without a change of its times.
  return { last, base, looked: await lookAt(last.root) };
}

/** What happened from a look on. */
export function reportOf(base: KeptLook, since: Report["since"], now: Look): Report {
  return {
    sinceMs: base.look.at,
    since,
    findings: compareLooks(base.look, now),
    bounds: now.bounds.filter((folder) => !base.look.bounds.includes(folder)),
  };
}

/** Whether there is nothing to say. */
function isEmpty({ findings, bounds }: Report): boolean {
  return findings.length === 0 && bounds.length === 0;
}

/** What is known of a project, unless it lies elsewhere now. */
async function pointersOf(state: string, root: string): Promise<Pointers | undefined> {
  const last = await readPointers(state);
  return last?.root === root ? last : undefined;
}

function withoutEnd({ end: _end, ...rest }: Pointers): Pointers {
  return rest;
}
