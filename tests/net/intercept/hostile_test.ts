/**
 * A box that does its worst with the connections into which its door looks: what it asks for, how, and when it leaves.
 */

import assert from "node:assert/strict";
import { deflateSync, gzipSync } from "node:zlib";
import { passRequests } from "../../../lib/net/intercept/exchange.ts";
import type { ExchangeOptions } from "../../../lib/net/intercept/exchange_options.ts";
import { bytesOf, latin1 } from "../../../lib/net/intercept/source.ts";
import { Policy } from "../../../lib/net/policy.ts";
import { judgedPath } from "../../../lib/net/intercept/path.ts";
import type { HostName } from "../../../lib/wire/host_name.ts";
import type { HalfClosing } from "../../../lib/wire/relay.ts";
import { boxDoor } from "../../support/box_door.ts";
import { tlsService } from "../../support/tls_service.ts";

const HOST = "api.test" as HostName;
const MARK = `kanibako-secret-${"0a".repeat(16)}`;
const TOKEN = "ghp_0123456789abcdef";

/** Two ends of one connection. */
function pair(): [HalfClosing & { text(most?: number): Promise<string> }, HalfClosing] {
  const [there, back] = [new TransformStream<Uint8Array>(), new TransformStream<Uint8Array>()];
  const end = (from: ReadableStream<Uint8Array>, to: WritableStream<Uint8Array>) => {
    const reader = from.getReader();
    const writer = to.getWriter();
    let rest = new Uint8Array();
    const self = {
      async read(into: Uint8Array) {
        if (rest.length === 0) {
          const { value, done } = await reader.read();
          if (done) return null;
          rest = value.slice();
        }
        const count = Math.min(into.length, rest.length);
        into.set(rest.subarray(0, count));
        rest = rest.subarray(count);
        return count;
      },
      async write(bytes: Uint8Array) {
        await writer.write(bytes.slice());
        return bytes.length;
      },
      closeWrite: () => writer.close(),
      close() {
        reader.cancel().catch(() => {});
        writer.close().catch(() => {});
      },
      /** What comes next. */
      async text() {
        const buffer = new Uint8Array(64 * 1024);
        const count = await self.read(buffer);
        return count === null ? "" : latin1(buffer.subarray(0, count));
      },
    };
    return self;
  };
  return [end(back.readable, there.writable), end(there.readable, back.writable)];
}

/** A box, a host, and what stands between them. */
function between(
  options: Partial<ExchangeOptions> & { readonly places?: readonly Record<string, unknown>[] } = {},
) {
  const [box, inside] = pair();
  const [host, outside] = pair();
  const { places = [{}], ...others } = options;
  const place = { host: HOST, port: 443, fields: ["authorization"], query: false, body: false };
  const done = passRequests(inside, {
    host: HOST,
    port: 443,
    encrypted: true,
    secrets: [{ name: "TOKEN", placeholder: MARK, places: places.map((one) => ({ ...place, ...one })) }],
    value: () => Promise.resolve(TOKEN),
    account: () => undefined,
    refused: () => Promise.resolve(false),
    strict: true,
    refusal: () => undefined,
    connect: () => Promise.resolve(outside),
    report: () => {},
    ...others,
  }).catch(() => {});
  return {
    box,
    host,
    say: (text: string) => box.write(bytesOf(text.replaceAll("\n", "\r\n"))),
    answer: (text: string) => host.write(bytesOf(text.replaceAll("\n", "\r\n"))),
    async [Symbol.asyncDispose]() {
      for (const end of [box, host]) end.close();
      await done;
    },
  };
}

Deno.test("T38 an upgrade that offers other protocols beside a web socket offers that alone", async () => {
  await using it = between();
  await it.say(
    "GET /ws HTTP/1.1\nHost: api.test\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c, websocket\nHTTP2-Settings: AAMA\n\n",
  );
  const asked = await it.host.text();
  assert.match(asked, /\r\nUpgrade: websocket\r\n/);
  assert.ok(!/h2c|HTTP2-Settings: /i.test(asked), asked);
  // A host that takes up another one all the same is not spoken to.
  await it.answer("HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: h2c\n\n");
  assert.match(await it.box.text(), /^HTTP\/1\.1 502 /);
});

