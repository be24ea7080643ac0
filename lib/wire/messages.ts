/**
 * What a caller on the host and the steward of a box say to each other, and how each is checked: what comes from a box is suspect,
 * and the steward does not trust its socket either.
 *
 * A connection is one call. The steward greets; the caller asks for one thing; then the two streams of frames belong to that call
 * until either side closes. One that asks to be connected to a port is frames no more, once it is.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { FRAME, type FrameReader } from "./frame.ts";
import {
  type Check,
  either,
  integer,
  listOf,
  matching,
  type Of,
  oneOf,
  optional,
  shape,
  tableOf,
  text,
} from "../host/light_schema.ts";

/** The protocol's version. Another one is not spoken to: the engine is asked instead. */
export const WIRE_VERSION = 1;

/** How much of a stream may be on its way before the side that reads it has asked for more. */
export const WINDOW_BYTES = 256 * 1024;

/** A count that is no less than `least`. */
function count(least: number, most: number): Check<number> {
  return (value) => {
    const whole = integer(value);
    if (!whole.ok) return whole;
    return whole.value >= least && whole.value <= most
      ? whole
      : { ok: false, path: [], message: `expected ${least} to ${most}` };
  };
}

const size = { columns: count(1, 10_000), rows: count(1, 10_000) };

/** What the host says on a connection that has been waiting: it is in use now. */
export const TAKE = shape({ take: oneOf(WIRE_VERSION) });

/** What the steward answers. A connection that does not is of no use, and nothing was asked on it yet. */
export const GREETING = shape({ steward: oneOf(WIRE_VERSION) });

/** What the host's half says to a caller: it waits behind as many calls as may be under way at once, or it is passed on to the steward. */
export const WELCOME = either(shape({ waits: integer }, "refused"), GREETING);

/** A command that a caller asks for. */
const CALL = shape({
  /** `command`: beside what runs in the box; `attach`: its session. */
  kind: oneOf("command", "attach"),
  /** The command's words; none to attach. */
  argv: listOf(text),
  /** The working folder in the box. */
  cwd: matching(/^\//, "expected an absolute path"),
  /** Variables for this command alone. */
  env: tableOf(text),
  /** Present where the command gets a terminal. */
  terminal: optional(shape(size)),
});

/** What a caller asks for. */
export const REQUEST = either(
  shape({ call: CALL }, "refused"),
  /** A connection to a port of the box's own loopback. There is no address to give: the host gets no further into other networks. */
  shape({ connect: shape({ port: count(1, 65_535) }, "refused") }, "refused"),
);

/** What the steward answers to `connect`. */
export const CONNECT_ANSWER = either(
  /** It is connected. What follows are the other side's bytes, both ways. */
  shape({ connected: oneOf(1) }, "refused"),
  /** It is not, and why. The last frame. */
  shape({ failed: text }, "refused"),
);

/** What a caller says later on. */
export const CALLER_MESSAGE = either(
  either(
    shape({ signal: oneOf("SIGINT", "SIGTERM", "SIGHUP", "SIGKILL", "SIGQUIT") }, "refused"),
    shape({ resize: shape(size) }, "refused"),
  ),
  /** It has taken as many bytes of a stream, and as many more may come. */
  shape({ took: oneOf("stdout", "stderr"), bytes: count(1, WINDOW_BYTES) }, "refused"),
);

/** What the steward says while a command runs. */
export const STEWARD_MESSAGE = either(
  either(
    /** The command has begun: from here on it is not run again by other means. */
    shape({ started: integer }, "refused"),
    /** More of standard input may come, this many bytes. */
    shape({ more: count(1, WINDOW_BYTES) }, "refused"),
  ),
  either(
    /** It has ended. What it still had to say follows, then the end of each stream. */
    shape({ exit: count(0, 255) }, "refused"),
    /** It could not be started. The last frame. */
    shape({ failed: text }, "refused"),
  ),
);

/** A command that a caller asks for. */
export type CallRequest = Of<typeof CALL>;
/** What the steward says. */
export type StewardMessage = Of<typeof STEWARD_MESSAGE>;
/** What a caller says. */
export type CallerMessage = Of<typeof CALLER_MESSAGE>;

/** Reads a message. Throws `wire` for one that does not fit. */
export function parseMessage<T>(content: Uint8Array, check: Check<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content));
  } catch {
    throw new KanibakoError("wire", "The other side does not speak the protocol: a message that is no JSON.");
  }
  const checked = check(value);
  if (checked.ok) return checked.value;
  const at = checked.path.length === 0 ? "" : ` at ${checked.path.map(String).join(".")}`;
  throw new KanibakoError("wire", `The other side does not speak the protocol: ${checked.message}${at}.`);
}

/** Reads the next frame as a message; `undefined` at the end of the connection. Throws `wire` for anything else, and `wire-cut`. */
export async function nextMessage<T>(reader: FrameReader, check: Check<T>): Promise<T | undefined> {
  const frame = await reader.next();
  if (!frame) return undefined;
  if (frame.kind === FRAME.message) return parseMessage(frame.content, check);
  throw new KanibakoError(
    "wire",
    "The other side does not speak the protocol: a stream where a message is due.",
  );
}
