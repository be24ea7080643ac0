/**
 * Boxes that are no project's own: something stands in a project's place, and nothing of it is registered.
 *
 * @module
 */

import type { Helper } from "../hub/record.ts";
import type { Project } from "../project/project.ts";
import type { ByteSink } from "../runtime/io.ts";
import type { BoxRuntime, Started } from "../runtime/runtime.ts";
import type { Run } from "../run/run.ts";
import type { HandedFile } from "../spec/box_spec.ts";
import type { Narrowing } from "./narrowed_settings.ts";

/** What stands in a project's place. */
export type StandIn = ScratchBox | HelperBox;

/** A box for one use. It has the settings of all boxes, or those of the project in whose folder it works. */
export interface ScratchBox {
  readonly role: "scratch";
  readonly project: Project;
  /** The project in whose folder it works. What is kept there for that project's own box is hidden from this one. */
  readonly worksFor?: Project;
  /** What a file of the project takes away of its settings. */
  readonly narrowing?: { readonly by: Narrowing; readonly file: string };
  /** Files that are handed in, by their path in the folder of the run. */
  readonly handIn?: ReadonlyMap<string, HandedFile>;
  /** Its home is for one command: what a home gets for people and agents is left out. */
  readonly bareHome?: true;
  /** Its container stays when it has ended, until whoever made it removes it. */
  readonly stays?: true;
  /** Gets its image where the engine has none of the name it was to start with; the reference to run. */
  readonly getImage?: (runtime: BoxRuntime) => Promise<string>;
  /** Is given what it is about to be started on, and from which image unless {@link getImage} is asked for one. */
  prepared?(runtime: BoxRuntime, image: string): void;
  /** Where its streams go; absent: where those of its process go. */
  readonly output?: ScratchOutput;
  /** Its command does not get the signals of this process. */
  readonly passesNoSignals?: true;
  /** Is given its command once that has begun. */
  begun?(command: Pick<Extract<Started, { kind: "begun" }>, "signal">): void;
}

/** Where the streams of a scratch box go. */
export interface ScratchOutput {
  /** Its standard input, from the beginning for each try of a start; absent: it is empty. */
  stdin?(): ReadableStream<Uint8Array>;
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
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
