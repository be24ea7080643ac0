import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { steward } from "../../lib/steward/steward.ts";
import { type CallEnd, Caller, type CallStreams } from "../../lib/wire/caller.ts";
import { Exchange } from "../../lib/wire/exchange.ts";
import type { CallRequest } from "../../lib/wire/messages.ts";

/** A host's half and a steward, in one process, over real sockets. */
async function world() {
  const folder = await Deno.makeTempDir();
  const [inside, outside] = [`${folder}/steward`, `${folder}/calls`];
  const exchange = new Exchange(
    Deno.listen({ transport: "unix", path: inside }),
    Deno.listen({ transport: "unix", path: outside }),
  );
  const ending = new AbortController();
  const script = `${folder}/enter`;
  await Deno.writeTextFile(script, 'shift; exec "$@"\n');
  const serving = steward({ socket: inside, enter: ["/bin/sh", script], signal: ending.signal });
  const greet = async () => await Caller.greet(await Deno.connect({ transport: "unix", path: outside }));
  return {
    greet,
    exchange,
    endSteward: () => ending.abort(),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await exchange[Symbol.asyncDispose]();
      await serving;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

type World = Awaited<ReturnType<typeof world>>;

/** Bytes as a command's input. */
function input(...parts: Uint8Array[]): NonNullable<CallStreams["stdin"]> {
  return { next: () => Promise.resolve(parts.shift()), cancel: () => {} };
}

async function call(
  { greet }: World,
  argv: string[],
  more: Partial<CallRequest> & Partial<CallStreams> = {},
): Promise<{ end: CallEnd; out: Uint8Array; err: string }> {
  const { stdin, cwd = "/tmp", env = {} } = more;
  const caller = await greet();
  assert.ok(caller);
  const [out, err]: [Uint8Array[], Uint8Array[]] = [[], []];
  const end = await caller.call({ kind: "command", argv, cwd, env }, {
    ...(stdin ? { stdin } : {}),
    stdout: (chunk) => void out.push(chunk),
    stderr: (chunk) => void err.push(chunk),
  });
  const bytes = async (parts: Uint8Array[]) =>
    new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  return { end, out: await bytes(out), err: new TextDecoder().decode(await bytes(err)) };
}

Deno.test("a call gives its command's bytes, folder, variables and exit code", async () => {
  await using w = await world();
  const { end, out, err } = await call(w, [
    "/bin/sh",
    "-c",
    'pwd; echo "$A"; printf "\\377\\200"; echo no >&2; exit 7',
  ], {
    cwd: "/usr",
    env: { A: "b c" },
  });
  assert.deepEqual(end, { kind: "exit", code: 7 });
  assert.deepEqual([...out.slice(-2)], [0xff, 0x80]);
  assert.equal(new TextDecoder().decode(out.slice(0, -2)), "/usr\nb c\n");
  assert.equal(err, "no\n");
});

Deno.test("a call passes much input and output unchanged", async () => {
  await using w = await world();
  const bytes = new Uint8Array(20 * 1024 * 1024).map((_, index) => index * 31 % 251);
  const { end, out } = await call(w, ["/bin/cat"], { stdin: input(bytes) });
  assert.deepEqual(end, { kind: "exit", code: 0 });
  assert.ok(Buffer.from(out).equals(Buffer.from(bytes)));
});

Deno.test("a command that does not read its input can be signalled, and one that closes it ends well", async () => {
  await using w = await world();
  const caller = await w.greet();
  assert.ok(caller);
  const endless = { next: () => Promise.resolve(new Uint8Array(65536)), cancel: () => {} };
  const running = caller.call({ kind: "command", argv: ["/bin/sleep", "60"], cwd: "/", env: {} }, {
    stdin: endless,
    stdout: () => {},
    stderr: () => {},
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await caller.say({ signal: "SIGTERM" });
  assert.deepEqual(await running, { kind: "exit", code: 143 });
  const closed = await call(w, ["/bin/sh", "-c", "exec <&-; sleep 0.2; echo over"], {
    stdin: input(new Uint8Array(3_000_000)),
  });
  assert.deepEqual(closed.end, { kind: "exit", code: 0 });
});

Deno.test("a command that cannot be started says why", async () => {
  await using w = await world();
  const { end } = await call(w, ["/bin/true"], { cwd: "/no/such/folder" });
  assert.equal(end.kind, "failed");
});

Deno.test("a caller that goes away takes its command along", async () => {
  await using w = await world();
  const file = await Deno.makeTempFile();
  const caller = await w.greet();
  assert.ok(caller);
  const running = caller.call({
    kind: "command",
    argv: ["/bin/sh", "-c", `trap 'echo hup >${file}; exit' HUP; echo on; while :; do sleep 0.05; done`],
    cwd: "/",
    env: {},
  }, {
    stdout: () => caller[Symbol.dispose](),
    stderr: () => {},
  });
  assert.equal((await running).kind, "lost");
  for (let wait = 0; wait < 100 && (await Deno.readTextFile(file)) === ""; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(await Deno.readTextFile(file), "hup\n");
  await Deno.remove(file);
});

Deno.test("500 calls, 50 at a time, each get their own answer", async () => {
  await using w = await world();
  let next = 0;
  await Promise.all(Array.from({ length: 50 }, async () => {
    while (next < 500) {
      const number = next++;
      const { end, out } = await call(w, ["/bin/echo", `${number}`]);
      assert.deepEqual([end, new TextDecoder().decode(out)], [{ kind: "exit", code: 0 }, `${number}\n`]);
    }
  }));
});

Deno.test("without a steward there is no greeting, and nothing was asked for", async () => {
  await using w = await world();
  w.endSteward();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(await w.greet(), undefined);
});
