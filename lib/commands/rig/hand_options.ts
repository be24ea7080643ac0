/**
 * How a rig is made by hand, from the options of `rig create` and `rig extend` and from what this process has for streams.
 *
 * @module
 */

import type { HandOptions } from "../../app/rig/create.ts";
import { processStreams } from "../../run/process_streams.ts";
import type { RigExtendFlags } from "./rig_make.ts";

/** What is installed by hand changes neither the clipboard nor the title of the user's terminal. */
const RIGHTS = { clipboard: false, title: false };

/** The options. */
export async function handOptions(
  { engine, force, alwaysCommit, noCommitOnError }: Omit<RigExtendFlags, "from">,
): Promise<HandOptions> {
  const isTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  return {
    engine,
    force,
    io: await processStreams(
      isTerminal ? { type: Deno.env.get("TERM") || "xterm-256color" } : undefined,
      RIGHTS,
    ),
    afterError: alwaysCommit ? "commit" : noCommitOnError ? "discard" : undefined,
  };
}
