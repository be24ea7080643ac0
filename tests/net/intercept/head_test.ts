import assert from "node:assert/strict";
import fc from "fast-check";
import { bodyPieces, BodyReader } from "../../../lib/net/intercept/body.ts";
import { BodyWriter, passBody } from "../../../lib/net/intercept/body_writer.ts";
import {
  BadMessage,
  readRequest,
  readResponse,
  requestBytes,
  type RequestHead,
} from "../../../lib/net/intercept/head.ts";
import { bytesOf, latin1, Source } from "../../../lib/net/intercept/source.ts";
import { judgedPath } from "../../../lib/net/intercept/path.ts";
import type { HostName } from "../../../lib/wire/host_name.ts";

const MEANT = { host: "api.example.com" as HostName, port: 443 };

/** A connection on which these pieces come. */
function source(...pieces: readonly string[]): Source {
  const bytes = pieces.map(bytesOf);
  return new Source({
    read: (into) => {
      while (bytes[0]?.length === 0) bytes.shift();
      const piece = bytes[0];
      if (!piece) return Promise.resolve(null);
      const count = Math.min(piece.length, into.length);
      into.set(piece.subarray(0, count));
      bytes[0] = piece.subarray(count);
      return Promise.resolve(count);
    },
  });
}

async function request(text: string): Promise<RequestHead | string> {
  try {
    return (await readRequest(source(text.replaceAll("\n", "\r\n")), MEANT))!;
  } catch (error) {
    assert.ok(error instanceof BadMessage);
    return `${error.status} ${error.message}`;
  }
}

const GET = "GET /a?b=c HTTP/1.1\nHost: api.example.com\n";

Deno.test("a request is read, and written as it was read", async () => {
  const head = await request(`${GET}Accept:  text/html \nX-Key: k\n\n`);
  assert.ok(typeof head !== "string");
  assert.deepEqual(
    { ...head, fields: head.fields.map(({ name, value }) => `${name}=${value}`) },
    {
      method: "GET",
      path: "/a",
      query: "b=c",
      fields: ["Host=api.example.com", "Accept=text/html", "X-Key=k"],
      framing: { kind: "none" },
      upgrades: false,
      last: false,
    },
  );
  assert.equal(
    latin1(requestBytes(head)),
    "GET /a?b=c HTTP/1.1\r\nHost: api.example.com\r\nAccept: text/html\r\nX-Key: k\r\n\r\n",
  );
});

Deno.test("T38 a request that two readers could read differently is refused", async () => {
  const refused: Readonly<Record<string, string>> = {
    [`${GET}Content-Length: 3\nTransfer-Encoding: chunked\n\n`]:
      "400 it has both Content-Length and Transfer-Encoding",
    [`${GET}Content-Length: 3\nContent-Length: 3\n\n`]: "400 its length cannot be read",
    [`${GET}Content-Length: +3\n\n`]: "400 its length cannot be read",
    [`${GET}Transfer-Encoding: gzip, chunked\n\n`]: "400 it is encoded in a way that is not chunked",
    [`${GET}Transfer-Encoding : chunked\n\n`]: "400 it has a field without a name",
    [`${GET} folded\n\n`]: "400 it has a field without a name",
    [`${GET}X: a\x00b\n\n`]: "400 its field X has control characters",
    [`${GET}Host: api.example.com\n\n`]: "400 it names no host, or two",
    "GET / HTTP/1.1\n\n": "400 it names no host, or two",
    "GET / HTTP/1.1\nHost: evil.example\n\n": "421 it is meant for evil.example",
    "GET / HTTP/1.1\nHost: api.example.com:8443\n\n": "421 it is meant for api.example.com:8443",
    "GET https://evil.example/ HTTP/1.1\nHost: api.example.com\n\n": "421 it is meant for evil.example",
    "GET evil HTTP/1.1\nHost: api.example.com\n\n": "400 its target is no path",
    "GET /a b HTTP/1.1\nHost: api.example.com\n\n": "400 this is no request",
    "GET / HTTP/1.0\nHost: api.example.com\n\n": "505 this is not HTTP/1.1",
    "CONNECT api.example.com:443 HTTP/1.1\nHost: api.example.com\n\n":
      "405 connections through this connection are not possible",
    "PRI * HTTP/2.0\n\nSM\n\n": "505 this is not HTTP/1.1",
  };
  for (const [text, why] of Object.entries(refused)) assert.equal(await request(text), why, text);
  // A line that ends with LF alone.
  await assert.rejects(readRequest(source("GET / HTTP/1.1\nHost: api.example.com\n\n"), MEANT), BadMessage);
  for (
    const text of [`${GET}\n`, "GET https://API.example.com:443/x HTTP/1.1\nHost: api.example.com:443\n\n"]
  ) {
    assert.ok(typeof await request(text) !== "string", text);
  }
});

