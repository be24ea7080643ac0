import assert from "node:assert/strict";
import fc from "fast-check";
import { Policy } from "../../lib/net/policy.ts";
import { fromPart } from "../../lib/spec/source.ts";
import { hostName } from "../../lib/wire/host_name.ts";
import { boxDoor } from "../support/box_door.ts";
import { echoServer } from "../support/echo_server.ts";

/** Ways of writing an allowed name, or an address, so that one reader takes it for something else than another. */
const ODD = [
  "a.example\0",
  "a.example\0.evil.example",
  "a.example\r\nHost: evil.example",
  "a.example\n",
  " a.example",
  "a.example ",
  "a.example..",
  ".a.example",
  "a..example",
  "a%2eexample",
  "a.example%00",
  "user@a.example",
  "evil.example@a.example",
  "a.example:443",
  "a.example/",
  "a.example#",
  "a.example?x",
  "a.example\\evil.example",
  "[a.example]",
  "a。example",
  "ａ.example",
  "а.example",
  "a\u00ad.example",
  "a\u200b.example",
  "127.0.0.1",
  "127.1",
  "0x7f000001",
  "0x7f.1",
  "2130706433",
  "017700000001",
  "0177.0.0.1",
  "[::1]",
  "::1",
  "[::ffff:127.0.0.1]",
  "::ffff:127.0.0.1",
  "fe80::1%eth0",
  "169.254.169.254",
  "a.127",
  "a.0x7f",
  "",
  ".",
  "..",
  "*",
  "*.example",
  "__proto__",
  "-a.example",
  "a-.example",
  `${"a".repeat(64)}.example`,
  `${"a.".repeat(130)}example`,
];

Deno.test("T35: over the wire, a name in another form leads nowhere; in its one form, upper case or a final dot included, it does", async () => {
  using server = echoServer();
  const { port } = server;
  await using w = await boxDoor({ rules: [`a.example:${port}`], hosts: { "a.example": ["127.0.0.1"] } });
  for (const name of ODD) {
    assert.deepEqual((await w.ask({ name })).answer, { ports: [] }, JSON.stringify(name));
    assert.deepEqual(
      (await w.ask({ dial: { name, port } })).answer,
      { not: "refused" },
      JSON.stringify(name),
    );
  }
  assert.equal(server.taken, 0);
  for (const name of ["a.example", "A.eXaMPle", "a.example."]) {
    assert.deepEqual((await w.ask({ name })).answer, { ports: [port] }, name);
    using dialled = await w.ask({ dial: { name, port } });
    assert.deepEqual(dialled.answer, { connected: 1 }, name);
  }
  // What was decided about is what is written down.
  const hosts = new Set(w.events.flatMap((event) => "host" in event ? [event.host as string] : []));
  assert.ok([...hosts].every((host) => hostName(host) === host), [...hosts].join(" "));
});

Deno.test("T35: whatever a box writes for a name, the door says the same of it as of its one form, and no more", async () => {
  using server = echoServer();
  const { port } = server;
  const rules = [`a.example:${port}`, `*.b.example:${port}`, `!no.b.example:${port}`];
  await using w = await boxDoor({
    rules,
    limits: { connections: 2048, rate: 10_000, bytesPerSecond: 0, bytes: 0 },
  });
  const policy = new Policy(rules.map((text) => ({ text, from: fromPart("test") })));
  const piece = fc.oneof(
    fc.constantFrom(
      "a",
      "b",
      "no",
      "A",
      "example",
      "EXAMPLE",
      ".",
      "..",
      "-",
      "%2e",
      "@",
      ":",
      "[",
      "\0",
      "\r\n",
      "。",
    ),
    fc.string({ maxLength: 4 }),
  );
  const name = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
    fc.array(piece, { maxLength: 3 }).map((pieces) => `${pieces.join("")}.b.example`),
    fc.array(piece, { maxLength: 3 }).map((pieces) => `a.example${pieces.join("")}`),
  );
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      const host = hostName(text);
      const expected = host ? policy.portsOf(host) : [];
      using asked = await w.ask({ name: text });
      assert.deepEqual(asked.answer, { ports: [...expected] }, JSON.stringify(text));
    }),
    { numRuns: 300 },
  );
});

Deno.test("T37: a server that sends a box elsewhere opens no way there", async () => {
  await using redirecting = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => Response.redirect("http://169.254.169.254/latest/meta-data/"),
  );
  using inside = echoServer();
  const { port } = redirecting.addr;
  await using w = await boxDoor({
    rules: [`a.example:${port}`, `metadata.example:${inside.port}`],
    hosts: { "a.example": ["127.0.0.1"] },
  });
  using asked = await w.ask({ dial: { name: "a.example", port } });
  assert.deepEqual(asked.answer, { connected: 1 });
  await asked.conn.write(
    new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"),
  );
  const buffer = new Uint8Array(4096);
  const answer = new TextDecoder().decode(buffer.subarray(0, await asked.conn.read(buffer) ?? 0));
  assert.match(answer, /location: http:\/\/169\.254\.169\.254/i);
  // Where the program goes next is asked for like anything else: an address is no name, and its name is not allowed.
  for (const name of ["169.254.169.254", "[fd00:ec2::254]", "metadata.google.internal", "instance-data"]) {
    assert.deepEqual((await w.ask({ dial: { name, port: 80 } })).answer, { not: "refused" }, name);
    assert.deepEqual((await w.ask({ name })).answer, { ports: [] }, name);
  }
});
