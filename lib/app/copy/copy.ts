/**
 * Copies files and folders between this machine and a box.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError, UsageError } from "../../host/error.ts";
import { interruptible } from "../../host/interruption.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { existingProject } from "../project/existing_project.ts";
import { withBox } from "./box_side.ts";
import { fileToBox, folderToBox, inputToBox } from "./copy_in.ts";
import { type Copied, fileToHost, fileToOutput, folderToHost, lookInBox } from "./copy_out.ts";
import { hostPlace, targetPlace } from "./host_side.ts";
import { type BoxEnd, directionOf, type HostEnd, lastName } from "./words.ts";

export type { Copied } from "./copy_out.ts";

/** How to copy. */
export interface CopyOptions {
  /** Replace a folder that is there. */
  readonly force: boolean;
}

/**
 * Copies `source` to `target`, one of which is `PROJECT:PATH` or `:PATH`, and the other a path on this machine or `-`. The box need not
 * run. Throws `no-box`, `paused`, `replaced`, `exists`, `into-itself`, `box-file`, and for what a box sends `unsafe-archive` and
 * `too-large`.
 */
export async function copy(
  host: Host,
  source: string,
  target: string,
  cwd: string,
  options: CopyOptions,
): Promise<Copied> {
  const { to, box, host: end } = directionOf(source, target);
  const project = await existingProject(host, box.project, cwd);
  return await interruptible(async (signal) =>
    to === "host"
      ? await out(host, { project, box, end, cwd, signal, ...options })
      : await into(host, { project, box, end, cwd, signal, ...options })
  );
}

interface Job extends CopyOptions {
  readonly project: Project;
  readonly box: BoxEnd;
  readonly end: HostEnd;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

async function out(host: Host, { project, box, end, cwd, ...how }: Job): Promise<Copied> {
  return await withBox(host, project, async (execute) => {
    const source = await lookInBox(execute, box.path);
    if (end.kind === "stream") {
      if (source.kind === "file") return await fileToOutput(execute, source, how.signal);
      throw new UsageError(
        `${quotePath(box.path)} in the box is a folder, so it cannot be written to standard output.`,
        {
          hint: `For an archive of it: kanibako shell ${quotePath(qualifiedName(project))} -- tar -c ${
            quotePath(box.path)
          }`,
        },
      );
    }
    const place = await targetPlace(host, end.path, cwd, lastName(box.path) ?? project.name);
    using _folder = place.folder;
    return source.kind === "file"
      ? await fileToHost(execute, source, place, how.signal)
      : await folderToHost(execute, source, place, how);
  });
}

async function into(host: Host, { project, box, end, cwd, ...how }: Job): Promise<Copied> {
  if (end.kind === "stream") {
    return await withBox(
      host,
      project,
      (execute) => inputToBox(execute, { path: box.path, name: undefined }, how.signal),
    );
  }
  const place = await hostPlace(host, end.path, cwd);
  using folder = place.folder;
  const kind = folder.info(place.name)?.kind;
  if (kind !== "file" && kind !== "folder") {
    throw new KanibakoError(
      "cannot-read",
      kind === undefined
        ? `There is no file or folder ${quotePath(end.path)}.`
        : `Cannot copy ${quotePath(end.path)}: it is neither a file nor a folder.`,
    );
  }
  const target = { path: box.path, name: place.name };
  return await withBox(
    host,
    project,
    async (execute) =>
      kind === "file"
        ? await fileToBox(execute, place, target, how.signal)
        : await folderToBox(execute, place, target, how),
  );
}
