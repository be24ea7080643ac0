/**
 * The service through which processes of this host call commands into a box without asking its engine.
 *
 * @module
 */

import { callSocket } from "../config/box_state.ts";
import { listenAt } from "../host/unix_socket.ts";
import { STEWARD_SOCKET } from "../spec/box_paths.ts";
import { Exchange } from "../wire/exchange.ts";
import type { Service } from "./service.ts";

/** Joins callers with the box's steward, as long as the run lasts. */
export const calls: Service = {
  name: "calls",
  first: false,
  open: ({ state, mailbox }) => {
    if (!mailbox.listen) return Promise.reject(new Error("the box shares no sockets with this host"));
    const stewards = mailbox.listen(STEWARD_SOCKET);
    try {
      return Promise.resolve(new Exchange(stewards, listenAt(callSocket(state), 0o600)));
    } catch (error) {
      stewards.close();
      throw error;
    }
  },
};
