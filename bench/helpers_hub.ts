/**
 * A hub for as long as this process lives, with sockets in a folder and no limit on how many messages are sent.
 *
 * @module
 */

import { aHelper } from "../tests/hub/example.ts";
import { Boxes, nearHub } from "../tests/hub/near_hub.ts";

const boxes = new Boxes();
boxes.runs(1);
const hub = await nearHub({
  folder: Deno.args[0]!,
  boxes,
  helpers: [aHelper(1, { run: "a" })],
  limits: { messagesASecond: -1, queueMessages: -1, queueBytes: -1 },
});
console.log("ready");
await hub.lines(0).then(() => new Promise(() => {}));
