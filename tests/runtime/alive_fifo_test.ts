import assert from "node:assert/strict";
import { isHeldOpen, makeFifo } from "../../lib/host/fifo.ts";
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

/** How long a promise may take that no box is to hold up. Our own patience is 2 s. */
async function soon<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after 5 s`)), 5000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A process of a box. It is ended with the test. */
function inBox(script: string, path: string): AsyncDisposable {
  const child = new Deno.Command("sh", { args: ["-c", script, "sh", path], stdout: "null", stderr: "null" })
    .spawn();
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("H6: whether a foreground box lives can be asked once it has begun, also without root", async () => {
  const path = await fifo();
  await using watched = AliveFifo.watched(path);
  const end = await box(path, "s");
  assert.equal(await watched.begun, true);
  assert.equal(isHeldOpen(path), true);
  end.close();
  assert.equal(isHeldOpen(path), false);
});

/** Ways to say too much; the FIFO is open as 9. */
const TOO_MUCH = {
  "fills the pipe": "cat /dev/zero >&9",
  "answers in our place and fills the pipe": "printf h >&9; cat /dev/zero >&9",
  "says what may be our words all the time": "yes '<h>' >&9",
};
for (const [what, script] of Object.entries(TOO_MUCH)) {
  Deno.test(`H6: a box that ${what} before it begins holds up neither a question nor the end`, async () => {
    const path = await fifo();
    const watched = AliveFifo.watched(path);
    await using _box = inBox(`exec 9>"$1"; ${script}`, path);
    await pause(300);
    assert.equal(await soon("the question", watched.hasBegun()), false);
    await soon("the end", watched[Symbol.asyncDispose]());
    assert.equal(await watched.begun, false);
  });

  Deno.test(`H6: a box that ${what} once it has begun holds up nobody, and lives until it lets go`, async () => {
    const path = await fifo();
    await using watched = AliveFifo.watched(path);
    {
      await using _box = inBox(`exec 9>"$1"; printf s >&9; (${script}) & exec sleep 60`, path);
      assert.equal(await soon("the beginning", watched.begun), true);
      await pause(300);
      assert.equal(await watched.hasBegun(), true);
      assert.equal(isHeldOpen(path), true, "the box holds it");
    }
    assert.equal(isHeldOpen(path), false, "what a box has left in the pipe does not make it live on");
    await soon("the end", watched[Symbol.asyncDispose]());
  });

  Deno.test(`H6: a box that ${what} in a session keeps nobody who listens from leaving`, async () => {
    const path = await fifo();
    const listens = new AliveFifo(path);
    await using _box = inBox(`exec 9<>"$1"; ${script}`, path);
    await pause(300);
    const waited = listens.wait();
    await soon("leaving", listens[Symbol.asyncDispose]());
    assert.ok(["said", "silent"].includes(await soon("waiting", waited)));
  });
}

Deno.test("H6: a box that takes all that is said to ourselves costs the patience, and no more", async () => {
  const path = await fifo();
  const listens = new AliveFifo(path);
  // Root of a box may read what its user may only write.
  await using _box = inBox('exec 9<>"$1"; exec cat <&9', path);
  await pause(300);
  const waited = listens.wait();
  assert.equal(await soon("a question", listens.hasBegun()), false);
  await soon("leaving", listens[Symbol.asyncDispose]());
  assert.equal(await soon("waiting", waited), "silent");
});

Deno.test("H6: words of ours that a box says before do not hide that it has begun", async () => {
  const path = await fifo();
  await using watched = AliveFifo.watched(path);
  using _end = await box(path, `${"h<>".repeat(30_000)}s`.slice(-65_000));
  assert.equal(await watched.hasBegun(), true);
});

Deno.test("a FIFO that is gone means that nobody is there", async () => {
  await using gone = new AliveFifo("/no/such/fifo");
  assert.equal(await gone.wait(), "silent");
  assert.equal(await gone.hasBegun(), false);
});
