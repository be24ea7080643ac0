/**
 * The process in a box that the host's services talk to, from its start to its end. It is loaded on its own, without what the
 * commands of this program need: one of them runs in each box.
 *
 * @module
 */

import {
  BOX_ENTER,
  BOX_IN,
  BROWSER_OWN_PORT,
  BROWSER_PORT,
  BROWSER_SOCKET,
  DOOR_SOCKET,
  STEWARD_SOCKET,
} from "../spec/box_paths.ts";
import { saysReady } from "./ready.ts";

/** What ends with 0 is not started again: this was to go on. */
const ENDED_BY_SIGNAL = 143;

/** What it does in a box, by the word that asks for it. Resolves once it is at work. */
const DUTIES: Readonly<Record<string, (signal: AbortSignal) => Promise<void>>> = {
  browser: async (signal) => {
    const { openBrowser } = await import("./browser.ts");
    const browser = await openBrowser({
      socket: `${BOX_IN}/${BROWSER_SOCKET}`,
      port: BROWSER_PORT,
      browser: BROWSER_OWN_PORT,
    });
    signal.addEventListener("abort", () => browser[Symbol.dispose]());
  },
  calls: async (signal) => {
    const { steward } = await import("./steward.ts");
    void steward({ socket: `${BOX_IN}/${STEWARD_SOCKET}`, enter: ["/bin/sh", BOX_ENTER], signal });
  },
  door: async (signal) => {
    const { openDoor } = await import("./open_door.ts");
    const door = await openDoor(`${BOX_IN}/${DOOR_SOCKET}`);
    signal.addEventListener("abort", () => door[Symbol.dispose]());
  },
};

/** Does the duties that the words name until the box ends. */
export async function serve(words: readonly string[]): Promise<void> {
  const ending = new AbortController();
  Deno.addSignalListener("SIGTERM", () => ending.abort());
  // What is ignored stays so in all that is started from here. What has a listener does not.
  for (const signal of ["SIGHUP", "SIGINT", "SIGQUIT"] as const) Deno.addSignalListener(signal, () => {});
  const ended = new Promise((resolve) => ending.signal.addEventListener("abort", resolve));
  await saysReady(Promise.all(words.map((word) => {
    const duty = DUTIES[word];
    if (!duty) throw new Error(`there is no duty ${word}`);
    return duty(ending.signal);
  })));
  await ended;
  Deno.exit(ENDED_BY_SIGNAL);
}
