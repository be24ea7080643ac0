import assert from "node:assert/strict";
import fc from "fast-check";
import { KanibakoError } from "../../lib/host/error.ts";
import { serveConnection } from "../../lib/steward/connection.ts";
import { Caller } from "../../lib/wire/caller.ts";
import { Exchange } from "../../lib/wire/exchange.ts";
import { FRAME, FrameReader, FrameWriter, MAX_CHUNK_BYTES } from "../../lib/wire/frame.ts";
import {
  CALLER_MESSAGE,
  parseMessage,
  REQUEST,
  STEWARD_MESSAGE,
  TAKE,
  WELCOME,
} from "../../lib/wire/messages.ts";
import { nearBox } from "../support/near_box.ts";

const CHECKS = [TAKE, WELCOME, REQUEST, CALLER_MESSAGE, STEWARD_MESSAGE] as const;
const DEEP = 1_000_000;

/** Bytes in the given pieces, then the end. `read`: how many were asked for in all. */
function source(bytes: Uint8Array, sizes: readonly number[]) {
  let [at, turn] = [0, 0];
  return {
    read(into: Uint8Array): Promise<number | null> {
      if (at === bytes.length) return Promise.resolve(null);
      const size = Math.min(into.length, bytes.length - at, sizes[turn++ % sizes.length]!);
      into.set(bytes.subarray(at, at + size));
      at += size;
      return Promise.resolve(size);
    },
  };
}

function target(): { bytes: number[]; write(part: Uint8Array): Promise<number> } {
  const bytes: number[] = [];
  return {
    bytes,
    // As a connection does: not always all of it.
    write: (part) => {
      const count = Math.max(1, Math.ceil(part.length / 2));
      for (const byte of part.subarray(0, count)) bytes.push(byte);
      return Promise.resolve(count);
    },
  };
}

async function corpus(): Promise<readonly { name: string; bytes: Uint8Array }[]> {
  const text = await Deno.readTextFile(new URL("corpus/hostile.txt", import.meta.url));
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
    const [, name, hex] = /^(.*?) {2,}([0-9a-f ]+)$/.exec(line)!;
    return { name: name!, bytes: Uint8Array.fromHex(hex!.replaceAll(" ", "")) };
  });
}

const sizes = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 5 });

Deno.test("frames that are written are read again, however they are cut", async () => {
  const frame = fc.record({
    kind: fc.constantFrom(...Object.values(FRAME)),
    content: fc.uint8Array({ maxLength: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 8 }), sizes, async (frames, cut) => {
      const into = target();
      const writer = new FrameWriter(into);
      await Promise.all(frames.map(({ kind, content }) => writer.write(kind, content)));
      const reader = new FrameReader(source(Uint8Array.from(into.bytes), cut));
      for (const { kind, content } of frames) {
        const read = await reader.next();
        assert.deepEqual([read?.kind, [...read?.content ?? []]], [kind, [...content]]);
      }
      assert.equal(await reader.next(), undefined);
    }),
    { numRuns: 200 },
  );
});

Deno.test("T45: whatever bytes come, a reader of frames ends or fails with an error of ours, and keeps no more than a frame may have", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 4000 }), sizes, async (bytes, cut) => {
      const reader = new FrameReader(source(bytes, cut));
      try {
        for (let frame = await reader.next(); frame; frame = await reader.next()) {
          assert.ok(frame.content.length <= bytes.length);
        }
      } catch (error) {
        assert.ok(error instanceof KanibakoError && ["wire", "wire-cut"].includes(error.code), String(error));
      }
    }),
    { numRuns: 500 },
  );
  // Of what says that it is a gigabyte nothing is read, let alone kept.
  const asked: number[] = [];
  const endless = {
    read: (into: Uint8Array) => {
      asked.push(into.length);
      into.set([0x40, 0, 0, 0, 0].slice(0, into.length));
      return Promise.resolve(Math.min(into.length, 5));
    },
  };
  await assert.rejects(new FrameReader(endless).next(), { code: "wire" });
  assert.ok(asked.length === 1 && asked[0]! <= 2 * MAX_CHUNK_BYTES, `${asked}`);
});

