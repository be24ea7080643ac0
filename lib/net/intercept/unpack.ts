/**
 * Answers that a host packs although it was asked not to: in a packed one a value that comes back would not be found.
 *
 * @module
 */

import type { BodyReader } from "./body.ts";
import { BadMessage, type Framing, type ResponseHead, valuesOf, withField } from "./head.ts";

/** How an answer may be packed that can be unpacked here (RFC 9110, section 8.4.1). */
const KINDS: Readonly<Record<string, "gzip" | "deflate">> = {
  "gzip": "gzip",
  "x-gzip": "gzip",
  "deflate": "deflate",
};
/** So many bytes are unpacked at once: they may become a thousand times as many. */
const SLICE = 1024;
const FIELDS = /^(content-encoding|content-length|transfer-encoding)$/i;

/** An answer as it is passed on, and its body. */
export interface UnpackedAnswer {
  readonly head: ResponseHead;
  readonly body: Pick<BodyReader, "next">;
}

/** An answer that is not packed. Throws {@link BadMessage} for one that cannot be unpacked. */
export function unpackedAnswer(head: ResponseHead, body: BodyReader): UnpackedAnswer {
  const said = valuesOf(head.fields, "content-encoding").join(",").trim().toLowerCase();
  if (said === "" || said === "identity" || head.framing.kind === "none") return { head, body };
  const kind = KINDS[said];
  if (!kind) {
    throw new BadMessage(`the host has packed its answer (${said}), and a secret could be in it`, 502);
  }
  // Readers of HTTP/1.0 know no chunks; for them it ends with the connection.
  const framing: Framing = { kind: head.line.startsWith("HTTP/1.0") ? "rest" : "chunked" };
  const fields = head.fields.filter(({ name }) => !FIELDS.test(name));
  return {
    head: {
      ...head,
      framing,
      fields: framing.kind === "chunked" ? withField(fields, "Transfer-Encoding", "chunked") : fields,
    },
    body: new Unpacked(body, kind),
  };
}

/** A body that is unpacked as it comes. */
class Unpacked {
  readonly #pieces: ReadableStreamDefaultReader<Uint8Array>;

  constructor(body: BodyReader, kind: "gzip" | "deflate") {
    let rest: Uint8Array = new Uint8Array();
    const packed = new ReadableStream<BufferSource>({
      async pull(controller) {
        if (rest.length === 0) rest = await body.next() ?? rest;
        if (rest.length === 0) return controller.close();
        controller.enqueue(rest.slice(0, SLICE));
        rest = rest.subarray(SLICE);
      },
    }, { highWaterMark: 0 });
    this.#pieces = packed.pipeThrough(new DecompressionStream(kind)).getReader();
  }

  /** As of {@link BodyReader}. */
  async next(waits?: () => Promise<void>): Promise<Uint8Array | undefined> {
    await waits?.();
    try {
      return (await this.#pieces.read()).value;
    } catch (error) {
      throw error instanceof BadMessage
        ? error
        : new BadMessage("the host's answer is not packed as it says", 502);
    }
  }
}
