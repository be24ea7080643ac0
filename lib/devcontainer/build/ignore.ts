/**
 * What `.dockerignore` keeps out of a build.
 *
 * Source: Docker documentation, "Build context", ".dockerignore files".
 *
 * @module
 */

import dockerignore from "@balena/dockerignore";
import { shellQuote } from "../../host/ui/text.ts";
import { badDockerfile } from "./instructions.ts";

/** Most lines, and wildcards in one: patterns become expressions, and one with many of them takes for ever. */
const MOST_LINES = 2000;
const MOST_WILDCARDS = 5;
const LONGEST = 1000;

/** Whether a path below the context is left out. Throws `bad-dockerfile` for a file of patterns that would take too long. */
export function ignoring(text: string): (path: string, kind: string) => boolean {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) =>
    line !== "" && !line.startsWith("#")
  );
  if (lines.length > MOST_LINES) throw badDockerfile(`its .dockerignore has more than ${MOST_LINES} lines`);
  const slow = lines.find((line) =>
    line.length > LONGEST || (line.match(/\*+|\[|\?/g) ?? []).length > MOST_WILDCARDS
  );
  if (slow !== undefined) {
    throw badDockerfile(
      `its .dockerignore has a pattern with too much in it: ${shellQuote(slow.slice(0, 80))}`,
    );
  }
  const rules = dockerignore.default().add(lines);
  // What lies in a folder that is left out may come back by a later line.
  const mayComeBack = lines.some((line) => line.startsWith("!"));
  return (path, kind) => !(kind === "folder" && mayComeBack) && rules.ignores(path);
}
