/**
 * Whether a terminal can show a session: tmux draws a screen, and some terminals only print lines.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Session } from "./gather.ts";

/** Terminals that cannot clear their screen, by what they are called in `TERM`. */
const LINES_ONLY: ReadonlySet<string> = new Set(["dumb", "unknown", "network", "dialup"]);

/** Throws `terminal` for a session on a terminal that cannot show it. Nothing has been made or started then. */
export function assertCanShow({ request: { terminal }, lifetime }: Session): void {
  if (lifetime !== "persistent" || terminal === undefined || !LINES_ONLY.has(terminal.type)) return;
  throw new KanibakoError("terminal", `This terminal cannot show a session (TERM=${terminal.type}).`, {
    hint: [
      "Use another terminal, or set TERM if yours can do more: TERM=xterm-256color kanibako",
      "To run in the foreground, without a session: --ephemeral",
      'To have an agent work on one text: kanibako start --prompt "TEXT"',
    ],
  });
}
