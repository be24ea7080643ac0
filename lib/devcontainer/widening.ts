/**
 * What of a configuration would give a box more than it has, or the project more than a box.
 *
 * @module
 */

import type { Origin } from "./merge.ts";
import type { DevContainerFile } from "./schema.ts";
import type { DevBuild, DevMount, FeatureRequest, Widening } from "./types.ts";

/** What is asked besides what {@link Origin}s say. */
export interface Asked {
  readonly file: DevContainerFile;
  readonly origins: readonly Origin[];
  readonly mounts: readonly DevMount[];
  readonly localEnv: readonly string[];
  readonly build: DevBuild | undefined;
  readonly features: readonly FeatureRequest[];
  /** Whether the build copies more than the files that are approved. */
  readonly copiesAll: boolean;
}

const FILE = "devcontainer.json";

/** All of it, in the order in which a person reads it best: what can be approved first. */
export function wideningOf(
  { file, origins, mounts, localEnv, build, features, copiesAll }: Asked,
): readonly Widening[] {
  const approve = (key: string, value: unknown, from: string, why: string): Widening => ({
    key,
    value: JSON.stringify(value),
    from,
    treatment: "approve",
    why,
  });
  const leftOut = (key: string, value: unknown, from: string, why: string): Widening[] =>
    isNothing(value) ? [] : [{ ...approve(key, value, from, why), treatment: "left-out" }];
  return [
    ...(build === undefined ? [] : [
      approve(
        "build",
        build.dockerfile,
        FILE,
        "The engine builds this Dockerfile: what it runs has root in the build, not the box's confinement.",
      ),
    ]),
    ...(!copiesAll ? [] : [
      approve(
        "build.context",
        build?.context ?? "",
        FILE,
        "The build copies whatever is there: what changes there later is built without a question.",
      ),
    ]),
    ...(features.length === 0 ? [] : [
      approve(
        "features",
        features.map(({ id }) => id),
        FILE,
        "The engine builds these into the image: their install scripts have root in the build.",
      ),
    ]),
    ...mounts.flatMap(({ type, source, target, readOnly, from }, index) =>
      type !== "bind" ? [] : [approve(
        `mounts[${index}]`,
        { source, target, readOnly },
        from,
        `The box could ${readOnly ? "read" : "read and write"} this place of the host.`,
      )]
    ),
    ...localEnv.map((name) =>
      approve("localEnv", name, FILE, "The box would get the value of this variable of the host.")
    ),
    ...leftOut(
      "initializeCommand",
      file.initializeCommand,
      FILE,
      "It would run on the host, where nothing of it runs.",
    ),
    ...leftOut(
      "runArgs",
      file.runArgs,
      FILE,
      "Nothing from a project is passed to the engine's command line.",
    ),
    ...leftOut(
      "build.options",
      file.build?.options,
      FILE,
      "Nothing from a project is passed to the engine's command line.",
    ),
    ...leftOut(
      "hostRequirements",
      file.hostRequirements,
      FILE,
      "What a box may use is for its settings to say.",
    ),
    ...leftOut(
      "workspaceMount",
      file.workspaceMount,
      FILE,
      "The box has the project as its workspace, and nothing else.",
    ),
    ...origins.flatMap(({ from, says }) => [
      ...leftOut("privileged", says.privileged, from, "A box is never privileged."),
      ...leftOut("capAdd", says.capAdd, from, "The box's security profile says which capabilities it has."),
      ...leftOut(
        "securityOpt",
        says.securityOpt,
        from,
        "The box's security profile says how it is confined.",
      ),
    ]),
  ];
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === false || value === "" ||
    (Array.isArray(value) && value.length === 0);
}
