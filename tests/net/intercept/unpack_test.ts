// Answers that a host packs although it was asked not to.

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { BodyReader } from "../../../lib/net/intercept/body.ts";
import { BadMessage, readResponse } from "../../../lib/net/intercept/head.ts";
import { bytesOf, Source } from "../../../lib/net/intercept/source.ts";
import { unpackedAnswer } from "../../../lib/net/intercept/unpack.ts";
import { joined } from "../../../lib/host/bytes.ts";

/** An answer as a host sends it, all at once. */
async function answer(head: string, body: Uint8Array) {
  let rest = joined(bytesOf(head.replaceAll("\n", "\r\n")), body);
  const source = new Source({
    read: (into: Uint8Array) => {
      if (rest.length === 0) return Promise.resolve(null);
      const count = Math.min(rest.length, into.length);
      into.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return Promise.resolve(count);
    },
  } as never);
  const read = await readResponse(source, "GET");
  return unpackedAnswer(read, new BodyReader(source, read.framing));
}

Deno.test("an answer that becomes a thousand times as large is unpacked bit by bit", async () => {
  const size = 32 * 1024 * 1024;
  const bomb = new Uint8Array(gzipSync(new Uint8Array(size)));
  const { body } = await answer(
    `HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: ${bomb.length}\n\n`,
    bomb,
  );
  let read = 0;
  for (let piece = await body.next(); piece; piece = await body.next()) {
    read += piece.length;
    assert.ok(piece.length <= 2 * 1024 * 1024, `${piece.length} bytes at once`);
  }
  assert.equal(read, size);
});

Deno.test("an answer that is not packed as it says, or is cut off, is an error", async () => {
  const whole = new Uint8Array(gzipSync(bytesOf("text ".repeat(1000))));
  for (const bytes of [bytesOf("no gzip at all"), whole.subarray(0, whole.length - 9)]) {
    const head = `HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: ${bytes.length}\n\n`;
    const { body } = await answer(head, bytes);
    await assert.rejects(async () => {
      for (let piece = await body.next(); piece; piece = await body.next());
    }, BadMessage);
  }
});

Deno.test("a reader of HTTP/1.0 gets an unpacked answer without chunks", async () => {
  const bytes = new Uint8Array(gzipSync(bytesOf("text")));
  const packed = `Content-Encoding: gzip\nContent-Length: ${bytes.length}\n\n`;
  const old = await answer(`HTTP/1.0 200 OK\n${packed}`, bytes);
  assert.equal(old.head.framing.kind, "rest");
  assert.ok(old.head.last);
  assert.deepEqual(old.head.fields, []);
  const usual = await answer(`HTTP/1.1 200 OK\n${packed}`, bytes);
  assert.deepEqual(usual.head.fields, [{ name: "Transfer-Encoding", value: "chunked" }]);
});