Deno.test("an upgrade to anything but a web socket is left out", async () => {
  const socket = await request(`${GET}Connection: Upgrade\nUpgrade: websocket\n\n`);
  assert.ok(typeof socket !== "string" && socket.upgrades);
  const h2 = await request(
    `${GET}Connection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAA\n\n`,
  );
  assert.ok(typeof h2 !== "string" && !h2.upgrades);
  assert.deepEqual(h2.fields.map(({ name }) => name), ["Host"]);
});

Deno.test("an answer's body lasts as its head says, or as long as the connection", async () => {
  const framing = async (head: string, method = "GET") =>
    (await readResponse(source(head.replaceAll("\n", "\r\n")), method)).framing.kind;
  assert.equal(await framing("HTTP/1.1 200 OK\nContent-Length: 3\n\n"), "length");
  assert.equal(await framing("HTTP/1.1 200 OK\nContent-Length: 3\n\n", "HEAD"), "none");
  assert.equal(await framing("HTTP/1.1 204 No Content\n\n"), "none");
  assert.equal(await framing("HTTP/1.1 200\nTransfer-Encoding: chunked\n\n"), "chunked");
  assert.equal(await framing("HTTP/1.1 200 OK\n\n"), "rest");
  await assert.rejects(framing("HTTP/2 200\n\n"), /does not speak HTTP\/1.1/);
  await assert.rejects(
    framing("HTTP/1.1 200 OK\nContent-Length: 3\nTransfer-Encoding: chunked\n\n"),
    BadMessage,
  );
});

Deno.test("a chunked body is the same wherever it is cut, and after it was written again", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(
      fc.string({ minLength: 1, maxLength: 30 }).map((text) => latin1(new TextEncoder().encode(text))),
      {
        maxLength: 5,
      },
    ),
    fc.array(fc.nat(200), { maxLength: 8 }),
    async (chunks, cuts) => {
      const written = [
        ...chunks.map((chunk) => `${chunk.length.toString(16)};x=y\r\n${chunk}\r\n`),
        "0\r\nTrailer: t\r\n\r\nnext",
      ].join("");
      const at = [...new Set([0, ...cuts.map((cut) => Math.min(cut, written.length)), written.length])]
        .sort((a, b) => a - b);
      const from = source(...at.slice(1).map((end, index) => written.slice(at[index], end)));
      const framing = { kind: "chunked" } as const;
      let again = "";
      let passed = 0;
      const writer = new BodyWriter(framing, (bytes) => {
        again += latin1(bytes);
        return Promise.resolve();
      });
      await passBody(new BodyReader(from, framing), writer, { passed: (bytes) => passed += bytes });
      const body = chunks.join("");
      assert.equal(passed, body.length);
      assert.equal(await drained(from), "next");
      let read = "";
      for await (const piece of bodyPieces(source(again), { kind: "chunked" })) read += latin1(piece.slice());
      assert.equal(read, body);
    },
  ));
});

/** What is left of a source. */
async function drained(from: Source): Promise<string> {
  let rest = "";
  for (let piece = await from.some(100); piece; piece = await from.some(100)) rest += latin1(piece.slice());
  return rest;
}

Deno.test("a chunked body that is not as it says is refused", async () => {
  const body = async (text: string) => {
    for await (const _ of bodyPieces(source(text), { kind: "chunked" }));
  };
  for (
    const text of [
      "3\r\nabcd\r\n0\r\n\r\n",
      "x\r\n",
      "-1\r\n",
      "3\r\nab",
      "3\nabc\r\n",
      "fffffffffffffff\r\n",
    ]
  ) {
    await assert.rejects(body(text), BadMessage, text);
  }
  await body("3\r\nabc\r\n0\r\n\r\n");
});

Deno.test("T39 a path that servers read in different ways is none", () => {
  for (
    const path of [
      "/a/../b",
      "/a/%2e%2E/b",
      "/a%2Fb",
      "/a%5cb",
      "/a\\b",
      "//a",
      "/a%00",
      "/a%",
      "/a%252e",
      "/a/..;x/b",
    ]
  ) {
    assert.equal(judgedPath(path), undefined, path);
  }
  assert.equal(judgedPath("/a/b.c/d-%41~"), "/a/b.c/d-A~");
  assert.equal(judgedPath("/%e4"), "/%E4");
});

Deno.test("T38 a field that is named in Connection is not dropped by who reads it next", async () => {
  const head = await request(
    "POST / HTTP/1.1\nHost: api.example.com\nConnection: Content-Length, close\nContent-Length: 3\n\nabc",
  );
  assert.ok(typeof head !== "string");
  assert.deepEqual(head.fields.map(({ name, value }) => `${name}=${value}`), [
    "Host=api.example.com",
    "Content-Length=3",
    "Connection=close",
  ]);
});

Deno.test("spaces within a field take no time", async () => {
  const started = performance.now();
  const spaces = " ".repeat(31_000);
  const head = await request(`${GET}X:${spaces}\nY: a${spaces}b\n\n`);
  assert.ok(typeof head !== "string" && head.fields.at(-1)!.value.length === spaces.length + 2);
  assert.ok(performance.now() - started < 100, `${performance.now() - started} ms`);
});
