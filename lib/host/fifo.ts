/**
 * Making a FIFO without a process of its own: Deno has no call for it, and a launch cannot wait for `mkfifo` to start.
 *
 * Of the C library it takes the one call it needs: that is 1 ms where all of `libc.ts` is 10.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";
import { run } from "./process.ts";

const SYMBOLS = {
  mkfifo: { parameters: ["buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

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

let loaded: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"] | undefined;

function madeByLibrary(path: string): boolean {
  try {
    loaded ??= Deno.dlopen("libc.so.6", SYMBOLS).symbols;
    return loaded.mkfifo(new TextEncoder().encode(`${path}\0`), 0o600) === 0;
  } catch {
    return false;
  }
}
