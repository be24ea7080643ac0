/**
 * What helpers of a box have made: how their tasks ended, what they changed, and how it lands. All that goes through what a box has
 * left is done by a process of its own, which cannot keep the one that hosts the hub.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import { run as runProcess } from "../../host/process.ts";
import { self } from "../../host/self.ts";
import { groupOf, helperFolders, helpersRoot } from "../../hub/folders.ts";
import type { HelperResult, HelperWork } from "../../hub/launcher.ts";
import { type Outcome, readOutcome } from "../../hub/outcome.ts";
import type { Helper } from "../../hub/record.ts";
import { readHelpers } from "../../hub/state.ts";
import type { WorkAnswer, WorkRequest } from "../../hub/work/ask.ts";
import { runtimeVariables } from "../../runtime/open.ts";
import type { Run } from "../run.ts";

/** How long it may take to read a result. A schema can be such that a check of it does not end. */
const RESULT_MS = 15_000;
/** How long it may take to compare folders, and to copy what lands. */
const WORK_MS = 10 * 60_000;
/** Processes of one hub at work. */
const AT_ONCE = 2;
/** Of an answer. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Whose helpers, and what is known of their box. */
export type WorkOf = Pick<Run, "host" | "box" | "state"> & {
  readonly record: Pick<Run["record"], "shown" | "has">;
};

/** For the hub of a run. */
export function helperWork({ host, box, state, record }: WorkOf): HelperWork {
  const path = record.shown?.[0] ?? "";
  // What it is said to protect, and all of it where that is not known.
  const keepOut = (["none", "hooks"] as const).find((mode) => mode === record.has?.["report.protect"]) ??
    "all";
  const turns = new Turns();
  const ask = (request: Omit<WorkRequest, "director" | "path">, timeoutMs: number) =>
    turns.take(() => askProcess({ ...request, director: box, path }, timeoutMs));
  return {
    result: async (helper) => {
      const helpers = await readHelpers(state);
      const { result } = helperFolders(
        groupOf(helpersRoot(host.dirs, box), helpers, helper.number),
        helper.number,
      );
      const answer = await ask({ what: "result", number: helper.number }, RESULT_MS).catch(unreadable);
      return resultOf(helper, await readOutcome(result), answer);
    },
    diff: ({ number }) => ask({ what: "diff", number }, WORK_MS),
    land: ({ number }, options) => ask({ what: "land", number, keepOut, ...options }, WORK_MS),
    fork: async (name) => {
      const { path: copy, json } = await ask({ what: "fork", number: 0, name }, WORK_MS);
      if (copy === undefined || json === undefined) {
        throw new KanibakoError("failed", "The copy has no name.");
      }
      return { path: copy, name: json };
    },
  };
}

/** A box can ask as often as it likes: few of its questions are worked on at once. */
class Turns {
  #free = AT_ONCE;
  readonly #waiting: (() => void)[] = [];

  async take<T>(act: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}

/** Whatever a helper has left is a result. */
function unreadable(error: unknown): WorkAnswer {
  debug(() => `result: ${error}`);
  return { changes: [], problem: error instanceof KanibakoError ? error.message : "it cannot be read" };
}

function resultOf(
  { status, exitCode, error }: Helper,
  outcome: Outcome | undefined,
  { changes, leftOut, json, problem }: WorkAnswer,
): HelperResult {
  const code = outcome?.code ?? exitCode;
  const said = outcome?.error ?? error;
  return {
    status,
    ...code === undefined ? {} : { exit_code: code },
    ...outcome?.message === undefined ? {} : { message: outcome.message },
    ...said === undefined ? {} : { error: said },
    ...json === undefined ? {} : { json },
    ...problem === undefined ? {} : { problem },
    changes: [...changes],
    ...leftOut ? { left_out: leftOut } : {},
  };
}

async function askProcess(request: WorkRequest, timeoutMs: number): Promise<WorkAnswer> {
  const program = await self();
  const { stdout, timedOut, code } = await runProcess([...program.command, "internal", "helper-work"], {
    env: { ...runtimeVariables(), ...program.env },
    input: JSON.stringify(request),
    timeoutMs,
    maxOutputBytes: MAX_BYTES,
  });
  if (timedOut) {
    throw new KanibakoError(
      "timeout",
      `The helper's work was looked at for ${timeoutMs / 1000} s: it takes too long.`,
    );
  }
  const answer = parsed(stdout);
  if (answer && "error" in answer) {
    const { code, message, hints } = answer.error;
    throw new KanibakoError(code, message, { hint: hints });
  }
  if (answer) return answer;
  throw new KanibakoError("failed", `Nothing was said of the helper's work (exit code ${code}).`);
}

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly hints: string[] };
}

function parsed(text: string): WorkAnswer | Failure | undefined {
  try {
    return JSON.parse(text) as WorkAnswer | Failure;
  } catch (error) {
    debug(() => `helper work: ${error}`);
    return undefined;
  }
}
