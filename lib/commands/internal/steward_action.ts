import type { Context } from "../context.ts";
import { BOX_ENTER, BOX_IN, DOOR_SOCKET, STEWARD_SOCKET } from "../../spec/box_paths.ts";
import { saysReady } from "../../steward/ready.ts";

/** What ends with 0 is not started again: this was to go on. */
const ENDED_BY_SIGNAL = 143;

/** What it does in a box, by the word that asks for it. Resolves once it is at work. */
const DUTIES: Readonly<Record<string, (signal: AbortSignal) => Promise<void>>> = {
  calls: async (signal) => {
    const { steward } = await import("../../steward/steward.ts");
    void steward({ socket: `${BOX_IN}/${STEWARD_SOCKET}`, enter: ["/bin/sh", BOX_ENTER], signal });
  },
  door: async (signal) => {
    const { openDoor } = await import("../../steward/open_door.ts");
    const door = await openDoor(`${BOX_IN}/${DOOR_SOCKET}`);
    signal.addEventListener("abort", () => door[Symbol.dispose]());
  },
};

/** Does its duties until the box ends. */
export default async function steward(this: Context): Promise<void> {
  const ending = new AbortController();
  Deno.addSignalListener("SIGTERM", () => ending.abort());
  for (const signal of ["SIGHUP", "SIGINT"] as const) Deno.addSignalListener(signal, () => {});
  const ended = new Promise((resolve) => ending.signal.addEventListener("abort", resolve));
  await saysReady(Promise.all(this.rest.map((word) => {
    const duty = DUTIES[word];
    if (!duty) throw new Error(`there is no duty ${word}`);
    return duty(ending.signal);
  })));
  await ended;
  Deno.exit(ENDED_BY_SIGNAL);
}
