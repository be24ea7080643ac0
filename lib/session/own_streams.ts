/**
 * This process's own streams for what runs in a box, with the rights that its settings give it on a terminal.
 *
 * @module
 */

import { processStreams } from "../run/process_streams.ts";
import type { Io } from "../runtime/io.ts";
import type { Session } from "./gather.ts";

/** The streams of a session. */
export function ownStreams({ request: { terminal }, settings }: Session): Promise<Io> {
  const rights = { clipboard: settings.terminal.clipboard.value, title: settings.terminal.title.value };
  return processStreams(terminal, rights);
}