Deno.test("T45: whatever a message is, it is what a schema says, or refused", () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  const refuses = (content: Uint8Array, check: (typeof CHECKS)[number]) => {
    try {
      parseMessage<unknown>(content, check);
      return false;
    } catch (error) {
      assert.ok(error instanceof KanibakoError && error.code === "wire", String(error));
      return true;
    }
  };
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), fc.constantFrom(...CHECKS), (text, check) => {
      assert.ok(refuses(encode(text), check), text);
    }),
    { numRuns: 500 },
  );
  const odd = [`${"[".repeat(DEEP)}${"]".repeat(DEEP)}`, '{"a":'.repeat(DEEP), '"' + "x".repeat(3_000_000)];
  for (const text of odd) {
    for (const check of CHECKS) assert.ok(refuses(encode(text), check), text.slice(0, 9));
  }
  const asked = (env: string) =>
    parseMessage(encode(`{"call":{"kind":"command","argv":["true"],"cwd":"/","env":${env}}}`), REQUEST);
  const read = asked('{"__proto__":"x","A":"1","A":"2"}');
  assert.ok("call" in read);
  assert.deepEqual([Object.entries(read.call.env), ({} as { A?: string }).A], [[["__proto__", "x"], [
    "A",
    "2",
  ]], undefined]);
  // The twin: what fits is taken.
  assert.ok(!refuses(encode('{"take":1}'), TAKE));
});

Deno.test("T45: garbage from the host ends a connection of the steward, and nothing else", async () => {
  for (const { name, bytes } of await corpus()) {
    const into = target();
    const conn = { ...source(bytes, [3]), ...into, close: () => {}, closeWrite: () => Promise.resolve() };
    const outcome = await serveConnection(conn as unknown as Deno.UnixConn, ["/bin/false"], () => {}).catch(
      (error: unknown) => error,
    );
    assert.ok(outcome === undefined || outcome instanceof KanibakoError, `${name}: ${outcome}`);
    assert.deepEqual(into.bytes, [], name);
  }
});

Deno.test("T45: garbage from callers and from a box leaves calls of others alone", async () => {
  await using box = await nearBox();
  const works = async () => {
    const caller = await Caller.greet(await box.dial());
    assert.ok(caller);
    const quiet = { stdout: () => {}, stderr: () => {} };
    const end = await caller.call({ kind: "command", argv: ["true"], cwd: "/", env: {} }, quiet);
    assert.deepEqual(end, { kind: "exit", code: 0 });
  };
  for (const { bytes } of await corpus()) {
    // As a caller, and as a process of the box that dials in beside the steward.
    for (const path of [undefined, `${box.state}/steward`]) {
      using conn = path ? await Deno.connect({ transport: "unix", path }) : await box.dial();
      await conn.write(bytes);
    }
  }
  await works();
});

