import assert from "node:assert/strict";
import { fetchPieces } from "../../../../lib/app/system/upgrade/fetch.ts";
import { pause } from "../../../../lib/host/timer.ts";

Deno.test("a server that gives a byte now and then is not waited for without end", async () => {
  const slow = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await pause(20);
      controller.enqueue(new Uint8Array(1));
    },
  });
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(slow),
  );
  const url = `http://127.0.0.1:${server.addr.port}/release.json`;
  let bytes = 0;
  await assert.rejects(
    fetchPieces(url, 1_000_000, (piece) => void (bytes += piece.length), { wholeMs: 400 }),
    { code: "cannot-fetch", message: /comes too slowly/ },
  );
  assert.ok(bytes > 1);
});
