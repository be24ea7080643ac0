/**
 * A request with which a box renews a login that it does not have: it is read as a whole, and so is its answer.
 *
 * @module
 */

import { PLACEHOLDER } from "../../secret/placeholder.ts";
import { bodyPieces, BodyReader, piecesOf } from "./body.ts";
import { readResponse, requestBytes, type RequestHead, type ResponseHead, valuesOf } from "./head.ts";
import { type Renew, renewalHead, type RenewalText } from "./renewal.ts";
import { invite, type Way } from "./send_request.ts";
import type { Source } from "./source.ts";
import { StrayPlaceholder, unpacked } from "./substitute.ts";
import { unpackedAnswer } from "./unpack.ts";
import { wholeText } from "./whole.ts";

/** Has a login renewed. Answers what the box gets. `outside`: connects, where that has not been done yet; what comes from there. */
export async function renewed(
  head: RequestHead,
  renew: Renew,
  way: Omit<Way, "toHost">,
  outside: () => Promise<{ readonly toHost: Way["toHost"]; readonly answers: Source }>,
  host: string,
): Promise<RenewalText> {
  await invite(head, way);
  const body = await wholeText(bodyPieces(way.requests, head.framing));
  way.account.sent = body.length;
  const send = async (asked: RequestHead, body: string): Promise<RenewalText> => {
    const { toHost, answers } = await outside();
    const fields = asked.fields.filter(({ name }) =>
      !/^(content-length|transfer-encoding|expect)$/i.test(name)
    );
    const bytes = new TextEncoder().encode(body);
    const length = { name: "Content-Length", value: String(bytes.length) };
    await toHost(requestBytes(unpacked({ ...asked, fields: [...fields, length] })));
    await toHost(bytes);
    let answer: ResponseHead;
    do answer = await readResponse(answers, head.method); while (answer.status < 200);
    const type = valuesOf(answer.fields, "content-type")[0] ?? "text/plain";
    const { body: plain } = unpackedAnswer(answer, new BodyReader(answers, answer.framing));
    return { status: answer.status, type, body: await wholeText(piecesOf(plain)) };
  };
  const type = valuesOf(head.fields, "content-type")[0]?.toLowerCase() ?? "";
  const answer = await renew({ type, body }, (body) => send(renewalHead(head, type), body));
  if (answer) return answer;
  // About another login than the one that is known here: nothing of that is put in.
  if (PLACEHOLDER.test(body)) {
    throw new StrayPlaceholder(undefined, `in the body of a request to ${host}`);
  }
  return await send(head, body);
}
