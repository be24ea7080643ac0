import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { connectInto } from "../../lib/wire/connect.ts";
import { FRAME, FrameReader, FrameWriter } from "../../lib/wire/frame.ts";
import { REQUEST } from "../../lib/wire/messages.ts";
import { closeQuietly, type HalfClosing } from "../../lib/wire/relay.ts";
import { echoServer } from "../support/echo_server.ts";
import { type NearBox, nearBox, readAll, writeAll } from "../support/near_box.ts";

async function connected({ dial }: NearBox, port: number): Promise<HalfClosing & Disposable> {
  const made = await connectInto(await dial(), port);
  assert.ok("conn" in made, JSON.stringify(made));
  return Object.assign(made.conn, { [Symbol.dispose]: () => closeQuietly(made.conn) });
}

Deno.test("connectInto() reaches a port of the box's loopback, of both families", async () => {
  await using box = await nearBox();
  for (const address of ["127.0.0.1", "::1", "0.0.0.0"]) {
    using server = echoServer(address);
    const conn = await connected(box, server.port);
    await writeAll(conn, new TextEncoder().encode(address));
    await conn.closeWrite();
    assert.equal(new TextDecoder().decode(await readAll(conn)), address);
    conn.close();
  }
});

Deno.test("connectInto() passes much data both ways, and each direction's end apart", async () => {
  await using box = await nearBox();
  using server = echoServer();
  using conn = await connected(box, server.port);
  const bytes = new Uint8Array(8_000_000).map((_, at) => at * 31 % 251);
  const sent = writeAll(conn, bytes).then(() => conn.closeWrite());
  assert.ok(Buffer.from(await readAll(conn)).equals(Buffer.from(bytes)));
  await sent;
});

Deno.test("connectInto() makes a sender wait for who does not read", async () => {
  await using box = await nearBox();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  using conn = await connected(box, (listener.addr as Deno.NetAddr).port);
  using _deaf = await accepted;
  listener.close();
  let sent = 0;
  const piece = new Uint8Array(64 * 1024);
  const sending = (async () => {
    while (sent < 256 * 1024 * 1024) sent += await conn.write(piece);
  })().catch(() => {});
  for (let before = -1; before !== sent;) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert.ok(sent > 0 && sent < 64 * 1024 * 1024, `${sent} bytes were taken`);
  conn.close();
  await sending;
});

Deno.test("connectInto() says why where nothing listens, or no steward answers", async () => {
  await using box = await nearBox();
  // Nobody may listen there, and no program is given it as a free one.
  const port = 1;
  const refused = await connectInto(await box.dial(), port);
  assert.ok("failed" in refused && /refused/i.test(refused.failed), JSON.stringify(refused));
  box.endSteward();
  assert.ok("failed" in await connectInto(await box.dial(), port));
});

Deno.test("a request to connect names a port and nothing else", async () => {
  for (
    const connect of [
      { port: 0 },
      { port: 65_536 },
      { port: 80.5 },
      { port: "80" },
      { port: 80, host: "10.0.0.1" },
      { host: "127.0.0.1" },
      {},
    ]
  ) assert.equal(REQUEST({ connect }).ok, false, JSON.stringify(connect));
  assert.equal(REQUEST({ connect: { port: 65_535 } }).ok, true);
  await using box = await nearBox();
  using server = echoServer();
  using conn = await box.dial();
  const reader = new FrameReader(conn);
  assert.equal((await reader.next())?.kind, FRAME.message);
  await new FrameWriter(conn).message({ connect: { port: server.port, host: "127.0.0.1" } });
  assert.equal(await reader.next(), undefined);
  assert.equal(server.taken, 0);
});

Deno.test("T45: nothing is kept of an answer to connect that is larger than any", async () => {
  const path = `${await Deno.makeTempDir()}/calls`;
  using listener = Deno.listen({ transport: "unix", path });
  const words = async (length: number) => {
    const made = Deno.connect({ transport: "unix", path }).then((conn) => connectInto(conn, 80));
    using conn = await listener.accept();
    const writer = new FrameWriter(conn);
    await writer.message({ steward: 1 });
    await writer.message({ failed: "x".repeat(length) }).catch(() => {});
    const answer = await made;
    return "failed" in answer ? answer.failed : "connected";
  };
  assert.equal(await words(1000), "x".repeat(200));
  assert.match(await words(1_000_000), /does not speak the protocol/);
});
