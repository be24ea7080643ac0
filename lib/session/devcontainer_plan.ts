/**
 * What of a plan comes with the `devcontainer.json` that is used, beside settings.
 *
 * @module
 */

import { volumesFolder } from "../config/box_state.ts";
import { type DevContainerUse, fromDevContainer, withLocalEnv } from "../config/devcontainer.ts";
import { exists } from "../host/path.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { PlanInput } from "../plan/parts/part.ts";
import type { HandedFile } from "../spec/box_spec.ts";
import type { SessionDevContainer } from "./devcontainer.ts";
import type { Session } from "./gather.ts";

/** What it comes to. */
export interface DevContainerPlan {
  readonly part: Pick<PlanInput, "devContainer">;
  /** What is handed in. */
  readonly files: readonly (readonly [string, HandedFile])[];
  /** Folders that are to be made. */
  readonly missing: readonly string[];
}

/** Says what it comes to. Creates nothing. */
export function devContainerPlan(
  { file, use }: SessionDevContainer,
  { project }: Pick<Session, "project">,
): DevContainerPlan {
  if (!use) return { part: {}, files: [], missing: [] };
  const folder = volumesFolder(project.state);
  const { volumes, inMemory } = use;
  return {
    part: { devContainer: { volumes, inMemory, folder, from: fromDevContainer(file) } },
    files: use.lifecycle === "" ? [] : [["lifecycle", { content: commandsOf(use), mode: 0o600 }]],
    missing: volumes.map(({ name }) => `${folder}/${name}`).filter((path) => !exists(path)),
  };
}

/** The commands, as the box's script reads them. All texts in them are between single quotes. */
function commandsOf({ lifecycle, localEnv }: DevContainerUse): string {
  return withLocalEnv(lifecycle, localEnv, (name) => Deno.env.get(name)?.replaceAll("'", `'\\''`));
}

/** What is to be said where a plan is only shown, a sentence each: what a start would do first. */
export function notPlanned({ state, file }: SessionDevContainer, path: string): readonly string[] {
  if (state === "unprepared") {
    return [`The image of ${file} is made at the next start; the plan is without it.`];
  }
  return state === "offered"
    ? [`${file} is not used. To look at it and to use it: kanibako box approve ${shellQuote(path)}`]
    : [];
}
