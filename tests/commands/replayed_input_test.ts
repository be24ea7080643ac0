// Input of a command whose start takes two tries.

import { equal } from "node:assert/strict";
import { ReplayedInput } from "../../lib/commands/run/replayed_input.ts";

function input(...pieces: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(pieces).pipeThrough(new TextEncoderStream());
}

Deno.test("what a first try has taken of the input is there for the second, and all of it once", async () => {
  const replayed = new ReplayedInput(input("a", "b", "c"));
  const first = replayed.stream().getReader();
  equal(new TextDecoder().decode((await first.read()).value), "a");
  await first.cancel();
  const second = replayed.stream();
  replayed.begun();
  equal(await new Response(second).text(), "abc");
});

Deno.test("a try that is waiting for input when it ends takes none of it away", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const replayed = new ReplayedInput(readable);
  const waiting = replayed.stream().getReader();
  const never = waiting.read();
  await waiting.cancel();
  const text = new Response(replayed.stream()).text();
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode("late"));
  await writer.close();
  equal((await never).done, true);
  equal(await text, "late");
});
