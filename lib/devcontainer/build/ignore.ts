/**
 * What `.dockerignore` keeps out of a build.
 *
 * Source: Docker documentation, "Build context", ".dockerignore files": patterns from the context's folder; the last one that fits decides.
 *
 * @module
 */

import picomatch from "picomatch/posix";
import { shellQuote } from "../../host/ui/text.ts";
import { badDockerfile } from "./instructions.ts";

/** Most lines, and wildcards in one: patterns become expressions, and one with many of them takes for ever. */
const MOST_LINES = 2000;
const MOST_WILDCARDS = 5;
const LONGEST = 1000;
/** Nothing of what only shells know. */
const OPTIONS = { dot: true, nobrace: true, noextglob: true, nonegate: true } as const;

/** Whether a path below the context is left out. Throws `bad-dockerfile` for a file of patterns that would take too long. */
export function ignoring(text: string): (path: string, kind: string) => boolean {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) =>
    line !== "" && !line.startsWith("#")
  );
  if (lines.length > MOST_LINES) throw badDockerfile(`its .dockerignore has more than ${MOST_LINES} lines`);
  const rules = lines.map(ruleOf);
  // What lies in a folder that is left out may come back by a later line.
  const mayComeBack = rules.some(({ back }) => back);
  return (path, kind) => {
    if (kind === "folder" && mayComeBack) return false;
    // A folder stands for all that it holds.
    const above = path.split("/").map((_, index, names) => names.slice(0, index + 1).join("/"));
    const last = rules.findLast(({ fits }) => above.some(fits));
    return last !== undefined && !last.back;
  };
}

function ruleOf(line: string): { readonly back: boolean; readonly fits: (path: string) => boolean } {
  if (line.length > LONGEST || (line.match(/\*+|\[|\?/g) ?? []).length > MOST_WILDCARDS) {
    throw badDockerfile(
      `its .dockerignore has a pattern with too much in it: ${shellQuote(line.slice(0, 80))}`,
    );
  }
  const back = line.startsWith("!");
  const names = (back ? line.slice(1) : line).trim().split("/").filter((name) => name !== "" && name !== ".");
  const pattern = names.join("/");
  if (pattern === "") return { back, fits: () => false };
  const fits = picomatch(pattern, OPTIONS);
  return { back, fits: (path) => fits(path) };
}
