/**
 * Puts nothing in the place of this process's standard input, as `</dev/null` would. Programs that it starts get the same.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";
import { rareCall } from "./libc/libc.ts";

/** From now on standard input is at its end, and no terminal. Throws `no-input` where that cannot be. */
export function takeNoInput(): void {
  const duplicate = rareCall("dup2", { parameters: ["i32", "i32"], result: "i32" });
  const open = rareCall("open", { parameters: ["buffer", "i32"], result: "i32" });
  const fd = open?.call(new TextEncoder().encode("/dev/null\0"), 0) ?? -1;
  if (fd < 0 || duplicate?.call(fd, 0) !== 0) {
    throw new KanibakoError("no-input", "Cannot replace standard input by /dev/null.", {
      hint: "Redirect it yourself: kanibako ... </dev/null",
    });
  }
}
