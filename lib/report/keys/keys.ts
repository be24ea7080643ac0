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
  // All that follows is the path, line breaks included.
  "git-pointer": (text) => ({ gitdir: withoutEnd(text.replace(/^gitdir: */, "")) }),
  "git-common": commonKeys,
  "git-todo": todoKeys,
  "package-json": packageKeys,
  "editor-settings": editorKeys,
  "pyproject": pyprojectKeys,
};

/** Without the line breaks at the end. A pattern would take long on very many. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === "\r")) end--;
  return text.slice(0, end);
}

function commonKeys(text: string): Keys {
  const folder = withoutEnd(text);
  return folder === "../.." ? {} : { commondir: folder };
}

function todoKeys(text: string): Keys {
  const commands = text.split("\n").filter((line) => /^\s*(?:x|exec)\s/.test(line));
  return commands.length === 0 ? {} : { exec: commands.join("\n") };
}

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
    shortText(key),
    shortText(value),
  ]);
  if (found.length > MOST_KEYS) short.push(["...", shortText(JSON.stringify(found.slice(MOST_KEYS)))]);
  return Object.fromEntries(short);
}

function shortText(text: string): string {
  if (text.length <= MOST_TEXT) return text;
  return `${text.slice(0, MOST_TEXT)}... (${text.length} characters, ${sumOf(text)})`;
}

/** Of 128 bits, in steps of which none can be taken back without the others: a text of the same sum is not found in passing. */
function sumOf(text: string): string {
  const lanes = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f];
  for (let at = 0; at < text.length; at++) {
    for (let lane = 0; lane < 4; lane++) {
      const mixed = Math.imul(
        lanes[lane]! ^ text.charCodeAt(at) ^ lanes[(lane + 1) & 3]!,
        0x01000193 + 2 * lane,
      );
      lanes[lane] = mixed ^ mixed >>> 15;
    }
  }
  return lanes.map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
}
