/**
 * Gives a terminal its modes back when this process cannot: it was killed, or has crashed.
 *
 * @module
 */

import { leaveBehind } from "./process.ts";

/**
 * Waits for a line, which says that all is well. Without one the terminal gets its modes back, unless somebody has set them
 * meanwhile, as most shells do.
 */
const SCRIPT = `trap "" HUP INT QUIT TERM TSTP TTOU
read -r all_is_well && exit
sleep 0.2
[ "$(stty -g <"$1")" != "$2" ] || stty "$3" <"$1"`;

/** Modes as `stty -g` writes them: in hexadecimal, with more control characters than the kernel has. */
const STTY_CONTROLS = 32;

/** Guards the terminal of standard input. Both modes are the kernel's `struct termios`. What is answered ends it. */
export function guardTerminal(raw: Uint8Array<ArrayBuffer>, before: Uint8Array<ArrayBuffer>): () => void {
  let path: string;
  try {
    path = Deno.readLinkSync("/proc/self/fd/0");
  } catch {
    return () => {};
  }
  return leaveBehind(["/bin/sh", "-c", SCRIPT, "sh", path, inWords(raw), inWords(before)]) ?? (() => {});
}

function inWords(termios: Uint8Array<ArrayBuffer>): string {
  const view = new DataView(termios.buffer);
  const flags = [0, 4, 8, 12].map((at) => view.getUint32(at, true));
  const controls = Array.from({ length: STTY_CONTROLS }, (_, at) => termios[17 + at] ?? 0);
  return [...flags, ...controls].map((value) => value.toString(16)).join(":");
}
