/**
 * What settings ask for, in words.
 *
 * @module
 */

import { isSecretName } from "../../config/env.ts";
import { splitBind, unescape } from "../../config/expression.ts";
import { SETTINGS } from "../../config/settings/all.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { MASK } from "../../spec/mask.ts";

/** What settings ask for, one line for each key. */
export function askedLines(asked: ReadonlyMap<string, string>): string[] {
  return compareAsked(undefined, asked);
}

/** One line for each key: what it says, what it said, and what that means. */
export function compareAsked(
  before: ReadonlyMap<string, string> | undefined,
  now: ReadonlyMap<string, string>,
): string[] {
  const lines = [...now].map(([name, value]) => {
    const was = before?.get(name);
    const change = before === undefined || was === value
      ? was === value && before !== undefined ? " (as before)" : ""
      : was === undefined
      ? " (new)"
      : ` (was ${shown(name, was)})`;
    return `${name} = ${shown(name, value)}${change}: ${meaning(name, value)}`;
  });
  const gone = [...before?.keys() ?? []].filter((name) => !now.has(name));
  return [...lines, ...gone.map((name) => `${name} is no longer set`)];
}

function shown(name: string, value: string): string {
  if (name.startsWith("env.") && isSecretName(name.slice("env.".length))) return MASK;
  return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}...` : value);
}

function meaning(name: string, value: string): string {
  const [, kind] = /\.path\.(share_ro|share_rw|seeded)\./.exec(name) ?? [];
  if (kind !== undefined) {
    if (value === "") return "removes one of your shares or seeds";
    const host = shellQuote(unescape(splitBind(value).host));
    return kind === "seeded"
      ? `the box gets a copy of ${host} of this machine`
      : `the box can ${kind === "share_rw" ? "read and change" : "read"} ${host} of this machine`;
  }
  const found = SETTINGS.find(name);
  const text = (found?.kind === "key" ? found.key : found?.map)?.meaning ?? "";
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
}
