/**
 * A safe, persistent place for AI coding agents and for whatever else should not run on your machine directly: one box
 * (container) for each project, from a script.
 *
 * ```ts
 * import { openBox } from "@kanibako/kanibako";
 *
 * const project = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${project}/hello.sh`, "echo hello from $KANIBAKO_NAME; exit 3");
 *
 * await using box = await openBox({ project, network: "none" });
 * const result = await box.run(["sh", "hello.sh"], { onOutput: (text) => console.log(text) });
 * if (result.code !== 3) throw new Error(`The exit code was ${result.code}.`);
 * ```
 *
 * What a box would get can be seen before it gets it:
 *
 * ```ts
 * import { planOf } from "@kanibako/kanibako";
 *
 * const plan = await planOf({ project: await Deno.makeTempDir(), network: "none" });
 * for (const mount of plan.mounts) console.log(mount.destination, "from", sourceText(mount.from));
 * if (plan.network.kind !== "none") throw new Error("The plan is not what was asked for.");
 * ```
 *
 * @module
 */

export { type BoxOptions, findProject, makeProject, openBox, planOf } from "./lib/app/library.ts";
export { Box, type RunOptions, type RunResult } from "./lib/app/box.ts";
export type {
  BindMount,
  BoxSpec,
  EnvEntry,
  FilesMount,
  HandedFile,
  Limits,
  MailboxMount,
  Mount,
  Network,
  Security,
  SecurityName,
  ServiceSpec,
  TmpfsMount,
  UserMapping,
} from "./lib/spec/box_spec.ts";
export { type Source, sourceText } from "./lib/spec/source.ts";
export type { Project, ProjectLayout, ProjectMode, WorksetPlace } from "./lib/project/project.ts";
export { KanibakoError, UsageError } from "./lib/host/error.ts";
export type { ErrorDetail } from "./lib/host/error.ts";
export { version } from "./lib/host/version.ts";
