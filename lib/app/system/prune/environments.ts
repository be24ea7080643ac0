/**
 * Images that were made for something that is gone: of the `devcontainer.json` of a project, of a box that `run --keep` had left.
 *
 * @module
 */

import type { Host } from "../../../config/system.ts";
import { LABEL_DEVCONTAINER } from "../../../devcontainer/image.ts";
import { listProjects } from "../../../project/list.ts";
import type { ImageStore } from "../../../runtime/images.ts";
import { LABEL_OWNER, ownerMark } from "../../../runtime/labels.ts";
import { imagesOf } from "../../../runtime/open.ts";
import type { BoxRuntime } from "../../../runtime/runtime.ts";
import { keptBoxes } from "../../run/kept.ts";
import { type Unused, YOUNG_MS } from "./unused.ts";

const ENVIRONMENT = /^localhost\/kanibako-dev-/;
const KEPT = /^localhost\/kanibako-kept\//;

/** What such images may be for. */
export interface InUse {
  /** Whose they are. An engine may serve several users, and one user with several homes. */
  readonly owner: string;
  /** The names of all projects. */
  readonly projects: ReadonlySet<string>;
  /** The images of all kept boxes. */
  readonly kept: ReadonlySet<string>;
}

/** Those of all runtimes. */
export async function unusedEnvironments(
  host: Host,
  runtimes: readonly BoxRuntime[],
): Promise<readonly Unused[]> {
  const use = {
    owner: await ownerMark(host.dirs.state),
    projects: new Set((await listProjects(host)).map(({ name }) => name)),
    kept: new Set((await keptBoxes(host)).map(({ image }) => image)),
  };
  const found = await Promise.all(runtimes.map((runtime) => environmentsWithout(imagesOf(runtime), use)));
  return found.flat();
}

/** Images of ours that are for nothing of this. */
export async function environmentsWithout(
  store: ImageStore,
  { owner, projects, kept }: InUse,
  nowMs = Date.now(),
): Promise<Unused[]> {
  const found: Unused[] = [];
  for (const { id, names, createdAt, sizeBytes, ...image } of await store.list()) {
    const name = names.find((one) => ENVIRONMENT.test(one) || KEPT.test(one));
    // What it is for may be written down only when it is made.
    if (name === undefined || nowMs - (createdAt ?? 0) * 1000 < YOUNG_MS) continue;
    // Not every engine lists labels.
    const labels = LABEL_OWNER in image.labels ? image.labels : (await store.get(id))?.labels ?? {};
    const project = labels[LABEL_DEVCONTAINER];
    const isUsed = KEPT.test(name) ? kept.has(name) : project === undefined || projects.has(project);
    if (labels[LABEL_OWNER] !== owner || isUsed) continue;
    found.push({
      kind: "image",
      name,
      ...(sizeBytes === undefined ? {} : { bytes: sizeBytes }),
      remove: () => store.remove(name),
    });
  }
  return found;
}
