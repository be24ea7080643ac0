/**
 * Putting a terminal back in order.
 *
 * @module
 */

import { writeAll } from "../write_all.ts";

/**
 * Brings the terminal back from what a full-screen program left that could not tidy up: its own screen, a hidden cursor, reports
 * of the mouse, of the focus, of pastes and of sizes, a link, and its ways with keys and colours.
 */
export function restoreScreen(
  out: { readonly terminal: boolean; write(text: string): void } = standardOutput(),
): void {
  const off = [1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 2031, 2048, 1].map((mode) =>
    `\x1b[?${mode}l`
  ).join("");
  if (out.terminal) out.write(`\x1b[?1049l\x1b[?25h${off}\x1b>\x1b[>4m\x1b[<9u\x1b]8;;\x1b\\\x1b[0m`);
}

function standardOutput(): { readonly terminal: boolean; write(text: string): void } {
  return {
    terminal: Deno.stdout.isTerminal(),
    write: (text) => writeAll(Deno.stdout, new TextEncoder().encode(text)),
  };
}
