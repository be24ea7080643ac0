/**
 * One connection to a hub. Questions are answered in order; the next one is read meanwhile, which also shows when the other side is gone.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Checked } from "../host/light_schema.ts";
import { debug } from "../host/log.ts";
import { after } from "../host/timer.ts";
import { closeQuietly, type HalfClosing } from "../wire/relay.ts";
import { hold } from "./batch.ts";
import type { Face } from "./face.ts";
import { type Hub, messageJson, refusal, type Reply } from "./hub.ts";
import type { Listener, Mail } from "./mailboxes.ts";
import { Outbox } from "./outbox.ts";
import type { Question } from "./words.ts";

/** Whoever has said all has so long to read the answers. */
const LAST_MS = 5000;

/** Answers on a connection, until it ends. `number`: whose it is. Never rejects. */
export async function serve(
  hub: Hub,
  conn: Pick<HalfClosing, "read" | "write" | "close">,
  number: number,
  face: Face,
): Promise<void> {
  const gone = new AbortController();
  const outbox = new Outbox(conn, {
    drained: () => hub.drained(number),
    failed: (lost) => {
      gone.abort();
      hub.lost(number, lost);
    },
  });
  let endListening: (() => void) | undefined;
  const send = ({ json, mail }: Reply) => outbox.push(face.encode(json), mail);
  const listener: Listener = {
    get hasRoom() {
      return outbox.hasRoom && !gone.signal.aborted;
    },
    push: (mail: Mail) => send({ json: `{"event":"message",${messageJson(mail).slice(1)}`, mail: [mail] }),
  };
  const asker = {
    number,
    gone: gone.signal,
    listener,
    listens: (end: () => void) => endListening = end,
    get isListening() {
      return endListening !== undefined;
    },
  };
  const reader = face.reader(conn);
  const next = () => {
    const asked = reader.next();
    asked.then((one) => {
      if (one === undefined && !face.halfCloses) gone.abort();
    }, () => gone.abort());
    return asked;
  };
  try {
    for (let asked = next();;) {
      const one = await asked;
      if (one === undefined) break;
      asked = next();
      hold(reader.hasMore);
      let reply = answer(hub, one, asker);
      if (reply instanceof Promise) {
        hold(false);
        reply = await reply;
      }
      send(reply);
      const room = outbox.room();
      if (room) {
        hold(false);
        await room;
      }
    }
  } catch (error) {
    debug(() => `hub: ${number}: ${error}`);
    if (error instanceof KanibakoError) send(refusal(error));
  } finally {
    endListening?.();
    hold(false);
    const cancel = after(LAST_MS, () => closeQuietly(conn));
    await outbox.flushed();
    cancel();
    gone.abort();
    closeQuietly(conn);
  }
}

function answer(
  hub: Hub,
  asked: Checked<Question>,
  asker: Parameters<Hub["ask"]>[1],
): Reply | Promise<Reply> {
  if (asked.ok) return hub.ask(asked.value, asker);
  const at = asked.path.map(String).join(".");
  const message = at === "" || asked.message === "unknown action" ? asked.message : `${at}: ${asked.message}`;
  return refusal(new KanibakoError("bad-question", message));
}
