/**
 * What of a folder of the user's own is wanted.
 *
 * @module
 */

import type { OwnPart } from "../../../targets/target.ts";

/** Whether a path below the part's folder is wanted, or a folder that leads there. */
export function wanted({ only }: Pick<OwnPart, "only">): (path: string, isFolder: boolean) => boolean {
  if (only === undefined) return () => true;
  const patterns = only.map((pattern) => ({
    names: pattern.replace(/\/$/, "").split("/").map(nameTest),
    below: pattern.endsWith("/"),
  }));
  return (path, isFolder) => {
    const given = path.split("/");
    return patterns.some(({ names, below }) => {
      const fits = names.every((test, index) => given[index] === undefined || test.test(given[index]));
      if (!fits) return false;
      if (given.length > names.length) return below;
      return isFolder || given.length === names.length && !below;
    });
  };
}

function nameTest(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]*")}$`);
}
