/**
 * What the end of a session moved to the quarantine of a box, and how it is got back.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { FileLock } from "../../host/store.ts";
import { count, shellQuote } from "../../host/ui/text.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { listQuarantine, type Quarantined, quarantineLock } from "../../protect/quarantine.ts";
import { entryOf } from "../../report/table.ts";
import { holdStopped } from "../vault/hold_stopped.ts";
import { existingProject } from "./existing_project.ts";

/** A thing in the quarantine of a project's box. */
export interface QuarantinedThing extends Quarantined {
  /** What it is where it was: "git hook". */
  readonly what: string;
  /** What it does there, and when: "runs when you push". */
  readonly effect: string;
}

/** How a call on things of a quarantine is made. */
export interface QuarantineOptions {
  /** All of them, in place of those that are named. */
  readonly all?: boolean;
  /** Stops the box when it runs. */
  readonly stop?: boolean;
  /** Does not ask. */
  readonly force?: boolean;
  readonly engine?: string | undefined;
}

/** What is in the quarantine of the project that `word` or the folder `cwd` means, the oldest first. Throws `no-box`. */
export async function quarantineOf(
  host: Host,
  word: string | undefined,
  cwd: string,
): Promise<{ readonly project: Project; readonly things: readonly QuarantinedThing[] }> {
  const project = await existingProject(host, word, cwd);
  return { project, things: await thingsOf(project.state) };
}

/** As {@link quarantineOf}, for the state folder of a box. */
export async function thingsOf(state: string): Promise<readonly QuarantinedThing[]> {
  return (await listQuarantine(state)).map(described);
}

/** The same, from a record. */
function described(item: Quarantined): QuarantinedThing {
  const entry = entryOf(item.entry);
  const name = item.path.slice(item.path.lastIndexOf("/") + 1);
  return {
    ...item,
    what: entry?.what ?? item.kind,
    effect: entry?.effects?.[name] ?? entry?.effect ?? "",
  };
}

/** What became of one thing that was restored. */
export interface GivenBack {
  readonly thing: QuarantinedThing;
  /** What stood in its place, and is in the quarantine now. */
  readonly replaced: QuarantinedThing | undefined;
}

/**
 * Moves things back to their places. `names`: paths, of which the latest is meant, or ids. Asks unless `force`. Throws
 * `not-quarantined`, `box-running`, `unsafe-tree` and `Aborted`.
 */
export async function restoreQuarantined(
  host: Host,
  word: string | undefined,
  cwd: string,
  names: readonly string[],
  options: QuarantineOptions = {},
): Promise<readonly GivenBack[]> {
  const { project, things } = await quarantineOf(host, word, cwd);
  const chosen = options.all ? latest(things) : named(project, things, names);
  if (chosen.length === 0) return [];
  await ask(host, options, [
    `This puts ${count(chosen.length, "thing")} back into ${project.path}, where your machine may run ${
      chosen.length === 1 ? "it" : "them"
    }:`,
    ...chosen.slice(0, 20).map(lineOf),
  ]);
  using _stopped = await holdStopped(host, project, {
    stop: options.stop ?? false,
    engine: options.engine,
  });
  using _lock = await FileLock.acquire(quarantineLock(project.state));
  const { giveBack } = await import("../../protect/give_back.ts");
  const done: GivenBack[] = [];
  for (const thing of chosen) {
    const replaced = await giveBack(project.state, project.path, thing);
    done.push({ thing, replaced: replaced && described(replaced) });
  }
  return done;
}

/** Deletes things for good. Asks unless `force`. Otherwise as {@link restoreQuarantined}. */
export async function discardQuarantined(
  host: Host,
  word: string | undefined,
  cwd: string,
  names: readonly string[],
  options: QuarantineOptions = {},
): Promise<readonly QuarantinedThing[]> {
  const { project, things } = await quarantineOf(host, word, cwd);
  const chosen = options.all ? things : named(project, things, names);
  if (chosen.length === 0) return [];
  await ask(host, options, [
    `This deletes ${count(chosen.length, "thing")} for good:`,
    ...chosen.slice(0, 20).map(lineOf),
  ]);
  using _lock = await FileLock.acquire(quarantineLock(project.state));
  const [{ discard }, { boxTreeRemover }] = await Promise.all([
    import("../../protect/give_back.ts"),
    import("./remove_as_box_user.ts"),
  ]);
  const remover = boxTreeRemover(host, options.engine);
  for (const thing of chosen) await discard(project.state, project.path, thing, remover);
  return chosen;
}

function lineOf({ path, reason, what }: QuarantinedThing): string {
  return `${shellQuote(path)} (${what}, ${reason})`;
}

async function ask(host: Host, { force }: QuarantineOptions, details: readonly string[]): Promise<void> {
  if (force) return;
  if (!await host.ui.confirm({ text: "Continue?", details })) throw new Aborted();
}

/** The latest of each path that is named, without twice the same. */
function named(
  project: Project,
  things: readonly QuarantinedThing[],
  names: readonly string[],
): readonly QuarantinedThing[] {
  const chosen = names.map((name) => {
    const path = name.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
    const found = things.findLast((thing) => thing.id === name || thing.path === path);
    if (found) return found;
    const quoted = shellQuote(qualifiedName(project));
    throw new KanibakoError(
      "not-quarantined",
      `There is no ${shellQuote(name)} in the quarantine of ${quoted}.`,
      {
        hint: `To see what there is: kanibako box quarantine list ${quoted}`,
      },
    );
  });
  return [...new Set(chosen)];
}

/** Of each path the latest; not what had to make way for a thing that was restored. */
function latest(things: readonly QuarantinedThing[]): readonly QuarantinedThing[] {
  const wanted = things.filter(({ reason }) => reason !== "replaced");
  return [...new Map(wanted.map((thing) => [thing.path, thing])).values()];
}
