/**
 * Whether there may be something at a path. Deno throws where there is nothing, which takes longer than the question: a program
 * that is looked for along `PATH` is not there most of the time.
 *
 * @module
 */

import { cName, rareCall } from "./libc.ts";

type Access = (path: string) => boolean;

let known: Access | undefined;

/** False: there is nothing at this path that we could reach. True: there is something, or it cannot be known this way. */
export function mayBeThere(path: string): boolean {
  known ??= lookUp();
  return known(path);
}

function lookUp(): Access {
  try {
    const access = rareCall("access", { parameters: ["buffer", "i32"], result: "i32" });
    if (access) return (path) => path.includes("\0") || access.call(cName(path), 0) === 0;
  } catch { /* no library, or no permission to use it */ }
  return () => true;
}
