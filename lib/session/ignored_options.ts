/**
 * Options that count only when a box is started.
 *
 * @module
 */

import { ignoredLine, ineffective } from "../config/settings/given_options.ts";
import type { SessionRequest } from "./gather.ts";

/** As {@link withoutEffect}, for a command that is called into a running box: it has its own variables and words. */
export function withoutEffectOnCall({ flags, engine }: SessionRequest): string | undefined {
  const { env: _env, ...others } = flags;
  return ignoredLine([...ineffective(others), ...(engine === undefined ? [] : ["--engine"])]);
}

/** The sentence about options given that have no effect on a box that is already running; `undefined` when there are none. */
export function withoutEffect({ flags, words, engine, entrypoint }: SessionRequest): string | undefined {
  return ignoredLine([
    ...ineffective(flags),
    ...(engine === undefined ? [] : ["--engine"]),
    ...(entrypoint === undefined ? [] : ["--entrypoint"]),
    ...(words.length === 0 ? [] : ["the arguments after --"]),
  ]);
}
