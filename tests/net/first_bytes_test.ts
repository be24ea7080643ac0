import assert from "node:assert/strict";
import fc from "fast-check";
import { readClientHello } from "../../lib/net/client_hello.ts";
import { inspected, judge } from "../../lib/net/first_bytes.ts";
import { readHttpHost } from "../../lib/net/http_host.ts";
import { hostName } from "../../lib/wire/host_name.ts";
import { clientHello } from "../support/client_hello.ts";

const HOST = hostName("allowed.example")!;
const TLS = { host: HOST, port: 443 };
const HTTP = { host: HOST, port: 80 };

const letters = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789-.");
const name = fc.string({ unit: letters, minLength: 1, maxLength: 200 });
const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 20 });

Deno.test("readClientHello() finds the name in any number of records, and every start of them asks for more", () => {
  fc.assert(fc.property(name, cuts, fc.uint8Array({ maxLength: 500 }), (serverName, lengths, padding) => {
    const bytes = clientHello({ serverName, padding }, lengths);
    assert.deepEqual(readClientHello(bytes), { kind: "hello", serverName });
    for (let at = 0; at < bytes.length; at += 37) {
      assert.deepEqual(readClientHello(bytes.subarray(0, at)), { kind: "more" });
    }
    assert.deepEqual(readClientHello(Uint8Array.of(...bytes, 23, 3, 3, 0, 1, 0)), {
      kind: "hello",
      serverName,
    });
  }));
});

Deno.test("readClientHello() never throws, whatever it is given, and takes no changed byte for another name's place", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
    readClientHello(bytes);
    readClientHello(Uint8Array.of(22, 3, 1, ...bytes));
  }));
  const whole = clientHello({ serverName: "allowed.example" });
  fc.assert(fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
    readClientHello(whole.with(at, value));
  }));
});

Deno.test("T38: readClientHello() calls malformed what two readers could read differently", () => {
  const serverName = "allowed.example";
  const whole = clientHello({ serverName });
  const cases: Record<string, Uint8Array> = {
    "the name twice": clientHello({ serverName, twice: true }),
    "two names": clientHello({ nameContent: Uint8Array.of(0, 8, 0, 0, 1, 97, 0, 0, 1, 98) }),
    "a name of another kind": clientHello({ nameContent: Uint8Array.of(0, 4, 1, 0, 1, 97) }),
    "no name in the list": clientHello({ nameContent: Uint8Array.of(0, 3, 0, 0, 0) }),
    "a list that is too long": clientHello({ nameContent: Uint8Array.of(0, 9, 0, 0, 1, 97) }),
    "an empty record": Uint8Array.of(22, 3, 1, 0, 0, ...whole),
    "a record of another kind between": Uint8Array.of(
      ...whole.subarray(0, 5).with(4, 4).with(3, 0),
      ...whole.subarray(5, 9),
      20,
      3,
      1,
      0,
      1,
      1,
    ),
    "another message": Uint8Array.of(22, 3, 1, 0, 4, 2, 0, 0, 0),
    "too long": Uint8Array.of(22, 3, 1, 0, 4, 1, 1, 0, 0),
    "too many records": Uint8Array.from(
      Array(70).fill([22, 3, 1, 0, 1, 1]).flat().map((byte, at) => at < 6 ? byte : at % 6 === 5 ? 0 : byte),
    ),
  };
  for (const [what, bytes] of Object.entries(cases)) {
    assert.equal(readClientHello(bytes).kind, "malformed", what);
    assert.deepEqual(judge(bytes, TLS), { named: "" }, what);
  }
  assert.equal(readClientHello(whole).kind, "hello");
});

Deno.test("T38: TLS for another host is refused; for the one asked for, or for none that is named, it passes", () => {
  const verdict = (serverName?: string) =>
    judge(clientHello(serverName === undefined ? {} : { serverName }), TLS);
  for (const same of ["allowed.example", "ALLOWED.Example", "allowed.example."]) {
    assert.equal(verdict(same), "pass", same);
  }
  assert.equal(verdict(), "pass");
  for (
    const other of [
      "evil.example",
      "allowed.example.evil.example",
      "www.allowed.example",
      "allowed",
      "\0",
      "1.2.3.4",
    ]
  ) {
    assert.deepEqual(verdict(other), { named: other });
  }
  // Also on a port that is none of TLS, as a server may speak it anywhere.
  assert.notEqual(judge(clientHello({ serverName: "evil.example" }), { host: HOST, port: 8080 }), "pass");
});