Deno.test("T38 a request with a body upgrades nothing", async () => {
  await using it = between();
  await it.say(
    "POST /ws HTTP/1.1\nHost: api.test\nConnection: Upgrade\nUpgrade: websocket\nTransfer-Encoding: chunked\n\n",
  );
  assert.ok(!/\r\nUpgrade:/i.test(await it.host.text()));
});

Deno.test("an answer that comes in pieces is passed on at once, also where values are covered in it", async () => {
  await using it = between();
  await it.say(`GET /events HTTP/1.1\nHost: api.test\nAuthorization: Bearer ${MARK}\n\n`);
  assert.match(await it.host.text(), new RegExp(`Authorization: Bearer ${TOKEN}\r\n`));
  await it.answer("HTTP/1.1 200 OK\nContent-Type: text/event-stream\n\n");
  await it.box.text();
  await it.answer("data: 1\n\n");
  assert.equal(await it.box.text(), "data: 1\r\n\r\n");
  await it.answer(`data: ${TOKEN.slice(0, 9)}`);
  assert.equal(await it.box.text(), "data: ");
  await it.answer(TOKEN.slice(9));
  assert.equal(await it.box.text(), "*".repeat(TOKEN.length));
});

Deno.test("a program that waits to be asked for its body is asked, also where a value is put into it", async () => {
  await using it = between({ places: [{ fields: [], body: true }] });
  await it.say(
    `POST / HTTP/1.1\nHost: api.test\nExpect: 100-continue\nContent-Length: ${MARK.length}\n\n`,
  );
  assert.equal(await it.box.text(), "HTTP/1.1 100 Continue\r\n\r\n");
  await it.say(MARK);
  const head = await it.host.text();
  assert.ok(head.includes(`Content-Length: ${TOKEN.length}`) && !/expect/i.test(head), head);
  assert.equal(await it.host.text(), TOKEN);
});

Deno.test("a small body does not become an endless one by the values in it", async () => {
  await using it = between({
    places: [{ fields: [], body: true }],
    value: () => Promise.resolve("v".repeat(64 * 1024)),
  });
  const body = MARK.repeat(20_000);
  await it.say(`POST / HTTP/1.1\nHost: api.test\nContent-Length: ${body.length}\n\n`);
  void it.box.write(bytesOf(body)).catch(() => {});
  assert.match(await it.box.text(), /^HTTP\/1\.1 413 .*too long with the secrets in it/s);
});

Deno.test("nor does a head", async () => {
  await using it = between({ value: () => Promise.resolve("v".repeat(64 * 1024)) });
  await it.say(`GET / HTTP/1.1\nHost: api.test\nAuthorization: ${MARK.repeat(600)}\n\n`);
  assert.match(await it.box.text(), /^HTTP\/1\.1 431 /);
});

Deno.test("of several places at one host all count", async () => {
  await using it = between({
    places: [{ fields: ["x-api-key"] }, { fields: ["x-token"] }, { fields: [], query: true }],
  });
  await it.say(`GET /?k=${MARK} HTTP/1.1\nHost: api.test\nX-Token: ${MARK}\nX-Api-Key: ${MARK}\n\n`);
  const asked = await it.host.text();
  assert.equal(asked.split(TOKEN).length, 4, asked);
});

Deno.test("T40 a value that goes out with the renewal of a login is covered in its answer", async () => {
  for (const isKnown of [true, false]) {
    await using it = between({
      renewal: () => async ({ body }, send) => isKnown ? await send(body) : undefined,
    });
    await it.say(
      `POST /token HTTP/1.1\nHost: api.test\nAuthorization: Bearer ${MARK}\nContent-Length: 2\n\n{}`,
    );
    assert.match(await it.host.text(), new RegExp(TOKEN));
    await it.host.text();
    await it.answer(`HTTP/1.1 400 Bad Request\nContent-Length: ${TOKEN.length}\n\n${TOKEN}`);
    const answer = await it.box.text();
    assert.ok(answer.includes("*".repeat(TOKEN.length)) && !answer.includes(TOKEN), answer);
  }
});

