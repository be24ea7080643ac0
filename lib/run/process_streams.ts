/**
 * This process's own streams for what runs elsewhere, or its terminal. What a terminal takes is loaded only where there is one.
 *
 * @module
 */

import type { Io, TerminalWitness } from "../runtime/io.ts";
import type { TerminalRights } from "../terminal/sequence.ts";

/** The terminal that a command is to have. */
export interface WantedTerminal {
  /** The variable `TERM`. */
  readonly type: string;
  readonly witness?: TerminalWitness | undefined;
}

/** The streams. Whatever of them is a terminal is filtered, also where the command has none: its input is a pipe. */
export async function processStreams(
  terminal: WantedTerminal | undefined,
  rights: TerminalRights,
): Promise<Io> {
  if (terminal) {
    const { OwnTerminal } = await import("./own_terminal.ts");
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
