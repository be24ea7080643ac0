/**
 * Which workset is meant: by its name, by its folder, or by where we are.
 *
 * @module
 */

import { absolutePath } from "../../host/path.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import { readRegistry } from "../registry.ts";
import { memberAbove, readWorksets, type Workset, worksetAround } from "../membership/members.ts";

/** What the group of all projects that are in no workset is called. */
export const DEFAULT_WORKSET = "default";

/** Whether a word means the default workset. */
export function isDefaultWorkset(word: string): boolean {
  return word === DEFAULT_WORKSET || word === "__default__";
}

/** Every registered workset, sorted by name; also those that cannot be read. */
export async function allWorksets(host: Host): Promise<readonly Workset[]> {
  return await readWorksets((await readRegistry(host)).worksets);
}

/**
 * The workset of a name or a root folder; without a word, the one we are in. It may be damaged: see `manifestOf`.
 * Throws `unknown-workset`, and `default-workset` for the one that is not a workset of its own.
 */
export async function findWorkset(
  host: Host,
  word: string | undefined,
  cwd: string = Deno.cwd(),
): Promise<Workset> {
  const worksets = await allWorksets(host);
  if (word === undefined) return await around(worksets, cwd);
  const named = worksets.find(({ name }) => name === word);
  if (named) return named;
  if (isDefaultWorkset(word)) {
    throw new KanibakoError(
      "default-workset",
      "The default workset always exists: it groups all projects that are in no other workset.",
      { hint: "To change its settings: kanibako workset config default" },
    );
  }
  const path = absolutePath(word, cwd);
  const folder = await Deno.realPath(path).catch(() => path);
  const placed = worksets.find(({ root }) => root === folder);
  if (placed) return placed;
  const meant = nearest(word, worksets.map(({ name }) => name));
  throw new KanibakoError("unknown-workset", `There is no workset called ${shellQuote(word)}.`, {
    hint: [
      ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
      worksets.length === 0
        ? "To create one: kanibako workset create FOLDER"
        : "To list worksets: kanibako workset list",
    ],
  });
}

async function around(worksets: readonly Workset[], cwd: string): Promise<Workset> {
  const folder = await Deno.realPath(cwd).catch(() => cwd);
  const member = memberAbove(worksets, folder)?.workset.name;
  const found = worksetAround(worksets, folder) ?? worksets.find(({ name }) => name === member);
  if (found) return found;
  throw new KanibakoError("unknown-workset", `${shellQuote(folder)} is in no workset.`, {
    hint: "Name a workset. To list worksets: kanibako workset list",
  });
}
