/**
 * What can be asked about a helper's work, as plain data: it is done by a process of its own, which a helper or a schema can keep busy
 * without keeping its hub.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import type { Dirs } from "../../host/dirs.ts";
import {
  check,
  flag,
  integer,
  listOf,
  type Of,
  oneOf,
  optional,
  schemaOf,
  shape,
  text,
} from "../../host/light_schema.ts";
import { debug } from "../../host/log.ts";
import { problemOf, type Schema } from "../../host/store.ts";
import { KanibakoError } from "../../host/error.ts";
import type { Change } from "../launcher.ts";
import { readHelpers } from "../state.ts";
import type { Change as WorkChange } from "./changes.ts";
import { diffWork, type WorkFolders } from "./diff.ts";
import { landedFolder, workFoldersOf } from "./folders_of.ts";
import { openFork } from "./fork.ts";

const REQUEST = shape({
  what: oneOf("diff", "land", "result", "fork"),
  /** The id of the box at the top, and the folder of its project. */
  director: check<string>(
    "expected a box",
    (value) => typeof value === "string" && /^[a-z0-9][a-z0-9._-]{0,200}$/.test(value),
  ),
  path: text,
  number: integer,
  /** For `land`. */
  paths: optional(listOf(text)),
  plan: optional(flag),
  /** Takes back what landed last of this helper. */
  undo: optional(flag),
  keepOut: optional(oneOf("none", "hooks", "all")),
  /** For `fork`, which is of the director's project. */
  name: optional(text),
});

/** A question. */
export type WorkRequest = Of<typeof REQUEST>;

/** What is answered. */
export interface WorkAnswer {
  readonly changes: readonly Change[];
  /** How many changes there are beyond these. */
  readonly leftOut?: number;
  /** By what it is taken back. */
  readonly undo?: string;
  /** Of `result`; of `fork`, the name of the copy. */
  readonly json?: string;
  /** Of `fork`: the folder of the copy. */
  readonly path?: string;
  readonly problem?: string;
}

const schema: Schema<WorkRequest> = schemaOf(REQUEST);
/** Most changes in one answer. */
const MOST_CHANGES = 5000;
/** Of their JSON. Paths can be long. */
const MOST_CHARACTERS = 1024 * 1024;
/** The same beside a result. */
const MOST_WITH_RESULT = 1000;

/** Reads a question. Throws `usage`. */
export function workRequestOf(value: unknown): WorkRequest {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new KanibakoError("usage", `Not a question about a helper's work: ${problemOf(result.error.issues)}`);
}

/** Does what is asked, but for `fork`. Throws as `diffWork` and `landWork`, and `no-helper`. */
export async function doWork(dirs: Dirs, request: WorkRequest): Promise<WorkAnswer> {
  const { what, director, path, number } = request;
  const state = boxState(dirs, director);
  const helpers = await readHelpers(state);
  const helper = helpers.find((one) => one.number === number);
  if (!helper) throw new KanibakoError("no-helper", `There is no helper ${number}.`);
  const folders = { ...workFoldersOf({ dirs, director, path, helpers }, helper), undo: landedFolder(state) };
  switch (what) {
    case "diff": {
      const { changes, leftOut } = await diffWork(folders, { limit: MOST_CHANGES });
      return answerOf(changes, leftOut);
    }
    case "land": {
      const { paths, plan, undo: back } = request;
      // What a helper's own box has is not protected.
      const keepOut = helper.parent === 0 ? request.keepOut ?? "all" : "none";
      // What its box can only read, it cannot have written by asking for it either.
      if (folders.isReadOnly && !plan) throw readOnly();
      if (back) {
        const { undoLand } = await import("./undo.ts");
        const { parent, workspace: from, record } = folders;
        using fork = await openFork(record);
        const { changes } = await undoLand({
          undo: folders.undo,
          parent,
          from,
          since: fork.madeAt,
          keepOut,
        });
        return answerOf(changes);
      }
      const { landWork } = await import("./land.ts");
      const { changes, leftOut, undo } = await landWork({
        ...folders,
        paths,
        plan,
        keepOut,
      });
      return { ...answerOf([...changes, ...leftOut]), ...undo === undefined ? {} : { undo } };
    }
    default: {
      if (helper.workspace === "shared-ro") {
        return { changes: [], problem: "it only looks on at its parent's folder, and leaves no file" };
      }
      const { readResult } = await import("./result.ts");
      return { ...await changedBy(folders), ...await readResult(folders.workspace, helper.schema) };
    }
  }
}

/** As many as fit into an answer. */
function answerOf(
  changes: readonly WorkChange[],
  more = 0,
  most: number = MOST_CHANGES,
): Pick<WorkAnswer, "changes" | "leftOut"> {
  const fit: Change[] = [];
  let left = MOST_CHARACTERS;
  for (const change of changes.slice(0, most)) {
    const one = shown(change);
    if ((left -= JSON.stringify(one).length) < 0) break;
    fit.push(one);
  }
  return { changes: fit, leftOut: more + changes.length - fit.length };
}

/** As far as it can be seen: a result is one without it, too. */
async function changedBy(folders: WorkFolders): Promise<Pick<WorkAnswer, "changes" | "leftOut">> {
  try {
    const { changes, leftOut } = await diffWork(folders, { limit: MOST_WITH_RESULT });
    return answerOf(changes, leftOut, MOST_WITH_RESULT);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    debug(() => error.message);
    return { changes: [] };
  }
}

function shown({ path, change, note }: WorkChange): Change {
  return { path, change, ...note === undefined ? {} : { protected: note } };
}

function readOnly(): KanibakoError {
  return new KanibakoError(
    "land-read-only",
    "Nothing can land here: this helper's parent reads its folder only.",
    {
      hint: "Its parent can send what it wants as a message, or copy it to its own parent's channel.",
    },
  );
}