Deno.test("T40 an answer that is packed all the same is unpacked, and a value in it covered", async () => {
  const value = async (coding: string, bytes: Uint8Array, isUsed = true) => {
    await using it = between();
    await it.say(`GET / HTTP/1.1\nHost: api.test\n${isUsed ? `Authorization: Bearer ${MARK}\n` : ""}\n`);
    assert.equal(/Accept-Encoding: identity/.test(await it.host.text()), isUsed);
    await it.answer(
      `HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Encoding: ${coding}\nContent-Length: ${bytes.length}\n\n`,
    );
    // Split anywhere: it is unpacked as it comes.
    void it.host.write(bytes.subarray(0, 12)).then(() => it.host.write(bytes.subarray(12))).catch(() => {});
    let answer = await it.box.text();
    while (!/^HTTP\S+ 502|\r\n0\r\n\r\n$|!$/.test(answer)) answer += await it.box.text();
    return answer;
  };
  const text = bytesOf(`it is ${TOKEN}!`);
  for (
    const [coding, pack] of [["gzip", gzipSync], ["x-gzip", gzipSync], ["deflate", deflateSync]] as const
  ) {
    const answer = await value(coding, new Uint8Array(pack(text)));
    assert.ok(answer.includes("*".repeat(TOKEN.length)) && !answer.includes(TOKEN), answer);
    assert.doesNotMatch(answer, /Content-Encoding|Content-Length/i);
    assert.match(answer, /\r\nTransfer-Encoding: chunked\r\n/);
  }
  for (const coding of ["br", "gzip, gzip", "zstd"]) {
    assert.match(await value(coding, text), /^HTTP\/1\.1 502 .*has packed its answer/s);
  }
  // Where no value went out it is nobody's concern.
  assert.ok((await value("br", text, false)).includes(`Content-Encoding: br`));
});

Deno.test("the head of a renewal says who asks, and nothing of what for", async () => {
  for (const isKnown of [true, false]) {
    await using it = between({
      renewal: () => async ({ body }, send) => isKnown ? await send(body) : undefined,
    });
    await it.say(
      "POST /token?scope=less HTTP/1.1\nHost: api.test\nUser-Agent: agent/1\nDPoP: proof\nContent-Encoding: gzip\n" +
        "X-HTTP-Method-Override: DELETE\nContent-Type: application/json; charset=utf-16\nContent-Length: 2\n\n{}",
    );
    const head = await it.host.text();
    assert.match(head, isKnown ? /^POST \/token HTTP/ : /^POST \/token\?scope=less HTTP/);
    assert.match(head, /\r\nUser-Agent: agent\/1\r\n/);
    for (const field of [/^DPoP:/m, /^Content-Encoding:/m, /^X-HTTP-Method-Override:/m, /charset=utf-16/]) {
      assert.equal(field.test(head), !isKnown, `${field} ${head}`);
    }
    assert.match(head, /^Content-Type: application\/json/m);
  }
});

