import assert from "node:assert/strict";
import { type DoorEvent, HostDoor } from "../../lib/net/host_door.ts";
import { isPublic } from "../../lib/net/address.ts";
import { type HostName, hostName } from "../../lib/wire/host_name.ts";
import { Policy } from "../../lib/net/policy.ts";
import { type HostRule, parseRule } from "../../lib/net/rule.ts";
import { fromPart } from "../../lib/spec/source.ts";
import { Door } from "../../lib/steward/door.ts";

/** Both sides of a door on this machine's loopback, and a server that answers what it is sent. */
async function world(rules: string[], pins: Record<string, string> = {}) {
  const folder = await Deno.makeTempDir();
  const socket = `${folder}/door`;
  const events: DoorEvent[] = [];
  let policy = made(rules);
  const host = new HostDoor(Deno.listen({ transport: "unix", path: socket }), {
    policy: () => policy,
    report: (event) => void events.push(event),
    maxConnections: 5000,
    pinned: new Map(Object.entries(pins).map(([name, address]) => [hostName(name)!, address])),
    resolve: (name: HostName) =>
      name === "private.example"
        ? Promise.resolve(["10.0.0.1", "127.0.0.1"])
        : Promise.reject(new Error("no such name")),
  });
  const door = new Door({ socket, names: { hostname: "127.0.0.1", port: 0 } });
  return {
    events,
    port: door.port,
    setRules: (rules: string[]) => policy = made(rules),
    async [Symbol.asyncDispose]() {
      door[Symbol.dispose]();
      await host[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function made(rules: string[]): Policy {
  return new Policy(rules.map((text) => ({ rule: parseRule(text) as HostRule, from: fromPart("test") })));
}

function echo(): { port: number } & Disposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  void (async () => {
    for await (const conn of listener) void conn.readable.pipeTo(conn.writable).catch(() => {});
  })();
  return { port: (listener.addr as Deno.NetAddr).port, [Symbol.dispose]: () => listener.close() };
}

async function lookUp(port: number, name: string, type: "A" | "AAAA" = "A"): Promise<string[] | string> {
  try {
    return await Deno.resolveDns(name, type, { nameServer: { ipAddr: "127.0.0.1", port } });
  } catch (error) {
    return (error as Error).name;
  }
}

Deno.test("T34: a name that a rule allows has an address, any other name does not exist", async () => {
  await using w = await world(["allowed.example:443"]);
  const [address] = await lookUp(w.port, "allowed.example") as string[];
  assert.match(address!, /^127\.64\./);
  assert.deepEqual(await lookUp(w.port, "ALLOWED.example."), [address]);
  assert.equal(await lookUp(w.port, "secret.attacker.example"), "NotFound");
  assert.equal(await lookUp(w.port, `${"a".repeat(60)}.${"b".repeat(60)}.attacker.example`), "NotFound");
  assert.ok(w.events.some((event) => event.kind === "name" && event.host === "secret.attacker.example"));
});

Deno.test("a program reaches an allowed name, both ways, to the last byte", async () => {
  using server = echo();
  await using w = await world([`echo.example:${server.port}`], { "echo.example": "127.0.0.1" });
  const [address] = await lookUp(w.port, "echo.example") as string[];
  using conn = await Deno.connect({ hostname: address!, port: server.port });
  const bytes = new Uint8Array(5_000_000).map((_, at) => at % 251);
  const sending = (async () => {
    for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at, at + 65536));
    await conn.closeWrite();
  })();
  let length = 0;
  const buffer = new Uint8Array(65536);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    for (let at = 0; at < count; at += 4099) assert.equal(buffer[at], (length + at) % 251);
    length += count;
  }
  await sending;
  assert.equal(length, bytes.length);
});

Deno.test("T37: a name that resolves to a private address leads nowhere, one that is pinned does", async () => {
  using server = echo();
  await using w = await world([`private.example:${server.port}`, `pinned.example:${server.port}`], {
    "pinned.example": "127.0.0.1",
  });
  for (const [name, reached] of [["private.example", false], ["pinned.example", true]] as const) {
    const [address] = await lookUp(w.port, name) as string[];
    using conn = await Deno.connect({ hostname: address!, port: server.port });
    await conn.write(new TextEncoder().encode("hi")).catch(() => {});
    const answer = await conn.read(new Uint8Array(8)).catch(() => null);
    assert.equal(answer !== null, reached, name);
  }
  assert.ok(w.events.some(({ kind }) => kind === "private"));
});

Deno.test("a rule that is taken back closes the way, one that is added opens it", async () => {
  using server = echo();
  const rule = `echo.example:${server.port}`;
  await using w = await world([], { "echo.example": "127.0.0.1" });
  assert.equal(await lookUp(w.port, "echo.example"), "NotFound");
  w.setRules([rule]);
  const [address] = await lookUp(w.port, "echo.example") as string[];
  (await Deno.connect({ hostname: address!, port: server.port })).close();
  w.setRules([]);
  // Also for a program that knows the address.
  using late = await Deno.connect({ hostname: address!, port: server.port });
  assert.equal(await late.read(new Uint8Array(1)).catch(() => null), null);
  assert.equal(await lookUp(w.port, "echo.example"), "NotFound");
  await assert.rejects(Deno.connect({ hostname: address!, port: server.port }));
});

Deno.test("T37: addresses of this machine, its network and its cloud are not public, others are", () => {
  for (
    const address of [
      "127.0.0.1",
      "10.1.2.3",
      "172.31.0.1",
      "192.168.1.1",
      "169.254.169.254",
      "100.64.0.1",
      "100.100.100.200",
      "168.63.129.16",
      "0.0.0.0",
      "224.0.0.1",
      "255.255.255.255",
      "::1",
      "::",
      "fe80::1",
      "fd00::1",
      "fc00::1",
      "::ffff:10.0.0.1",
      "::ffff:127.0.0.1",
      "64:ff9b::7f00:1",
      "2002:7f00:1::",
      "2001:db8::1",
      "ff02::1",
      "010.0.0.1",
      "1.2.3",
      "example",
      "",
    ]
  ) {
    assert.equal(isPublic(address), false, address);
  }
  for (
    const address of [
      "1.1.1.1",
      "140.82.121.4",
      "172.32.0.1",
      "100.128.0.1",
      "2606:4700::1111",
      "2a00:1450:4001::",
      "::ffff:1.1.1.1",
      "64:ff9b::101:101",
    ]
  ) {
    assert.equal(isPublic(address), true, address);
  }
});
