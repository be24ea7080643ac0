/**
 * Making a FIFO without a process of its own: Deno has no call for it, and a launch cannot wait for `mkfifo` to start.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";
import { cName, HERE, libc } from "./libc/libc.ts";
import { run } from "./process.ts";

/** Makes a FIFO with these permission bits, whatever the umask says. Throws `cannot-write`. */
export async function makeFifo(path: string, mode: number): Promise<void> {
  if (!madeByLibrary(path)) {
    // No library, no permission to use it, or it failed: the program knows why.
    const result = await run(["mkfifo", "-m", "0600", path]);
    if (result.code !== 0) {
      throw new KanibakoError("cannot-write", `Cannot make ${path}: ${result.stderr.trim()}`);
    }
  }
  await Deno.chmod(path, mode);
}

function madeByLibrary(path: string): boolean {
  try {
    return libc().makeFifo(HERE, cName(path), 0o600) === 0;
  } catch {
    return false;
  }
}
