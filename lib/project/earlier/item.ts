/**
 * One thing that is taken over from the earlier program, is here already, or cannot be taken.
 *
 * @module
 */

import type { Change } from "../change/change.ts";

/** What it is, for people. */
export type ItemKind =
  | "settings"
  | "variables"
  | "agent"
  | "rig"
  | "rig recipe"
  | "template"
  | "shared folder"
  | "box"
  | "workset"
  | "standalone project"
  | "other";

/** One thing. */
export interface Item {
  readonly kind: ItemKind;
  /** What it is called here; of what is not taken, what it was called. */
  readonly name: string;
  /** Where it comes from, or which folder it is about. */
  readonly about: string;
  /** `take`: it will be, or was; `here`: there is nothing to do. */
  readonly fate: "take" | "here" | "cannot";
  /** Why it is not taken, as a clause. */
  readonly why?: string | undefined;
  /** What of it is not taken, and what to know, each a clause. */
  readonly notes?: readonly string[] | undefined;
  /** Shares and seeds that it asks for: key to value. They show a box folders of this machine. */
  readonly asks?: ReadonlyMap<string, string> | undefined;
  /** What takes it over. */
  readonly change?: Change | undefined;
  /** A workset's folder, to be registered once the change is made. */
  readonly register?: string | undefined;
}

/** The item of what cannot be taken. */
export function cannotTake(
  kind: ItemKind,
  name: string,
  about: string,
  why: string,
  notes: readonly string[] = [],
): Item {
  return { kind, name, about, fate: "cannot", why, notes };
}
