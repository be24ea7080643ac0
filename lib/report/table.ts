/**
 * Everything of a project that a machine runs, as data. A new kind is an entry of its group, and an example in
 * `tests/report/examples.ts`.
 *
 * @module
 */

import type { Entry } from "./entry.ts";
import { AGENTS } from "./table/agents.ts";
import { BUILDS } from "./table/builds.ts";
import { CI } from "./table/ci.ts";
import { EDITORS } from "./table/editors.ts";
import { GIT } from "./table/git.ts";
import { PROGRAMS } from "./table/programs.ts";
import { SHELL } from "./table/shell.ts";

/** All entries. Where two claim a path, the earlier one has it. */
export const TABLE: readonly Entry[] = [
  ...GIT,
  ...SHELL,
  ...EDITORS,
  ...AGENTS,
  ...BUILDS,
  ...CI,
  ...PROGRAMS,
];

/** The entry with that id. */
export function entryOf(id: string): Entry | undefined {
  return TABLE.find((entry) => entry.id === id);
}
