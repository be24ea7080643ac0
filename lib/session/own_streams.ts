/**
 * This process's own streams for what runs in a box, or its terminal. What a terminal takes is loaded only where there is one.
 *
 * @module
 */

import type { Io } from "../runtime/io.ts";
import type { Session } from "./gather.ts";

/** The streams of a session. */
export async function ownStreams({ request: { terminal }, settings }: Session): Promise<Io> {
  if (!terminal) return { kind: "inherit" };
  const { OwnTerminal } = await import("../run/own_terminal.ts");
  const rights = { clipboard: settings.terminal.clipboard.value, title: settings.terminal.title.value };
  return { kind: "terminal", terminal: new OwnTerminal(terminal.type, rights, terminal.witness) };
}
