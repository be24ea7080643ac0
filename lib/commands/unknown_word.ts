/**
 * A first word that is neither command nor project. Loaded only when a call has failed with one.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError, UsageError } from "../host/error.ts";
import { locateProject } from "../project/locate.ts";
import { wordHint } from "./word_hint.ts";
import { commandElsewhere, nearestCommand } from "./route.ts";

/**
 * What to show in place of an error of a call whose first word was taken for a project: says both, and what was probably meant. An
 * error that is about something else stays.
 */
export async function asUnknownWord(
  error: unknown,
  word: string,
  { host, cwd }: { readonly host: () => Promise<Host>; readonly cwd: () => string },
): Promise<unknown> {
  const unknown = error instanceof KanibakoError && error.code === "unknown-project" ? error : undefined;
  if (!unknown && !(error instanceof UsageError)) return error;
  const { hints, exitCode } = error as KanibakoError;
  const elsewhere = commandElsewhere(word);
  const isProject = async () => await locateProject(await host(), word, cwd()).then(() => true, () => false);
  // The words after it were refused before anybody looked for a project.
  if (!unknown && await isProject()) {
    return elsewhere === undefined ? error : new UsageError((error as UsageError).message, {
      hint: [`"${word}" is no command here. Did you mean "kanibako ${elsewhere}"?`, ...hints],
      cause: error,
    });
  }
  const known = wordHint([word]);
  const meant = known === undefined ? nearestCommand(word) : undefined;
  const message = `There is no command or project "${word}".`;
  const hint = [
    ...(known === undefined ? [] : [known]),
    ...(meant === undefined ? [] : [`Did you mean "kanibako ${meant}"?`]),
    ...(unknown ? hints : []),
    ...(meant === undefined && known === undefined ? ["See all commands: kanibako --help"] : []),
  ];
  return unknown
    ? new KanibakoError("unknown-project", message, { hint, exitCode, cause: error })
    : new UsageError(message, { hint, cause: error });
}
