/**
 * Links at the top of a project that lead out of it: in a box they lead nowhere.
 *
 * @module
 */

import { absolutePath } from "../host/path.ts";
import { openTree } from "../host/tree/tree.ts";
import { enumerated, shellQuote } from "../host/ui/text.ts";
import { isWithin } from "./layout.ts";

const MOST_LOOKED_AT = 2000;
const MOST_NAMES = 6;
/** Of these, agents and git read what is in them. */
const ALSO_IN = ["", ".claude", ".github"];

/** A sentence on them; nothing where there are none. `ours`: folders to which we make links. */
export async function linksLeadingOut(folder: string, ours: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  {
    using tree = openTree(folder);
    for (const inner of ALSO_IN) {
      if (inner !== "" && tree.kind(inner) !== "folder") continue;
      for (const { name, kind } of tree.list(inner, MOST_LOOKED_AT)?.entries ?? []) {
        if (kind === "symlink") found.push(inner === "" ? name : `${inner}/${name}`);
      }
    }
  }
  const out: string[] = [];
  for (const path of found.sort()) {
    // One that leads nowhere does so in the box, too. Git says itself what is wrong with a link in its place.
    const real = path === ".git"
      ? undefined
      : await Deno.realPath(absolutePath(path, folder)).catch(() => undefined);
    if (real !== undefined && ![folder, ...ours].some((place) => isWithin(real, place))) out.push(path);
  }
  if (out.length === 0) return [];
  const more = out.length > MOST_NAMES ? ` and ${out.length - MOST_NAMES} more` : "";
  const names = `${enumerated(out.slice(0, MOST_NAMES).map(shellQuote))}${more}`;
  return [
    out.length === 1
      ? `${names} leads out of the project, so the box cannot follow it. Put a copy in its place where the box needs it.`
      : `${names} lead out of the project, so the box cannot follow them. Put copies in their places where the box needs them.`,
  ];
}
