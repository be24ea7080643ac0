/**
 * The service through which processes of this host call commands into a box without asking its engine.
 *
 * @module
 */

import { callSocket } from "../config/box_state.ts";
import { listenAt } from "../host/unix_socket.ts";
import type { Mailbox } from "../runtime/mailbox.ts";
import { STEWARD_SOCKET } from "../spec/box_paths.ts";
import { Exchange } from "../wire/exchange.ts";
import type { Run } from "./run.ts";
import type { OpenService } from "./service.ts";

/** What a box leaves in whose rig its process cannot run. */
const UNFIT = "unfit-steward";
const MAX_WORD_BYTES = 400;

/** Joins callers with the box's steward, as long as the run lasts. */
export function openCalls({ state, mailbox }: Pick<Run, "state" | "mailbox">): OpenService {
  if (!mailbox.listen) throw new Error("the box shares no sockets with this host");
  const stewards = mailbox.listen(STEWARD_SOCKET);
  let exchange: Exchange;
  try {
    exchange = new Exchange(stewards, listenAt(callSocket(state), 0o600));
  } catch (error) {
    stewards.close();
    throw error;
  }
  let unfit = false;
  return {
    // Callers ask the engine then, at once. What is thrown is shown by `box info` and `box diagnose`.
    said: async () => {
      if (unfit) return;
      const word = await unfitWord(mailbox);
      if (word === undefined) return;
      unfit = true;
      exchange.giveUp();
      throw new Error(`commands are called in by the engine: ${word}`);
    },
    [Symbol.asyncDispose]: () => exchange[Symbol.asyncDispose](),
  };
}

/** Why the box has no steward, by its own word. */
async function unfitWord(mailbox: Mailbox): Promise<string | undefined> {
  const left = await mailbox.take(UNFIT, MAX_WORD_BYTES);
  return left && new TextDecoder().decode(left).trim();
}
