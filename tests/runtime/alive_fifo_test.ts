import assert from "node:assert/strict";
import { makeFifo } from "../../lib/host/fifo.ts";
import { AliveFifo } from "../../lib/runtime/cli/alive_fifo.ts";

/** A new FIFO, as each run gets one. */
async function fifo(): Promise<string> {
  const path = `${await Deno.makeTempDir()}/alive`;
  await makeFifo(path, 0o600);
  return path;
}

/** What the first process of a box does: opens it for writing and holds it open. */
async function box(path: string, said: string): Promise<Deno.FsFile> {
  const end = await Deno.open(path, { write: true });
  await end.write(new TextEncoder().encode(said));
  return end;
}

Deno.test("a box that begins is heard, and its end is seen when it lets go", async () => {
  const path = await fifo();
  await using watched = await AliveFifo.watched(path);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o200, "the box can only write to it");
  assert.equal(await watched.hasBegun(), false);
  const end = await box(path, "s");
  assert.equal(await watched.begun, true);
  assert.equal(await watched.hasBegun(), true);
  const waited = watched.wait();
  await end.write(new TextEncoder().encode("o"));
  assert.equal(await waited, "said");
  const last = watched.wait();
  end.close();
  assert.equal(await last, "silent");
  assert.equal(await watched.wait(), "silent");
});

Deno.test("whether a box has begun is known right after it was said, and can be asked again and again", async () => {
  const path = await fifo();
  await using watched = await AliveFifo.watched(path);
  for (let tries = 0; tries < 3; tries++) assert.equal(await watched.hasBegun(), false);
  using _end = await box(path, "s");
  assert.equal(await watched.hasBegun(), true);
});

Deno.test("a mailbox that is closed before its box begins says so, and lets go", async () => {
  const watched = await AliveFifo.watched(await fifo());
  const begun = watched.begun;
  await watched[Symbol.asyncDispose]();
  assert.equal(await begun, false);
  await watched[Symbol.asyncDispose]();
});

Deno.test("a run that lasts is waited for by whoever opens its FIFO, one after the other", async () => {
  const path = await fifo();
  {
    await using first = new AliveFifo(path);
    assert.equal(await first.wait(), "silent", "nobody is there yet");
  }
  // As the box's script does: for both directions, so that it does not wait for the host.
  const end = await Deno.open(path, { read: true, write: true });
  await end.write(new TextEncoder().encode("so"));
  await using second = new AliveFifo(path);
  assert.equal(await second.wait(), "said");
  const last = second.wait();
  end.close();
  assert.equal(await last, "silent");
});

Deno.test("a FIFO that is gone means that nobody is there", async () => {
  await using gone = new AliveFifo("/no/such/fifo");
  assert.equal(await gone.wait(), "silent");
  assert.equal(await gone.hasBegun(), false);
});
