/**
 * SELinux: which mounts podman is to label for boxes, and when a box is better not confined by labels at all.
 *
 * To label a folder, podman walks through all of it, and what else uses the folder may lose its access: sshd, for one, no longer
 * reads the keys of a home that is labelled for containers. So a folder that fits already is left alone, and a home always is.
 *
 * @module
 */

import { run } from "../../host/process.ts";
import type { BindMount, Mount } from "../../spec/box_spec.ts";

/** A label that every box of this user can read and write: as `relabel=shared` makes it. */
const FITS = /:container_file_t:s0$/;
const LOOK_MS = 5000;

/** How a plan's mounts are labelled. */
export interface Labelling {
  /** Whether the box runs without SELinux's confinement, since it shows what must keep its own labels. */
  readonly disabled: boolean;
  /** The sources that are labelled. */
  readonly relabelled: ReadonlySet<string>;
}

/** Where SELinux is off: nothing is labelled. */
export const NO_LABELS: Labelling = { disabled: false, relabelled: new Set() };

/** Decides. `home`: the user's own; `labels`: those the sources have, as far as they are known. Pure. */
export function labelling(
  mounts: readonly Mount[],
  home: string,
  labels: ReadonlyMap<string, string>,
): Labelling {
  const asked = mounts.filter((mount): mount is BindMount =>
    mount.type === "bind" && mount.relabel !== undefined
  );
  if (asked.some(({ source }) => home === source || home.startsWith(source === "/" ? "/" : `${source}/`))) {
    return { disabled: true, relabelled: new Set() };
  }
  const needed = asked.filter(({ source, relabel }) =>
    relabel === "private" || !FITS.test(labels.get(source) ?? "")
  );
  return { disabled: false, relabelled: new Set(needed.map(({ source }) => source)) };
}

/** The labels that files have now. A file without one, or one that cannot be asked for, is left out. */
export async function labelsOf(paths: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const path of paths) {
    const { code, stdout } = await run(["stat", "--format=%C", "--", path], { timeoutMs: LOOK_MS });
    if (code === 0) found.set(path, stdout.trim());
  }
  return found;
}
