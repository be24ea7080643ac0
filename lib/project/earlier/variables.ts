/**
 * Variables of the earlier program. It passed over lines that it did not understand, and let a file set what the box itself sets.
 *
 * @module
 */

import { whyNotSettable } from "../../config/env.ts";
import { parseEnvFile } from "../../config/env_file.ts";

/** What of a file of variables can be taken, and what cannot, each a clause. Values are not repeated: they may be secrets. */
export function earlierVariables(text: string): {
  readonly entries: Readonly<Record<string, string>>;
  readonly left: readonly string[];
} {
  const { entries, problems } = parseEnvFile(text);
  const kept: Record<string, string> = {};
  const left = problems.map(({ line, message }) => `line ${line} of its variables (${message})`);
  for (const [name, value] of Object.entries(entries)) {
    const why = whyNotSettable(name) ??
      (value.trimEnd() === value ? undefined : "its value ends with a space");
    if (why === undefined) kept[name] = value;
    else left.push(`the variable ${name} (${why})`);
  }
  return { entries: kept, left };
}
