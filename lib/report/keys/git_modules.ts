/**
 * The submodules of a project, and from where they are got.
 *
 * @module
 */

import { gitConfigEntries } from "./git_config.ts";

/** Where each submodule lies, from where it is got, and how it is updated. */
export function gitModulesKeys(text: string): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [key, value] of gitConfigEntries(text)) {
    if (/^submodule\..*\.(?:path|url|update)$/is.test(key)) keys[key] = value;
  }
  return keys;
}
