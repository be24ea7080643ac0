import assert from "node:assert/strict";
import { callSocket } from "../../lib/config/box_state.ts";
import { calls } from "../../lib/run/calls.ts";
import type { Run } from "../../lib/run/run.ts";
import { STEWARD_SOCKET } from "../../lib/spec/box_paths.ts";
import { Caller } from "../../lib/wire/caller.ts";

Deno.test("a box whose rig cannot run its process is called into by the engine at once, and why is reported once", async () => {
  const state = await Deno.makeTempDir();
  const left = new Map<string, Uint8Array>();
  const mailbox = {
    listen: (name: string) => Deno.listen({ transport: "unix", path: `${state}/${name}` }),
    take: (name: string) => Promise.resolve(left.get(name)),
  };
  await using service = await calls.open({ state, mailbox } as unknown as Run);
  assert.ok((await Deno.lstat(`${state}/${STEWARD_SOCKET}`)).isSocket);
  const dial = () => Deno.connect({ transport: "unix", path: callSocket(state) });
  // Until then the steward may still be on its way.
  let answered = false;
  const early = Caller.greet(await dial()).then((caller) => {
    answered = true;
    return caller;
  });
  await service.said!();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(answered, false);
  left.set("unfit-steward", new TextEncoder().encode("this rig cannot run it\n"));
  await assert.rejects(service.said!(), /called in by the engine: this rig cannot run it$/);
  assert.equal(await early, undefined);
  const startedAt = performance.now();
  assert.equal(await Caller.greet(await dial()), undefined);
  assert.ok(performance.now() - startedAt < 500);
  await service.said!();
});
