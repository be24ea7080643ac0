/**
 * What the host has to know to start the browser beside a box, as the plan says it.
 *
 * @module
 */

import type { ServiceSpec, UserMapping } from "./box_spec.ts";

/** What a plan says of its browser. */
export interface BrowserOptions {
  readonly image: string;
  readonly user: UserMapping;
  readonly pids: number;
  readonly memoryBytes?: number;
  readonly cpus?: number;
  /** The files that say how names are resolved, by place, where the box has its own. */
  readonly files: Readonly<Record<string, string>>;
}

/** As a service's options, which are flat. */
export function toServiceOptions(options: BrowserOptions): ServiceSpec["options"] {
  const { image, user, pids, memoryBytes, cpus, files } = options;
  return {
    image,
    user: user.kind,
    uid: user.uid,
    gid: user.gid,
    pids,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(cpus === undefined ? {} : { cpus }),
    files: Object.entries(files).flat(),
  };
}

/** The opposite of {@link toServiceOptions}. */
export function fromServiceOptions(options: ServiceSpec["options"]): BrowserOptions {
  const { image, user, uid, gid, pids, memoryBytes, cpus, files } = options;
  const flat = files as readonly string[];
  return {
    image: String(image),
    user: { kind: user as UserMapping["kind"], uid: Number(uid), gid: Number(gid) },
    pids: Number(pids),
    ...(memoryBytes === undefined ? {} : { memoryBytes: Number(memoryBytes) }),
    ...(cpus === undefined ? {} : { cpus: Number(cpus) }),
    files: Object.fromEntries(
      Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at]!, flat[2 * at + 1]!]),
    ),
  };
}
