/**
 * Boxes that are no project's own: something stands in a project's place, and nothing of it is registered.
 *
 * @module
 */

import type { Helper } from "../hub/record.ts";
import type { Project } from "../project/project.ts";
import type { ByteSink } from "../runtime/io.ts";
import type { Run } from "../run/run.ts";

/** What stands in a project's place. */
export type StandIn = ScratchBox | HelperBox;

/** A box for one use. It has the settings of all boxes. */
export interface ScratchBox {
  readonly role: "scratch";
  readonly project: Project;
}

/** A box that another one has asked for. */
export interface HelperBox {
  readonly role: "helper";
  readonly project: Project;
  /** Whose settings it has, as far as its grant goes. */
  readonly director: Project;
  readonly helper: Helper;
  /** The id of the box that asked for it. */
  readonly parent: string;
  /** What it must not see of a workspace that is another box's, as absolute paths. Empty: it has one of its own. */
  readonly hides: readonly string[];
  /** The folder of its parent's helpers. */
  readonly group: string;
  /** What its director runs with and no setting says: options of that start included. `agent`: its id; empty: none. */
  readonly has: { readonly security: string; readonly autonomous: boolean; readonly agent: string };
  /** Where its streams go; absent: where those of its process go. */
  readonly output?: { readonly stdout: ByteSink; readonly stderr: ByteSink };
  /** Called once its run is recorded, before its box is started. */
  ready?(run: Run): Promise<void>;
}

/** Whether it runs an agent that is not its director's: nothing that the user keeps for that agent is for this box. */
export function hasAnotherAgent(standIn: StandIn | undefined): boolean {
  return standIn?.role === "helper" && standIn.helper.crab !== "" &&
    standIn.helper.crab !== standIn.has.agent;
}
