/**
 * Files that decide what a box may do must not be writable by the box, whichever setting would mount them.
 *
 * @module
 */

import { real } from "../host/path.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { isWithin } from "../project/layout.ts";
import type { Project } from "../project/project.ts";
import { sourceText } from "../spec/source.ts";
import type { BindMount, Mount } from "../spec/box_spec.ts";

/**
 * The files and folders that no box may write: settings, records, and in default mode the vault's history. `project`: the
 * project the box belongs to, if any.
 */
export function protectedPaths(
  host: Host,
  project: Project | undefined,
  hideVault: boolean,
): readonly string[] {
  const { paths, file } = host.system;
  const box = project ? [`${project.metadata}/project.toml`, `${project.metadata}/env`] : [];
  // A home became a project only after the user agreed that the agent may change all of it.
  if (project?.mode === "standalone" && project.path === real(host.dirs.home)) return box;
  const root = project?.workset?.root;
  const all = [
    ...box,
    ...(root === undefined ? [] : ["workset.toml", "config.toml", "env"].map((name) => `${root}/${name}`)),
    ...(project && hideVault ? [`${project.path}/vault/.versions`] : []),
    file,
    paths.names,
    paths.env,
    paths.defaultWorkset,
    paths.crabs,
    paths.templates,
    host.dirs.state,
    host.dirs.cache,
  ];
  return [...new Set(all.map(real))];
}

/** Throws `writable-settings`, naming the path, when a plan would let the box write one of these. `mounts`: parents first. */
export function assertProtected(mounts: readonly Mount[], paths: readonly string[]): void {
  for (const path of paths) {
    const through = mounts.find((mount): mount is BindMount =>
      mount.type === "bind" && !mount.readOnly && isWithin(path, mount.source) &&
      !isHidden(mounts, mount, path)
    );
    if (!through) continue;
    throw new KanibakoError(
      "writable-settings",
      `Cannot start the box: it could change ${shellQuote(path)}, which no box may write (${
        sourceText(through.from)
      }).`,
      {
        hint: [
          `${shellQuote(through.source)} contains it. Use a folder that does not, or move it out of there.`,
          "Settings are safe in ~/.config and ~/.local: kanibako system info shows where they are.",
        ],
      },
    );
  }
}

/** Whether something else is mounted over the path, where this mount would show it. */
function isHidden(mounts: readonly Mount[], through: BindMount, path: string): boolean {
  const seenAt = `${through.destination}${path.slice(through.source.length)}`;
  const last = mounts.findLast(({ destination }) => isWithin(seenAt, destination));
  return last !== through;
}
