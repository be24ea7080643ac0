/**
 * Whether a project's `devcontainer.json` has a say in a session. Most projects have none, which costs a look at two names.
 *
 * @module
 */

import { type DevContainerUse, isDevContainerLevel, mayHaveDevContainer } from "../config/devcontainer.ts";
import type { LevelFile } from "../config/levels.ts";
import type { Host } from "../config/system.ts";
import type { KanibakoError } from "../host/error.ts";
import type { Project } from "../project/project.ts";
import type { StandIn } from "./stand_in.ts";

/** The `devcontainer.json` of a session's project. */
export interface SessionDevContainer {
  /** Relative to the project. */
  readonly file: string;
  /**
   * `used`: the box has what it says. `unprepared`: it is wanted, and its image has not been made. `offered`: nobody has answered yet.
   * `refused`: it is wanted, and its content was not approved.
   */
  readonly state: "used" | "unprepared" | "offered" | "refused";
  /** What the box has of it. */
  readonly use?: DevContainerUse;
  /** What a start throws. */
  readonly refusal?: KanibakoError;
}

/** What {@link withDevContainer} needs to know. */
export interface DevContainerAsked {
  readonly host: Host;
  readonly project: Project;
  readonly standIn: StandIn | undefined;
  /** The project is another user's: nothing that it brings along is used. */
  readonly foreign: boolean;
}

/** The levels that count for a session, and what is known of the file. `levels`: the strongest first. */
export async function withDevContainer(
  { host, project, standIn, foreign }: DevContainerAsked,
  levels: readonly LevelFile[],
): Promise<{ readonly levels: readonly LevelFile[]; readonly devContainer?: SessionDevContainer }> {
  // A helper's settings are its director's, which has what runs once. What is made for one use has the settings of all boxes.
  if (standIn?.role === "helper") return { levels };
  if (standIn || foreign) return { levels: levels.filter((one) => !isDevContainerLevel(one)) };
  if (!mayHaveDevContainer(project.path)) return { levels };
  const { findDevContainer } = await import("./find_devcontainer.ts");
  const devContainer = await findDevContainer(host, project, levels);
  if (devContainer?.state === "used") return { levels, devContainer };
  return {
    levels: levels.filter((one) => !isDevContainerLevel(one)),
    ...devContainer ? { devContainer } : {},
  };
}