Deno.test("T45: a box that floods the host's half has a bounded number of connections there, and callers are answered", async () => {
  const folder = await Deno.makeTempDir();
  const [inside, outside] = [`${folder}/in`, `${folder}/out`];
  await using _exchange = new Exchange(
    Deno.listen({ transport: "unix", path: inside }),
    Deno.listen({ transport: "unix", path: outside }),
    { silenceMs: 200, arrivalMs: 200 },
  );
  const flood = await Promise.all(
    Array.from({ length: 200 }, () => Deno.connect({ transport: "unix", path: inside })),
  );
  // Those beyond the limit are closed at once; the others say nothing, and wait.
  const closed = await Promise.all(flood.map(async (conn) => {
    const read = conn.read(new Uint8Array(1)).catch(() => null);
    return await Promise.race([read.then((count) => count === null), pause(300).then(() => false)]);
  }));
  assert.equal(closed.filter((is) => !is).length, 64);
  // None of them answers, so the caller is to ask the engine.
  assert.equal(await Caller.greet(await Deno.connect({ transport: "unix", path: outside })), undefined);
  for (const conn of flood) conn.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("T45: a box that dials in again and again and never answers keeps no caller waiting", async () => {
  // Silent, or gone at once; and one whose greeting would be larger than any is.
  for (const greeting of [undefined, new Uint8Array(), Uint8Array.of(0, 0x20, 0, 0, 0)]) {
    const folder = await Deno.makeTempDir();
    const [inside, outside] = [`${folder}/in`, `${folder}/out`];
    await using _exchange = new Exchange(
      Deno.listen({ transport: "unix", path: inside }),
      Deno.listen({ transport: "unix", path: outside }),
      { silenceMs: 200, arrivalMs: 200 },
    );
    let over = false;
    const dialling = (async () => {
      while (!over) {
        const conn = await Deno.connect({ transport: "unix", path: inside });
        if (greeting) {
          await conn.read(new Uint8Array(64)).catch(() => null);
          await conn.write(greeting).catch(() => 0);
          conn.close();
        } else void pause(2000).then(() => conn.close());
        await pause(20);
      }
    })().catch(() => {});
    const caller = Caller.greet(await Deno.connect({ transport: "unix", path: outside }));
    const given = await Promise.race([caller, pause(1500).then(() => "still waiting")]);
    over = true;
    await dialling;
    assert.equal(given, undefined);
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("calls beyond the most at once wait, hear of it, and are made in their turn", async () => {
  const folder = await Deno.makeTempDir();
  const [inside, outside] = [`${folder}/in`, `${folder}/out`];
  await using _exchange = new Exchange(
    Deno.listen({ transport: "unix", path: inside }),
    Deno.listen({ transport: "unix", path: outside }),
    { calls: 1, waiting: 1 },
  );
  const dialIn = async () => {
    const conn = await Deno.connect({ transport: "unix", path: inside });
    void serveConnection(conn, ["/bin/false"], () => {}).catch(() => {}).finally(() => conn.close());
  };
  await dialIn();
  const dial = () => Deno.connect({ transport: "unix", path: outside });
  const first = await Caller.greet(await dial());
  assert.ok(first);
  const heard: number[] = [];
  const second = Caller.greet(await dial(), (calls) => void heard.push(calls));
  while (heard.length === 0) await pause(10);
  assert.deepEqual(heard, [1]);
  // No more wait than may.
  assert.equal(await Caller.greet(await dial()), undefined);
  first[Symbol.dispose]();
  await dialIn();
  using welcome = await second;
  assert.ok(welcome);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("one stream that nobody reads does not keep the other from being heard", async () => {
  await using box = await nearBox();
  const caller = await Caller.greet(await box.dial());
  assert.ok(caller);
  const { promise: never } = Promise.withResolvers<void>();
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  const argv = ["/bin/sh", "-c", "head -c 3000000 /dev/zero & echo heard >&2; wait"];
  const ended = caller.call({ kind: "command", argv, cwd: "/", env: {} }, {
    stdout: () => never,
    stderr: () => resolve(),
  });
  await heard;
  caller.abandon();
  assert.equal((await ended).kind, "abandoned");
});

Deno.test("what a command said before it ended is heard, however slowly it is read", async () => {
  await using box = await nearBox();
  const caller = await Caller.greet(await box.dial());
  assert.ok(caller);
  let bytes = 0;
  // Ends long before it is heard: the last of it waits in a pipe.
  const argv = ["/bin/sh", "-c", "head -c 700000 /dev/zero; sleep 5 & exit 3"];
  const end = await caller.call({ kind: "command", argv, cwd: "/", env: {} }, {
    stdout: async (chunk) => {
      bytes += chunk.length;
      await pause(60);
    },
    stderr: () => {},
  });
  assert.deepEqual([end, bytes], [{ kind: "exit", code: 3 }, 700_000]);
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
