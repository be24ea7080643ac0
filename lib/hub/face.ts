/**
 * The two faces of a hub: how questions are read from a connection, and how answers are written. What is asked is the same.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { type Checked, wrong } from "../host/light_schema.ts";
import { type ByteSource, encodeFrame, FRAME, FrameReader } from "../wire/frame.ts";
import { MAX_QUESTION_BYTES } from "./limits.ts";
import { LineReader } from "./line_reader.ts";
import { type Question, questionOf } from "./words.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** A way to ask a hub. */
export interface Face {
  /** Reads questions, one at a time. `undefined` at the end. Throws for what ends the connection. */
  reader(source: ByteSource): QuestionReader;
  /** An answer or an event, as it is sent. */
  encode(json: string): Uint8Array;
  /** Whether whoever has said all still waits for answers. */
  readonly halfCloses: boolean;
}

/** What a connection asks. */
export interface QuestionReader {
  /** The next question; `undefined` at the end. */
  next(): Promise<Checked<Question> | undefined>;
  /** Whether more has come already, be it only a part of a question. */
  readonly hasMore: boolean;
}

/** Of the program itself. */
export const FRAMES: Face = {
  reader: (source) => {
    const frames = new FrameReader(source, MAX_QUESTION_BYTES);
    return {
      get hasMore() {
        return frames.hasMore;
      },
      next: async () => {
        const frame = await frames.next();
        if (!frame) return undefined;
        if (frame.kind === FRAME.message) return question(frame.content, "refused", (value) => value);
        throw new KanibakoError("wire", "The other side does not speak the protocol: a stream.");
      },
    };
  },
  encode: (json) => encodeFrame(FRAME.message, encoder.encode(json)),
  halfCloses: false,
};

/** Lines of JSON: for scripts. */
export const LINES: Face = {
  reader: (source) => {
    const lines = new LineReader(source, MAX_QUESTION_BYTES);
    return {
      get hasMore() {
        return lines.hasMore;
      },
      next: async () => {
        const line = await lines.next();
        return line && inOlderWords(question(line, "ignored", withoutNulls));
      },
    };
  },
  encode: (json) => encoder.encode(`${json}\n`),
  halfCloses: true,
};

function question(
  content: Uint8Array,
  others: "refused" | "ignored",
  change: (value: unknown) => unknown,
): Checked<Question> {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(content));
  } catch {
    return wrong("invalid JSON");
  }
  return questionOf(change(value), others);
}

/** Fields that a script has, and has nothing to say in: `null` is what its language makes of that. A message without content is empty. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const asked = value as Record<string, unknown>;
  for (const name of Object.keys(asked)) if (asked[name] === null && name !== "payload") delete asked[name];
  if ((asked.action === "send" || asked.action === "broadcast") && !Object.hasOwn(asked, "payload")) {
    asked.payload = {};
  }
  if (asked.action === "spawn" && !Object.hasOwn(asked, "helper_num")) asked.helper_num = "";
  return asked;
}

/** What is wrong, in the words of the older protocol. */
function inOlderWords(asked: Checked<Question>): Checked<Question> {
  if (asked.ok) {
    const { value } = asked;
    const isNamed = value.action !== "stop" || value.helper !== undefined ||
      value.container_name !== undefined;
    return isNamed ? asked : wrong("missing container_name");
  }
  const [field] = asked.path;
  if (field === "helper_num") return wrong("invalid helper_num");
  if (field === "to") return wrong("missing 'to'");
  if (field === "name") return wrong("missing or invalid name");
  if (field === "container_name") return wrong("missing container_name");
  return asked;
}
