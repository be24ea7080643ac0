/**
 * What helpers of a box have made: how their tasks ended.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import { KanibakoError } from "../../host/error.ts";
import { groupOf, helperFolders, helpersRoot } from "../../hub/folders.ts";
import type { HelperResult, HelperWork } from "../../hub/launcher.ts";
import { readOutcome } from "../../hub/outcome.ts";
import type { Helper } from "../../hub/record.ts";
import { readHelpers } from "../../hub/state.ts";
import type { Run } from "../run.ts";

/** For the hub of a run. */
export function helperWork({ host, box }: Run): HelperWork {
  return {
    result: async (helper) => await resultOf(helper, await folderOf(helper)),
    diff: () => Promise.reject(notYet()),
    land: () => Promise.reject(notYet()),
    fork: () => Promise.reject(notYet()),
  };

  async function folderOf({ number }: Helper): Promise<string> {
    const helpers = await readHelpers(boxState(host.dirs, box));
    const root = helpersRoot(host.dirs, box);
    return helperFolders(groupOf(root, helpers, number), number).result;
  }
}

async function resultOf({ status, exitCode, error }: Helper, path: string): Promise<HelperResult> {
  const outcome = await readOutcome(path);
  const problem = outcome?.error ?? error;
  const code = outcome?.code ?? exitCode;
  return {
    status,
    ...code === undefined ? {} : { exit_code: code },
    ...outcome?.message === undefined ? {} : { message: outcome.message },
    ...problem === undefined ? {} : { problem },
    changes: [],
  };
}

function notYet(): KanibakoError {
  return new KanibakoError("not-available", "What a helper has made cannot be compared here yet.");
}
