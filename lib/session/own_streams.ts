/**
 * This process's own streams for what runs in a box, or its terminal. What a terminal takes is loaded only where there is one.
 *
 * @module
 */

import type { Io } from "../runtime/io.ts";
import type { Session } from "./gather.ts";

/** The streams of a session. Whatever of them is a terminal is filtered, also where the command has none: its input is a pipe. */
export async function ownStreams({ request: { terminal }, settings }: Session): Promise<Io> {
  const rights = { clipboard: settings.terminal.clipboard.value, title: settings.terminal.title.value };
  if (terminal) {
    const { OwnTerminal } = await import("../run/own_terminal.ts");
    return { kind: "terminal", terminal: new OwnTerminal(terminal.type, rights, terminal.witness) };
  }
  const [stdout, stderr] = [Deno.stdout.isTerminal(), Deno.stderr.isTerminal()];
  if (!stdout && !stderr) return { kind: "inherit" };
  const { TerminalFilter } = await import("../terminal/filter.ts");
  const filtered = () => {
    const filter = new TerminalFilter(rights);
    return (bytes: Uint8Array) => filter.pass(bytes);
  };
  return {
    kind: "inherit",
    shows: { ...(stdout ? { stdout: filtered() } : {}), ...(stderr ? { stderr: filtered() } : {}) },
  };
}
