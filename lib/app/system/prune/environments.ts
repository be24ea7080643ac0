/**
 * Images that were built of a project's `devcontainer.json`, of projects that are gone.
 *
 * @module
 */

import type { Host } from "../../../config/system.ts";
import { LABEL_DEVCONTAINER } from "../../../devcontainer/image.ts";
import { listProjects } from "../../../project/list.ts";
import type { ImageStore } from "../../../runtime/images.ts";
import { imagesOf } from "../../../runtime/open.ts";
import type { BoxRuntime } from "../../../runtime/runtime.ts";
import { type Unused, YOUNG_MS } from "./unused.ts";

const NAME = /^localhost\/kanibako-dev-/;

/** Those of all runtimes. */
export async function unusedEnvironments(
  host: Host,
  runtimes: readonly BoxRuntime[],
): Promise<readonly Unused[]> {
  const projects = new Set((await listProjects(host)).map(({ name }) => name));
  const found = await Promise.all(
    runtimes.map((runtime) => environmentsWithout(imagesOf(runtime), projects)),
  );
  return found.flat();
}

/** Images of projects that are not among these. */
export async function environmentsWithout(
  store: ImageStore,
  projects: ReadonlySet<string>,
  nowMs = Date.now(),
): Promise<Unused[]> {
  const found: Unused[] = [];
  for (const { id, names, createdAt, sizeBytes, ...image } of await store.list()) {
    const name = names.find((one) => NAME.test(one));
    // One that is being built has no project yet.
    if (name === undefined || nowMs - (createdAt ?? 0) * 1000 < YOUNG_MS) continue;
    // Not every engine lists labels.
    const labels = LABEL_DEVCONTAINER in image.labels ? image.labels : (await store.get(id))?.labels ?? {};
    const project = labels[LABEL_DEVCONTAINER];
    if (project === undefined || projects.has(project)) continue;
    found.push({
      kind: "image",
      name,
      ...(sizeBytes === undefined ? {} : { bytes: sizeBytes }),
      remove: () => store.remove(name),
    });
  }
  return found;
}
