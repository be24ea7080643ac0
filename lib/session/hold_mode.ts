/**
 * The ways to hold a box that is opened, and what each comes to.
 *
 * @module
 */

import type { Run } from "../run/run.ts";
import type { BoxSpec } from "../spec/box_spec.ts";

/** Who holds the box, and where its streams go. */
export type HoldMode =
  /** On this process's own terminal or streams, until the command ends or the user leaves. */
  | "attached"
  /** Started, and left to its supervisor. */
  | "detached"
  /** By this process, which calls commands into it, until it lets go or dies. */
  | "held";

/** What opening a box came to. */
export type Opened =
  /** What ran has ended. */
  | { readonly kind: "ended"; readonly code: number }
  /** The box keeps running. `left`: the user was in it. */
  | { readonly kind: "running"; readonly left: boolean }
  /** This process holds it. */
  | { readonly kind: "held"; readonly held: HeldBox };

/** A box that this process holds. */
export interface HeldBox {
  readonly run: Run;
  readonly plan: BoxSpec;
  /** Resolves when the box has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends it, takes out what it left, and lets others start it. May be called twice. */
  close(): Promise<void>;
}
