/**
 * What of a file's content counts, where not all of it does: by a name such as `core.pager`.
 *
 * @module
 */

import type { Counts } from "../entry.ts";
import { gitAttributesKeys } from "./git_attributes.ts";
import { gitConfigKeys } from "./git_config.ts";
import { gitModulesKeys } from "./git_modules.ts";
import { editorKeys, packageKeys } from "./json.ts";
import { pyprojectKeys } from "./pyproject.ts";

/** The keys of a text, and what they say. */
export type Keys = Readonly<Record<string, string>>;

const READERS: Readonly<Partial<Record<Counts, (text: string) => Keys>>> = {
  "git-config": gitConfigKeys,
  "git-attributes": gitAttributesKeys,
  "git-modules": gitModulesKeys,
  "git-pointer": (text) => ({ gitdir: /^gitdir:(.*)$/m.exec(text)?.[1]?.trim() ?? text }),
  "package-json": packageKeys,
  "editor-settings": editorKeys,
  "pyproject": pyprojectKeys,
};

/** As many keys of one file are kept; more become one. */
const MOST_KEYS = 200;
/** As much of a value is kept. Of what is longer, its length and a sum too. */
const MOST_TEXT = 300;

/**
 * What counts of a content; `undefined` where all of it does, and where it cannot be understood: then all of it does, too.
 */
export function keysOf(counts: Counts, content: Uint8Array): Keys | undefined {
  const reader = READERS[counts];
  if (!reader) return undefined;
  try {
    return shortened(reader(new TextDecoder().decode(content)));
  } catch {
    return undefined;
  }
}

function shortened(keys: Keys): Keys {
  const found = Object.entries(keys);
  const short: [string, string][] = found.slice(0, MOST_KEYS).map(([key, value]) => [
    key.slice(0, MOST_TEXT),
    shortText(value),
  ]);
  if (found.length > MOST_KEYS) short.push(["...", shortText(JSON.stringify(found.slice(MOST_KEYS)))]);
  return Object.fromEntries(short);
}

function shortText(text: string): string {
  if (text.length <= MOST_TEXT) return text;
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum, 31) + text.charCodeAt(at) | 0;
  return `${text.slice(0, MOST_TEXT)}... (${text.length} characters, ${(sum >>> 0).toString(16)})`;
}
