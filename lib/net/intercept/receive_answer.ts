/**
 * The answer to one request on its way to the box, with what gives values away covered in it.
 *
 * @module
 */

import { bodyPieces, BodyReader } from "./body.ts";
import { BodyWriter, passBody } from "./body_writer.ts";
import type { Covering } from "./covering.ts";
import {
  asksForWebSocket,
  BadMessage,
  readResponse,
  type RequestHead,
  responseBytes,
  type ResponseHead,
} from "./head.ts";
import type { Way } from "./send_request.ts";
import type { Source } from "./source.ts";
import { unpackedAnswer } from "./unpack.ts";

/** Statuses by which a service says that it does not accept a login. */
const REFUSES: ReadonlySet<number> = new Set([401, 403]);
/** Most bytes of a refusal that is not passed on. */
const MAX_SKIPPED = 256 * 1024;

/** The way back of one request. */
export interface WayBack extends Pick<Way, "toBox" | "account"> {
  readonly answers: Source;
  readonly covering: Covering;
  /** Called before anything of the answer goes to the box. */
  readonly answering: () => void;
  /** The host has refused the values in the request: whether it is said again, with another one. */
  readonly another: () => Promise<boolean>;
}

/** Passes an answer on. `undefined`: it was a refusal that the box is not to see, as the request is said again. */
export async function receiveAnswer(
  { method, upgrades }: RequestHead,
  { answers, toBox, account, covering, answering, another }: WayBack,
): Promise<ResponseHead | undefined> {
  for (;;) {
    const head = await readResponse(answers, method);
    if (head.status === 101 && !(upgrades && asksForWebSocket(head.fields))) {
      throw new BadMessage("the host changed its protocol unasked", 502);
    }
    account.status = head.status;
    if (REFUSES.has(head.status) && account.secrets.size > 0) {
      if (await another() && await skips(answers, head)) return undefined;
    }
    const body = new BodyReader(answers, head.framing);
    const shown = covering.isNeeded ? unpackedAnswer(head, body) : { head, body };
    answering();
    await toBox(covering.covered(responseBytes(shown.head)));
    if (head.status < 200 && head.status !== 101) continue;
    await passBody(shown.body, new BodyWriter(shown.head.framing, toBox), {
      replacer: covering.stream(),
      passed: (bytes) => account.received += bytes,
    });
    return head;
  }
}

/** Reads an answer that nobody is to see; false: it is too long for that, and nothing of it has been read. */
async function skips(answers: Source, { framing, last }: ResponseHead): Promise<boolean> {
  if (last || framing.kind === "length" && framing.bytes > MAX_SKIPPED) return false;
  let length = 0;
  for await (const piece of bodyPieces(answers, framing)) {
    length += piece.length;
    if (length > MAX_SKIPPED) throw new BadMessage("its refusal of a secret is too long", 502);
  }
  return true;
}
