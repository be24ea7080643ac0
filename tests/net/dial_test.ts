import assert from "node:assert/strict";
import { isOwn } from "../../lib/net/address.ts";
import { dial, type Dialled, type DialOptions } from "../../lib/net/dial.ts";
import { parseProxy } from "../../lib/net/proxy.ts";
import { interleaved, race } from "../../lib/net/race.ts";
import { makeResolve } from "../../lib/net/resolve.ts";
import { type HostName, hostName } from "../../lib/wire/host_name.ts";
import { connectProxy } from "../support/connect_proxy.ts";

const NAME = hostName("name.example")!;

/** A server of this machine's loopback that says hello, and counts who came. */
function server(hello = "hello"): Disposable & { port: number; seen: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const one = {
    port: (listener.addr as Deno.NetAddr).port,
    seen: 0,
    [Symbol.dispose]: () => listener.close(),
  };
  void (async () => {
    for await (const conn of listener) {
      one.seen++;
      await conn.write(new TextEncoder().encode(hello));
      conn.close();
    }
  })();
  return one;
}

function options(more: Partial<DialOptions> = {}): DialOptions {
  return { pinned: new Map(), resolve: () => Promise.reject(new Error("no such name")), ...more };
}

async function said(dialled: Dialled): Promise<string> {
  assert.equal(dialled.kind, "connected");
  if (dialled.kind !== "connected") return "";
  let text = new TextDecoder().decode(dialled.early);
  const buffer = new Uint8Array(64);
  for (let count = await dialled.conn.read(buffer); count !== null; count = await dialled.conn.read(buffer)) {
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
  dialled.conn.close();
  return text;
}

Deno.test("T37: a name is resolved once, and what it says later is not dialled", async () => {
  using inside = server();
  const answers = [["127.0.0.1"], ["127.0.0.1", "169.254.169.254"], ["10.0.0.1", "::1", "fd00::1"]];
  for (const now of answers) {
    let asked = 0;
    // A server of names that would say something else when asked again.
    const resolve = () => Promise.resolve({ now: asked++ === 0 ? now : ["127.0.0.1"] });
    const dialled = await dial(NAME, inside.port, options({ resolve }));
    assert.deepEqual(dialled, { kind: "private", addresses: now });
    assert.equal(asked, 1);
  }
  // The other family's answer, which comes late, is judged as well.
  const later = Promise.resolve(["::ffff:127.0.0.1", "127.0.0.1"]);
  const dialled = await dial(
    NAME,
    inside.port,
    options({ resolve: () => Promise.resolve({ now: [], later }) }),
  );
  assert.equal(dialled.kind, "private");
  assert.equal(inside.seen, 0);
  // The same server under a name that the user has pinned: so it was not out of reach for another reason.
  assert.equal(
    await said(await dial(NAME, inside.port, options({ pinned: pins({ [NAME]: ["127.0.0.1"] }) }))),
    "hello",
  );
});

Deno.test("T37: what this machine's own sources say of a name is judged like any other answer", async () => {
  using inside = server();
  const dialled = await dial(hostName("localhost")!, inside.port, options({ resolve: makeResolve() }));
  assert.equal(dialled.kind, "private");
  assert.equal(inside.seen, 0);
});

Deno.test("T37: addresses of this machine are private, whatever network they are of", () => {
  const own = ["203.0.113.7", "2001:db8::7", "127.0.0.1"];
  assert.ok(isOwn("203.0.113.7", own));
  assert.ok(isOwn("::ffff:203.0.113.7", own));
  assert.ok(isOwn("64:ff9b::cb00:7107", own));
  assert.ok(isOwn("2001:0db8:0::0007", own));
  assert.ok(!isOwn("203.0.113.8", own));
  assert.ok(isOwn("127.0.0.1"));
});

Deno.test("host.kanibako is this machine's loopback, and a pin of the user's wins", async () => {
  using inside = server();
  const host = hostName("host.kanibako")!;
  assert.equal(await said(await dial(host, inside.port, options())), "hello");
  const pinned = pins({ [host]: ["127.0.0.9"] });
  assert.equal((await dial(host, inside.port, options({ pinned }))).kind, "unreachable");
});

function pins(names: Record<string, string[]>): ReadonlyMap<HostName, readonly string[]> {
  return new Map(Object.entries(names)) as unknown as ReadonlyMap<HostName, readonly string[]>;
}

Deno.test("a pin may have several addresses: one that does not answer costs a moment", async () => {
  using inside = server();
  const began = performance.now();
  const pinned = pins({ [NAME]: ["127.0.0.2", "127.0.0.1"] });
  assert.equal(await said(await dial(NAME, inside.port, options({ pinned }))), "hello");
  assert.ok(performance.now() - began < 1000);
});

Deno.test("families take turns, beginning with the one that works", () => {
  assert.deepEqual(interleaved(["a:", "b:", "1", "2", "3"], 6), ["a:", "1", "b:", "2", "3"]);
  assert.deepEqual(interleaved(["a:", "b:", "1"], 4), ["1", "a:", "b:"]);
  assert.deepEqual(interleaved(["1"], 6), ["1"]);
});

Deno.test("a family whose packets are lost costs a quarter of a second, not seconds", async () => {
  using inside = server();
  const ended: string[] = [];
  const connect = (address: string, port: number, signal: AbortSignal) => {
    if (!address.includes(":")) return Deno.connect({ hostname: address, port });
    const { promise, reject } = Promise.withResolvers<Deno.TcpConn>();
    signal.addEventListener("abort", () => (ended.push(address), reject(new Error("aborted"))));
    return promise;
  };
  const began = performance.now();
  const { conn, address } = await race(["2606::1", "127.0.0.1"], inside.port, undefined, connect);
  conn.close();
  const took = performance.now() - began;
  assert.equal(address, "127.0.0.1");
  assert.ok(took > 200 && took < 1000, `${took}`);
  assert.deepEqual(ended, ["2606::1"]);
});

Deno.test("an address that is known late is tried, too", async () => {
  using inside = server();
  const refused = Promise.reject(new Error("refused"));
  refused.catch(() => {});
  const connect = (address: string, port: number) =>
    address === "127.0.0.1" ? Deno.connect({ hostname: address, port }) : refused;
  const later = new Promise<string[]>((resolve) => setTimeout(() => resolve(["127.0.0.1"]), 100));
  const { conn } = await race(["2606::1"], inside.port, later, connect);
  conn.close();
  await assert.rejects(race(["2606::1"], inside.port, Promise.resolve([]), connect), /refused/);
  await assert.rejects(race(["2606::1"], inside.port, Promise.reject(new Error("late")), connect), /refused/);
});

Deno.test("both families are asked for at once, with a final dot, and one that is late is not waited for", async () => {
  const asked: string[] = [];
  const resolve = makeResolve(async (name, type) => {
    asked.push(`${name} ${type}`);
    if (type === "AAAA") await new Promise((go) => setTimeout(go, 300));
    return type === "A" ? ["1.1.1.1"] : ["2606::1"];
  });
  const began = performance.now();
  const [one, two] = await Promise.all([resolve(NAME), resolve(NAME)]);
  assert.ok(performance.now() - began < 250);
  assert.deepEqual(one!.now, ["1.1.1.1"]);
  assert.deepEqual(await two!.later, ["2606::1"]);
  assert.deepEqual(asked.sort(), ["name.example. A", "name.example. AAAA"]);
});

Deno.test("a name without addresses is no such name, and a failure is not kept", async () => {
  let fails = true;
  const resolve = makeResolve((_, type) =>
    fails || type === "AAAA"
      ? Promise.reject(new Deno.errors.NotFound("no records"))
      : Promise.resolve(["1.1.1.1"])
  );
  await assert.rejects(resolve(NAME), /no such name/);
  fails = false;
  assert.deepEqual((await resolve(NAME)).now, ["1.1.1.1"]);
});

Deno.test("a proxy is asked by name, with its login, and what follows its answer is passed on", async () => {
  using inside = server("early words");
  using proxy = connectProxy({ table: { [`${NAME}:443`]: inside.port }, login: btoa("user:p@ss") });
  const through = (login?: string) =>
    options({ proxy: () => parseProxy(`http://127.0.0.1:${proxy.port}`, login) });
  assert.equal(await said(await dial(NAME, 443, through("user:p@ss"))), "early words");
  assert.deepEqual(proxy.heads[0]!.split("\r\n").slice(0, 2), [
    `CONNECT ${NAME}:443 HTTP/1.1`,
    `Host: ${NAME}:443`,
  ]);
  const wrong = await dial(NAME, 443, through("user:secret"));
  assert.match(JSON.stringify(wrong), /407/);
  assert.doesNotMatch(JSON.stringify(wrong), /secret|dXNlc/);
  assert.match(JSON.stringify(await dial(NAME, 8443, through("user:p@ss"))), /answered 502/);
});

Deno.test("a proxy that is none, or is not there, is a failure and never a way past it", async () => {
  using inside = server();
  using proxy = connectProxy({ table: {}, garbage: new Uint8Array(100_000).fill(65) });
  const dialled = await dial(
    NAME,
    inside.port,
    options({
      proxy: () => parseProxy(`127.0.0.1:${proxy.port}`),
      resolve: () => Promise.resolve({ now: ["127.0.0.1"] }),
    }),
  );
  assert.match(JSON.stringify(dialled), /too long/);
  const gone = await dial(NAME, inside.port, options({ proxy: () => parseProxy("127.0.0.1:1") }));
  assert.match(JSON.stringify(gone), /the proxy cannot be reached/);
  const unusable = await dial(
    NAME,
    inside.port,
    options({ proxy: () => parseProxy("socks5://127.0.0.1:1") }),
  );
  assert.match(JSON.stringify(unusable), /not supported/);
  assert.equal(inside.seen, 0);
});
