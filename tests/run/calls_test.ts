import assert from "node:assert/strict";
import { callSocket } from "../../lib/config/box_state.ts";
import { callInto } from "../../lib/run/call_in.ts";
import { portsInside } from "../../lib/run/ports/ports_inside.ts";
import { openCalls } from "../../lib/run/calls.ts";
import type { Io, LentTerminal } from "../../lib/runtime/io.ts";
import type { BoxRuntime } from "../../lib/runtime/runtime.ts";
import type { Run } from "../../lib/run/run.ts";
import { STEWARD_SOCKET } from "../../lib/spec/box_paths.ts";
import { Caller } from "../../lib/wire/caller.ts";
import { FRAME, FrameReader, FrameWriter } from "../../lib/wire/frame.ts";

Deno.test("a box whose rig cannot run its process is called into by the engine at once, and why is reported once", async () => {
  const state = await Deno.makeTempDir();
  const left = new Map<string, Uint8Array>();
  const mailbox = {
    listen: (name: string) => Deno.listen({ transport: "unix", path: `${state}/${name}` }),
    take: (name: string) => Promise.resolve(left.get(name)),
  };
  await using service = openCalls({ state, mailbox } as unknown as Run);
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

/** A steward that greets, and begins nothing. */
async function muteBox() {
  const state = await Deno.makeTempDir();
  const listener = Deno.listen({ transport: "unix", path: callSocket(state) });
  const open: Deno.Conn[] = [];
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const serving = (async () => {
    for await (const conn of listener) {
      open.push(conn);
      await new FrameWriter(conn).message({ steward: 1 });
      if ((await new FrameReader(conn).next())?.kind === FRAME.message) resolve();
    }
  })();
  return {
    state,
    asked,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
      for (const conn of open) conn.close();
      await Deno.remove(state, { recursive: true });
    },
  };
}

const CALL = { box: "b", kind: "command", argv: ["true"], env: {} } as const;

Deno.test("T45: a steward that begins nothing keeps neither a call that is to end nor the terminal", async () => {
  await using box = await muteBox();
  const runtime = {} as BoxRuntime;
  const give = async (io: Io, end: (call: ReturnType<typeof callInto>) => void) => {
    const call = callInto({ runtime, state: box.state }, CALL, io);
    await box.asked;
    end(call);
    let cancel = () => {};
    const late = new Promise<string>((resolve) => {
      const timer = setTimeout(() => resolve("still there"), 5000);
      cancel = () => clearTimeout(timer);
    });
    return await Promise.race([call.outcome, late]).finally(cancel);
  };
  const killed = { kind: "ended", code: 137 };
  assert.deepEqual(await give({ kind: "streams" }, (call) => void call.signal("SIGTERM")), killed);
  // Ctrl-C on the terminal, and a terminal that is gone.
  for (const keys of [Uint8Array.of(0x61, 0x03), undefined]) {
    const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>();
    let given = 0;
    const lent: LentTerminal = {
      size: { columns: 80, rows: 24 },
      onResize: () => {},
      read: () => given++ === 0 ? promise : new Promise(() => {}),
      show: () => Promise.resolve(true),
      [Symbol.dispose]: () => {},
    };
    const terminal = { type: "xterm", lend: () => lent, start: () => assert.fail() };
    assert.deepEqual(await give({ kind: "terminal", terminal }, () => resolve(keys)), killed);
  }
});

Deno.test("T45: a box that does not say what listens in it is not taken for one in which nothing does", async () => {
  await using box = await muteBox();
  const run = { state: box.state, record: { box: "b" }, runtime: {} } as unknown as Run;
  await assert.rejects(portsInside(run, 100), { code: "silent" });
});