Deno.test("a program that leaves before its answer comes is not waited for at the host", async () => {
  await using it = between();
  await it.say("GET /slow HTTP/1.1\nHost: api.test\n\n");
  await it.host.text();
  await it.box.closeWrite();
  assert.equal(await it.host.text(), "");
  // One that only has nothing more to say still gets it.
  await it.answer("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
  assert.match(await it.box.text(), /^HTTP\/1\.1 200 OK/);
});

Deno.test("what stands before a placeholder is not looked through again and again", async () => {
  await using it = between();
  const started = performance.now();
  await it.say(
    `GET / HTTP/1.1\nHost: api.test\nAuthorization: ${"eyJ".repeat(10_000)} ${MARK}\n\n`,
  );
  assert.ok((await it.host.text()).includes(` ${TOKEN}\r\n`));
  assert.ok(performance.now() - started < 500, `${performance.now() - started} ms`);
});

Deno.test("T39 a refusal is about a path however it is written", () => {
  const policy = new Policy(
    ["api.test", "!api.test/Repos/me/*", "!api.test/@scope/x", "!api.test/a/b", "!api.test/c/"].map((
      text,
    ) => ({
      text,
      from: { kind: "default" } as never,
    })),
  );
  const allows = (path: string) =>
    policy.decide({ host: HOST, port: 443, method: "GET", path: judgedPath(path)! }).allowed;
  const refused = [
    "/repos/me/x",
    "/REPOS/ME/x",
    "/%72epos/me/",
    "/%40scope/x",
    "/@SCOPE/x",
    "/a;v=1/b",
    "/a/b;x",
    "/a/%62%3bx",
    "/a/b/",
    "/A/b;x/",
    "/c",
    "/c/",
  ];
  for (const path of refused) {
    if (judgedPath(path) !== undefined) assert.equal(allows(path), false, path);
  }
  for (const path of ["/repos/you/x", "/@scope/xy", "/a/c", "/a/b/c", "/cd"]) {
    assert.equal(allows(path), true, path);
  }
});

Deno.test("a permission is about the path as it is written, but for escapes that say the same", () => {
  const policy = new Policy([{ text: "api.test/%40scope/X*", from: { kind: "default" } as never }]);
  const allows = (path: string) =>
    policy.decide({ host: HOST, port: 443, method: "GET", path: judgedPath(path)! }).allowed;
  assert.deepEqual(["/@scope/Xy", "/%40scope/X", "/@scope/x", "/@scope;/X"].map(allows), [
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("a box that leaves at any moment, or sends anything, does not end its door", async () => {
  await using service = await tlsService(["api.test"]);
  await using box = await boxDoor(
    {
      rules: [`api.test:${service.port}`],
      hosts: { "api.test": ["127.0.0.1"] },
      ca: [service.ca],
      secrets: [{ name: "TOKEN", placeholder: MARK, binding: `api.test:${service.port}` }],
    },
    undefined,
    { TOKEN },
  );
  const hello = Uint8Array.of(22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3);
  const early = [
    new Uint8Array(),
    Uint8Array.of(22),
    hello,
    Uint8Array.of(22, 3, 1, 255, 255, ...new Uint8Array(70_000)),
    Uint8Array.of(21, 3, 1, 0, 2, 2, 40),
    bytesOf("GET"),
    bytesOf("\r\n\r\n"),
    bytesOf(`GET / HTTP/1.1\r\nHost: api.test:${service.port}\r\nContent-Length: 999\r\n\r\nx`),
    bytesOf("x".repeat(100_000)),
    crypto.getRandomValues(new Uint8Array(4096)),
  ];
  const port = service.port;
  for (const bytes of early) {
    for (const waits of [0, 15]) {
      using asked = await box.ask({ dial: { name: "api.test", port } });
      assert.equal(asked.answer?.connected, 1);
      for (let at = 0; at < bytes.length;) {
        const count = await asked.conn.write(bytes.subarray(at)).catch(() => undefined);
        if (count === undefined) break;
        at += count;
      }
      await new Promise((resolve) => setTimeout(resolve, waits));
    }
  }
  // It is still there, and so is the way.
  using asked = await box.ask({ dial: { name: "api.test", port } });
  await asked.conn.write(
    bytesOf(`GET / HTTP/1.1\r\nHost: api.test:${port}\r\nAuthorization: ${MARK}\r\n\r\n`),
  );
  const buffer = new Uint8Array(4096);
  const count = await asked.conn.read(buffer);
  assert.match(latin1(buffer.subarray(0, count ?? 0)), /^HTTP\/1\.1 403 /);
});

Deno.test("a box that keeps a connection open after its last answer does not keep it for long", async () => {
  await using service = await tlsService(["api.test"]);
  await using box = await boxDoor({
    rules: [`GET api.test:${service.port}`],
    hosts: { "api.test": ["127.0.0.1"] },
    ca: [service.ca],
  });
  using asked = await box.ask({ dial: { name: "api.test", port: service.port } });
  const program = new Deno.Command("python3", {
    args: [
      "-c",
      `
import ssl, sys
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
coming, going = ssl.MemoryBIO(), ssl.MemoryBIO()
tls = context.wrap_bio(coming, going, server_hostname="api.test")
def flush():
    sys.stdout.buffer.write(going.read()); sys.stdout.buffer.flush()
def each(what):
    while True:
        try:
            result = what(); flush(); return result
        except ssl.SSLWantReadError:
            flush(); coming.write(sys.stdin.buffer.read1(65536))
each(tls.do_handshake)
tls.write(b"GET / HTTP/1.1\\r\\nHost: api.test:${service.port}\\r\\nConnection: close\\r\\n\\r\\n"); flush()
print(each(lambda: tls.read(12)).decode(), file=sys.stderr)
while sys.stdin.buffer.read1(65536): pass
`,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // Its own end stays open all the time.
  const going = (async () => {
    for await (const piece of program.stdout) await asked.conn.write(piece);
  })();
  const coming = (async () => {
    const writer = program.stdin.getWriter();
    const buffer = new Uint8Array(16 * 1024);
    for (let count = await asked.conn.read(buffer); count !== null; count = await asked.conn.read(buffer)) {
      await writer.write(buffer.slice(0, count));
    }
    await writer.close();
  })();
  const started = performance.now();
  const said = await new Response(program.stderr).text();
  assert.equal(said, "HTTP/1.1 200\n");
  await Promise.all([going, coming]);
  while (!box.events.some(({ kind }) => kind === "closed")) {
    assert.ok(performance.now() - started < 10_000, "it is still open");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

Deno.test("T40 a value that a web socket says is covered in it, and nothing of it waits for what does not come", async () => {
  await using it = between();
  await it.say(
    `GET /ws HTTP/1.1\nHost: api.test\nAuthorization: Bearer ${MARK}\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Extensions: permessage-deflate\n\n`,
  );
  const asked = await it.host.text();
  assert.ok(asked.includes(TOKEN) && /\r\nUpgrade: websocket\r\n/.test(asked));
  assert.ok(!/permessage/i.test(asked), asked);
  await it.answer("HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: websocket\n\n");
  assert.match(await it.box.text(), /^HTTP\/1\.1 101 /);
  await it.answer(`you are ${TOKEN}, `);
  assert.equal(await it.box.text(), `you are ${"*".repeat(TOKEN.length)}, `);
  // As it begins, and in two pieces.
  await it.answer(`${TOKEN.slice(0, 5)}`);
  assert.equal(await it.box.text(), TOKEN.slice(0, 5));
  const pieces = [it.answer(TOKEN.slice(0, 5)), it.answer(`${TOKEN.slice(5)}!`)];
  assert.equal(await it.box.text(), `${"*".repeat(TOKEN.length)}!`);
  await Promise.all(pieces);
  // The box says what it likes.
  await it.say("hello");
  assert.equal(await it.host.text(), "hello");
  await it.host.closeWrite();
  assert.equal(await it.box.text(), "");
});

Deno.test("a host that cuts the connection after an answer has failed nothing, and within one it has", async () => {
  for (const within of [false, true]) {
    const [box, inside] = pair();
    const [host, outside] = pair();
    const cut = Promise.withResolvers<never>();
    const why: (string | undefined)[] = [];
    const done = passRequests(inside, {
      host: HOST,
      port: 443,
      encrypted: true,
      secrets: [],
      value: () => Promise.resolve(TOKEN),
      account: () => undefined,
      refused: () => Promise.resolve(false),
      strict: true,
      refusal: () => undefined,
      connect: () =>
        Promise.resolve({ ...outside, read: (into) => Promise.race([outside.read(into), cut.promise]) }),
      report: (exchanged) => why.push(exchanged.why),
    });
    await box.write(bytesOf("GET / HTTP/1.1\r\nHost: api.test\r\n\r\n"));
    await host.text();
    await host.write(bytesOf(`HTTP/1.1 200 OK\r\nContent-Length: ${within ? 9 : 2}\r\n\r\nok`));
    while (!(await box.text()).endsWith("ok"));
    cut.reject(new Error("peer closed connection without sending TLS close_notify"));
    await done;
    assert.deepEqual(why.map((text) => text !== undefined), [within], String(why));
    for (const end of [box, host]) end.close();
  }
});
