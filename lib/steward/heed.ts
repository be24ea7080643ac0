/**
 * What a caller sends while its command runs.
 *
 * @module
 */

import { FRAME, type FrameReader } from "../wire/frame.ts";
import { CALLER_MESSAGE, type CallerMessage, parseMessage } from "../wire/messages.ts";
import type { Input } from "./input.ts";

/** Heeds the caller until it is gone. One that sends what is no part of the protocol, or what cannot be done, counts as gone. */
export async function heed(
  reader: FrameReader,
  input: Input,
  heard: (message: CallerMessage) => void,
): Promise<void> {
  try {
    for (let frame = await reader.next(); frame; frame = await reader.next()) {
      if (frame.kind === FRAME.stdin) input.push(frame.content);
      else if (frame.kind === FRAME.message) heard(parseMessage(frame.content, CALLER_MESSAGE));
      else return;
    }
  } catch { /* as if it were gone */ }
}
