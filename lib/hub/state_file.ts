/**
 * What a helper's parent reads of it in a file of its folder.
 *
 * @module
 */

import type { Helper } from "./record.ts";
import { Tree } from "./tree.ts";

/** The text of `state.json`. `helpers`: all that there are. */
export function stateText(helper: Helper, helpers: readonly Helper[]): string {
  const { status, model, grant: { budget }, container, error } = helper;
  const peers = new Tree(helpers).siblingsOf(helper).map(({ number }) => number);
  const state = {
    status,
    ...model === undefined ? {} : { model },
    depth: budget.depth,
    breadth: budget.breadth,
    peers,
    ...container === undefined ? {} : { container_name: container },
    ...error === undefined ? {} : { error },
  };
  return `${JSON.stringify(state, null, 2)}\n`;
}
