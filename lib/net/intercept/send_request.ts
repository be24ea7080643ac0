/**
 * One request on its way to the host: its head as it is by now, and its body with values in the place of placeholders.
 *
 * @module
 */

import { bodyPieces, BodyReader } from "./body.ts";
import { BodyWriter, passBody } from "./body_writer.ts";
import type { Account, ExchangeOptions } from "./exchange_options.ts";
import { requestBytes, type RequestHead, valuesOf, withField } from "./head.ts";
import { StreamReplacer } from "./replace.ts";
import { bytesOf, type Source } from "./source.ts";
import { type BodyChange, StrayPlaceholder } from "./substitute.ts";
import { filledBody, SLICE } from "./whole.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

type Write = (bytes: Uint8Array) => Promise<void>;

/** The ends of a connection, for one request. */
export interface Way {
  readonly requests: Source;
  readonly toBox: Write;
  readonly toHost: Write;
  /** Kept up to date. */
  readonly account: Account;
}

/** Sends a request. Throws {@link StrayPlaceholder} where one of others is in its body. */
export async function sendRequest(
  head: RequestHead,
  change: BodyChange | undefined,
  way: Way,
  options: Pick<ExchangeOptions, "host" | "strict" | "seen">,
): Promise<void> {
  const { requests, toHost, account } = way;
  if (!change) return await toHost(requestBytes(head));
  const replacer = new StreamReplacer([...change.replaced, ...watched(change, options)]);
  if (change.replaced.length > 0 && head.framing.kind === "length") {
    await invite(head, way);
    const body = await filledBody(bodyPieces(requests, head.framing), replacer, head.framing.bytes);
    account.sent = body.length;
    const fields = withField(head.fields, "Content-Length", String(body.length))
      .filter(({ name }) => name.toLowerCase() !== "expect");
    await toHost(requestBytes({ ...head, fields }));
    return await toHost(body);
  }
  await toHost(requestBytes(head));
  await passBody(new BodyReader(requests, head.framing), new BodyWriter(head.framing, toHost), {
    replacer,
    ...(change.replaced.length > 0 ? { slice: SLICE } : {}),
    passed: (bytes) => account.sent += bytes,
  });
}

/** Asks for a body that is wanted before the host sees the request: the program may wait for that. */
export async function invite({ fields }: RequestHead, { toBox }: Pick<Way, "toBox">): Promise<void> {
  if (valuesOf(fields, "expect").length > 0) await toBox(bytesOf(CONTINUE));
}

/** Placeholders that may not be there. */
function watched(
  { strays }: BodyChange,
  { host, strict, seen }: Pick<ExchangeOptions, "host" | "strict" | "seen">,
) {
  const known = new Set<string>();
  return strays.map(({ name, placeholder }) => ({
    find: bytesOf(placeholder),
    by: bytesOf(placeholder),
    found: () => {
      if (strict) throw new StrayPlaceholder(name, `in the body of a request to ${host}`);
      if (!known.has(name)) seen?.(name);
      known.add(name);
    },
  }));
}
