/**
 * A safe, persistent place for AI coding agents and for whatever else should not run on your machine directly: one box
 * (container) for each project, from a script.
 *
 * ```ts no-eval
 * import { openBox } from "@kanibako/kanibako";
 *
 * await using box = await openBox({ project: "/home/me/app", network: "none" });
 * const test = await box.run(["npm", "test"], {
 *   onOutput: (text) => Deno.stdout.writeSync(new TextEncoder().encode(text)),
 * });
 * if (test.code !== 0) console.error(`The tests failed with code ${test.code}.`);
 * ```
 *
 * What a box would get can be seen before it gets it:
 *
 * ```ts no-eval
 * import { planOf } from "@kanibako/kanibako";
 *
 * const plan = await planOf({ project: "/home/me/app" });
 * for (const mount of plan.mounts) console.log(mount.destination, mount.from);
 * ```
 *
 * @module
 */

export { type BoxOptions, findProject, makeProject, openBox, planOf } from "./lib/box/library.ts";
export { Box, type RunOptions, type RunResult } from "./lib/box/handle.ts";
export type {
  BindMount,
  BoxSpec,
  EnvEntry,
  Limits,
  Mount,
  Network,
  Security,
  SecurityName,
  Source,
  TmpfsMount,
  UserMapping,
} from "./lib/box/spec.ts";
export type { Project, ProjectLayout, ProjectMode } from "./lib/project/project.ts";
export { KanibakoError, UsageError } from "./lib/host/error.ts";
export type { ErrorDetail } from "./lib/host/error.ts";
export { version } from "./lib/host/version.ts";
