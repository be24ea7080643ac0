/**
 * The box's side of a copy: commands in the box read and write there, so what is reached is what the agent's user may reach. A box that
 * does not run is opened for as long as the copy takes, without a network.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { assertSameFolders } from "../../run/mounted.ts";
import { readRun } from "../../run/record.ts";
import { runFolder, runtimeOf } from "../../run/run.ts";
import { assertNotPaused } from "../../session/paused.ts";
import { BoxCommand, type ExecOptions } from "../box_command.ts";
import { openProjectBox } from "../open_box.ts";

/** Runs a command in a box. */
export type Execute = (argv: readonly [string, ...string[]], options?: ExecOptions) => BoxCommand;

/** Lends what runs commands in the box of a project, running or not. Throws `paused` and `replaced`. */
export async function withBox<T>(
  host: Host,
  project: Project,
  use: (execute: Execute) => Promise<T>,
): Promise<T> {
  const execute = await running(host, project);
  if (execute) return await use(execute);
  const word = project.mode === "standalone" ? project.path : qualifiedName(project);
  await using box = await openProjectBox(host, word, project.path, { network: "none" });
  return await use((argv, options) => box.exec(argv, options));
}

async function running(host: Host, project: Project): Promise<Execute | undefined> {
  const { id, state } = project;
  const record = await readRun(state);
  const runtime = record && await runtimeOf(host, record);
  if (!record || !runtime) return undefined;
  await using mailbox = await runtime.openMailbox(runFolder(state, record.run));
  if (!await mailbox.alive()) return undefined;
  const name = qualifiedName(project);
  await assertNotPaused({ host, box: id, state, record, runtime, mailbox }, name);
  assertSameFolders(name, record);
  return (argv, options = {}) => {
    host.events({ kind: "called", box: id, run: record.run, atMs: Date.now(), data: { command: argv[0] } });
    return new BoxCommand({ runtime, state }, { box: record.box, name }, argv, options, undefined);
  };
}

/** A path as a program in the box takes it: never for an option. */
export function boxPath(path: string): string {
  return path.startsWith("/") ? path : `./${path}`;
}

/** The error for what a program in the box said. */
export function boxFailed(action: string, path: string, said: Uint8Array): KanibakoError {
  const output = new TextDecoder().decode(said).trim();
  const last = output.split("\n").at(-1) ?? "";
  return new KanibakoError(
    "box-file",
    `Cannot ${action} ${shellQuote(path)} in the box${last ? `: ${last}` : "."}`,
    output === last ? {} : { output },
  );
}
