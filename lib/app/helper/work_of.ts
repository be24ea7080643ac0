/**
 * The work of a helper, for whoever is to see it or take it over: in a box its hub is asked; on this machine it is looked at directly,
 * whether the box of the project runs or not.
 *
 * @module
 */

import type { Change } from "../../hub/launcher.ts";
import { readHelpers } from "../../hub/state.ts";
import { doWork } from "../../hub/work/ask.ts";
import { boxAround } from "../../project/in_box.ts";
import { locateProject } from "../../project/locate.ts";
import { hubOf, named, type WhoseHelpers } from "./hub_of.ts";

/** What is asked. */
export type WorkQuestion = { readonly what: "diff" } | {
  readonly what: "land";
  readonly paths?: string[];
  readonly plan?: boolean;
  /** Takes back what landed last of this helper. */
  readonly undo?: boolean;
};

/** What is answered. */
export interface WorkSeen {
  readonly changes: readonly Change[];
  /** How many changes there are beyond these. */
  readonly leftOut: number;
  /** By what it is taken back. */
  readonly undo?: string;
}

/** Asks about a helper, by its number or name. Throws `no-helper`, `no-hub`, and what looking at it and landing it throw. */
export async function askWork(whose: WhoseHelpers, word: string, question: WorkQuestion): Promise<WorkSeen> {
  if (boxAround() !== undefined) return await askHub(whose, word, question);
  const host = await whose.host();
  const { id, path, state } = await locateProject(host, whose.project, whose.cwd());
  const meant = named(word);
  const helper = (await readHelpers(state)).find(({ number, name }) => number === meant || name === meant);
  // Its hub knows no more, and says what there is to say.
  if (!helper) return await askHub(whose, word, question);
  // The user may land what a box may not.
  const { changes, leftOut = 0, undo } = await doWork(host.dirs, {
    ...question,
    director: id,
    path,
    number: helper.number,
    keepOut: "none",
  });
  return { changes, leftOut, ...undo === undefined ? {} : { undo } };
}

async function askHub(whose: WhoseHelpers, word: string, question: WorkQuestion): Promise<WorkSeen> {
  using hub = await hubOf(whose);
  const helper = named(word);
  if (question.what === "diff") {
    const { changes, left_out = 0 } = await hub.ask("diff", { helper });
    return { changes, leftOut: left_out };
  }
  const { what: _what, ...fields } = question;
  const { changes, left_out = 0, undo } = await hub.ask("land", { helper, ...fields });
  return { changes, leftOut: left_out, ...undo === undefined ? {} : { undo } };
}
