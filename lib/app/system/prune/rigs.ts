/**
 * What making rigs left that nobody uses: images that were replaced or never finished, containers that were to pass, folders of builds
 * that were killed, and remembered failures that count no more.
 *
 * @module
 */

import type { Dirs } from "../../../host/dirs.ts";
import { KanibakoError } from "../../../host/error.ts";
import { FileLock } from "../../../host/store.ts";
import { diskUse } from "../../../host/tree/disk_use.ts";
import { leftWork } from "../../../rig/create/leftovers.ts";
import { expiredPullFailures, forgetExpired } from "../../../rig/pull_failures.ts";
import { RIG_LOCKS, Scratch } from "../../../rig/scratch.ts";
import type { ImageStore } from "../../../runtime/images.ts";
import { isPassing, LABEL_PASSING, LABEL_ROLE } from "../../../runtime/labels.ts";
import { imagesOf } from "../../../runtime/open.ts";
import type { BoxRuntime } from "../../../runtime/runtime.ts";
import { PATIENCE_MS, type Unused, YOUNG_MS } from "./unused.ts";

/** All of it. */
export async function unusedOfRigs(dirs: Dirs, runtimes: readonly BoxRuntime[]): Promise<readonly Unused[]> {
  const found = await Promise.all(runtimes.map(async (runtime) => [
    ...await passedContainers(runtime),
    ...await withoutName(imagesOf(runtime)),
  ]));
  return [...found.flat(), ...await leftFolders(dirs), ...await leftByHand(dirs), ...await oldFailures(dirs)];
}

/** Containers that files are made of images with, where the program that was to remove them was killed. */
export async function passedContainers(runtime: BoxRuntime, nowMs = Date.now()): Promise<Unused[]> {
  const found = await runtime.find({ [LABEL_PASSING]: "1" });
  // A box may have the label of its image.
  const passing = found.filter(({ name, labels }) => isPassing(name) && labels[LABEL_ROLE] === undefined);
  return passing.filter(({ running, createdAt = 0 }) => !running && nowMs - createdAt * 1000 > YOUNG_MS)
    .map(({ id, name }) => ({ kind: "container", name, remove: () => runtime.remove(id) }));
}

/** Images without a name that this program built: a newer one has replaced them, or their build did not come to its end. */
export async function withoutName(store: ImageStore, nowMs = Date.now()): Promise<Unused[]> {
  const found: Unused[] = [];
  for (const { id, names, createdAt, sizeBytes, ...image } of await store.list()) {
    if (names.some((name) => !name.includes("<none>")) || nowMs - (createdAt ?? 0) * 1000 < YOUNG_MS) {
      continue;
    }
    // Not every engine lists labels.
    const labels = isOurs(image.labels) ? image.labels : (await store.get(id))?.labels ?? {};
    if (!isOurs(labels)) continue;
    found.push({
      kind: "image",
      name: `${labels["kanibako.rig"] ?? "rig"} (${id.replace(/^sha256:/, "").slice(0, 12)})`,
      ...(sizeBytes === undefined ? {} : { bytes: sizeBytes }),
      remove: () => store.remove(id),
    });
  }
  return found;
}

/** A step of a build has the labels of what it stands on, and those that the build began with. */
function isOurs(labels: Readonly<Record<string, string>>): boolean {
  return "kanibako.recipe" in labels || "kanibako.rig" in labels;
}

async function leftFolders(dirs: Dirs): Promise<Unused[]> {
  const found: Unused[] = [];
  for (const [prefix, lock] of Object.entries(RIG_LOCKS)) {
    const path = `${dirs.state}/${lock}`;
    if (await FileLock.isHeld(path)) continue;
    for (const folder of Scratch.left(dirs, prefix)) {
      const bytes = diskUse(folder, PATIENCE_MS)?.bytes ?? 0;
      found.push({
        kind: "build",
        name: folder.slice(folder.lastIndexOf("/") + 1),
        bytes,
        remove: async () => {
          using held = await FileLock.tryAcquire(path);
          if (!held) throw new KanibakoError("busy", `Cannot remove ${folder}: a rig is being made.`);
          await Scratch.remove(folder);
        },
      });
    }
  }
  return found;
}

const KINDS = { work: "container", incoming: "image", files: "build" } as const;

/** What is left of rigs that were being made by hand, added, imported or exported. */
async function leftByHand(dirs: Dirs): Promise<Unused[]> {
  return (await leftWork(dirs)).map(({ name, kind, folder, remove }) => {
    const bytes = folder === undefined ? undefined : diskUse(folder, PATIENCE_MS)?.bytes ?? 0;
    return { kind: KINDS[kind], name, remove, ...(bytes === undefined ? {} : { bytes }) };
  });
}

async function oldFailures(dirs: Dirs): Promise<Unused[]> {
  const expired = await expiredPullFailures(dirs);
  if (expired.length === 0) return [];
  return [{
    kind: "record",
    name: `failures to pull, older than a day (${expired.length})`,
    remove: () => forgetExpired(dirs),
  }];
}
