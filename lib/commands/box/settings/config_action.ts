/**
 * Shows or changes the settings of a box.
 *
 * @module
 */

import { boxScope } from "../../../app/config/box_scope.ts";
import { isSettingName, unknownSetting } from "../../../config/setting_name.ts";
import { KanibakoError } from "../../../host/error.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { locateProject } from "../../../project/locate.ts";
import { configure } from "../../config_command.ts";
import { type ConfigFlags, isChange } from "../../config_flags.ts";
import type { Context } from "../../context.ts";

/** Runs `kanibako box config`. */
export default async function boxConfig(
  this: Context,
  flags: ConfigFlags,
  first?: string,
  second?: string,
): Promise<number> {
  const alone = second === undefined && first !== undefined && isSettingName(first, "box");
  const [word, argument] = alone ? [undefined, first] : [first, second];
  const host = await this.host(isChange(flags, first, second));
  const project = await locateProject(host, word, this.cwd).catch((error) => {
    throw second === undefined ? asSetting(error, word) : asTwoWords(error, first!, second);
  });
  return await configure(boxScope(host, project), flags, argument);
}

/** Two words of which the first is no project were probably meant as a setting and its value, or as two settings. */
function asTwoWords(error: unknown, first: string, second: string): unknown {
  if (!(error instanceof KanibakoError) || error.code !== "unknown-project") return error;
  const key = first.split("=")[0]!;
  if (!isSettingName(key, "box") && !first.includes("=")) return error;
  return new KanibakoError(error.code, error.message, {
    hint: first.includes("=")
      ? `To change several settings, change one at a time: kanibako box config ${shellQuote(first)}`
      : `To change the setting ${key}: kanibako box config ${shellQuote(`${key}=${second}`)}`,
    cause: error,
  });
}

/** One word that is neither a project nor a setting was probably meant as a setting. */
function asSetting(error: unknown, word: string | undefined): unknown {
  if (!(error instanceof KanibakoError) || error.code !== "unknown-project" || word === undefined) {
    return error;
  }
  return new KanibakoError("unknown-key", `There is no setting and no project ${shellQuote(word)}.`, {
    hint: [...unknownSetting(word).hints.slice(0, -1), ...error.hints],
    cause: error,
  });
}
