/**
 * What `.dockerignore` keeps out of a build.
 *
 * Source: Docker documentation, "Build context", ".dockerignore files": patterns from the context's folder; the last one that fits decides.
 *
 * @module
 */

import { shellQuote } from "../../host/ui/text.ts";
import { badDockerfile } from "./instructions.ts";
import { patternMatcher, type Work } from "./pattern.ts";

/** Most lines, and characters in one. */
const MOST_LINES = 2000;
const LONGEST = 1000;
/** Most comparisons for all paths together: some seconds. A clone is looked at before anybody was asked. */
const MOST_WORK = 5e8;

/** A line. */
interface Rule {
  readonly back: boolean;
  readonly fits: (names: readonly string[]) => boolean;
}

/** Whether a path below the context is left out. Throws `bad-dockerfile` for a file of patterns that would take too long. */
export function ignoring(text: string): (path: string, kind: string) => boolean {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) =>
    line !== "" && !line.startsWith("#")
  );
  if (lines.length > MOST_LINES) throw badDockerfile(`its .dockerignore has more than ${MOST_LINES} lines`);
  const work: Work = {
    left: MOST_WORK,
    exhausted: () => badDockerfile("its .dockerignore takes too long to be compared with what is there"),
  };
  const rules = lines.map((line) => ruleOf(line, work));
  // What lies in a folder that is left out may come back by a later line.
  const mayComeBack = rules.some(({ back }) => back);
  const known = new Map<string, number>();
  /** The last rule that fits a path or a folder above it: a folder stands for all that it holds. */
  const lastFor = (names: readonly string[]): number => {
    const folder = names.slice(0, -1);
    const above = folder.length === 0 ? -1 : lastForFolder(folder);
    return Math.max(above, rules.findLastIndex(({ fits }, index) => index > above && fits(names)));
  };
  const lastForFolder = (names: readonly string[]): number => {
    const path = names.join("/");
    const last = known.get(path) ?? lastFor(names);
    known.set(path, last);
    return last;
  };
  return (path, kind) => {
    if (kind === "folder" && mayComeBack) return false;
    const last = rules[lastFor(path.split("/"))];
    return last !== undefined && !last.back;
  };
}

function ruleOf(line: string, work: Work): Rule {
  if (line.length > LONGEST) {
    throw badDockerfile(`its .dockerignore has a pattern that is too long: ${shellQuote(line.slice(0, 80))}`);
  }
  const back = line.startsWith("!");
  const names = (back ? line.slice(1) : line).trim().split("/").filter((name) => name !== "" && name !== ".");
  return { back, fits: names.length === 0 ? () => false : patternMatcher(names, work) };
}