Deno.test("what is neither TLS nor HTTP passes with its first byte", () => {
  for (const text of ["SSH-2.0-x", "\x00\x00\x00\x08", "\x16\x01", "*1\r\n"]) {
    assert.equal(judge(bytesOf(text), TLS), "pass", text);
    assert.equal(judge(bytesOf(text), HTTP), "pass", text);
  }
  assert.equal(
    judge(bytesOf("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), { host: HOST, port: 8080 }),
    "pass",
  );
});

Deno.test("T38: a first request of HTTP for another host is refused; for the one asked for it passes", () => {
  const verdict = (head: string) => judge(bytesOf(head), HTTP);
  for (
    const head of [
      "GET / HTTP/1.1\r\nHost: allowed.example\r\n\r\n",
      "POST /a HTTP/1.1\r\nA: b\r\nhOsT:ALLOWED.example:80\r\nB: c\r\n\r\nHost: evil.example",
      "GET http://allowed.example/ HTTP/1.1\nHost: allowed.example\n\n",
      "GET / HTTP/1.0\r\n\r\n",
    ]
  ) assert.equal(verdict(head), "pass", head);
  for (
    const head of [
      "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : evil.example\r\n\r\n",
      "GET / HTTP/1.1\r\n Host: evil.example\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: allowed.example\r\nHost: evil.example\r\n\r\n",
      "GET http://evil.example/ HTTP/1.1\r\nHost: allowed.example\r\n\r\n",
      "GET http://evil.example:80 HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ]
  ) assert.notEqual(verdict(head), "pass", head);
  for (const head of ["", "G", "GET", "GET / HTTP/1.1\r\nHost: allowed.example\r\n"]) {
    assert.equal(verdict(head), "more", head);
  }
  // What does not end is passed on: it is not held for ever.
  assert.equal(readHttpHost(bytesOf(`GET /${"a".repeat(20_000)}`)).kind, "none");
});

Deno.test("readHttpHost() never throws, whatever it is given", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    readHttpHost(bytes);
    readHttpHost(Uint8Array.of(...bytesOf("GET / HTTP/1.1\r\nHost:"), ...bytes));
  }));
});

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

Deno.test("T38: a box that sends its first bytes one by one takes no time of this machine's", async () => {
  const sent = async (text: string) => {
    const bytes = new TextEncoder().encode(text);
    let at = 0;
    const named: string[] = [];
    const conn = {
      read: (into: Uint8Array) => {
        if (at === bytes.length) return Promise.resolve(null);
        into[0] = bytes[at++]!;
        return Promise.resolve(1);
      },
      write: (part: Uint8Array) => Promise.resolve(part.length),
      closeWrite: () => Promise.resolve(),
      close: () => {},
    };
    const meant = { host: hostName("a.example")!, port: 80 };
    const from = inspected(conn, new Uint8Array(), meant, (host) => named.push(host));
    const buffer = new Uint8Array(64 * 1024);
    const first = await from.read(buffer).catch(() => undefined);
    return { named, first: first && new TextDecoder().decode(buffer.subarray(0, first)), read: at };
  };
  const endless = await sent(`GET / HTTP/1.1\r\nX: ${"x".repeat(15_000)}`);
  assert.deepEqual([endless.named, endless.first], [[""], undefined]);
  assert.ok(endless.read < 3000, `${endless.read} pieces`);
  // The twin: a whole request in pieces of a byte goes out as it is.
  const request = `GET / HTTP/1.1\r\nHost: a.example\r\nX: ${"x".repeat(500)}\r\n\r\n`;
  assert.deepEqual(await sent(request), { named: [], first: request, read: request.length });
});
