import assert from "node:assert/strict";
import { networkFile } from "../../lib/config/box_state.ts";
import { readCertificates } from "../../lib/net/certificates.ts";
import { proxyWords } from "../../lib/net/proxy.ts";
import { until } from "../../lib/host/wait.ts";
import { boxDoor } from "../support/box_door.ts";
import { echoServer } from "../support/echo_server.ts";
import { connectProxy } from "../support/connect_proxy.ts";

const soon = { everyMs: 5, forMs: 3000 };

async function talk(address: string, port: number): Promise<string> {
  using conn = await Deno.connect({ hostname: address, port });
  await conn.write(new TextEncoder().encode("hello"));
  const buffer = new Uint8Array(16);
  const count = await conn.read(buffer).catch(() => null);
  return count === null ? "" : new TextDecoder().decode(buffer.subarray(0, count));
}

Deno.test("a door does what its files say, and what they say later within a second", async () => {
  using server = echoServer();
  const hosts = { "a.example": ["127.0.0.1"], "b.example": ["127.0.0.1"] };
  await using w = await boxDoor({ rules: [`a.example:${server.port}`], hosts });
  assert.equal(await talk((await w.lookUp("a.example"))[0]!, server.port), "hello");
  assert.deepEqual(await w.lookUp("b.example"), []);
  await w.writeRun([`b.example:${server.port}`], "of-an-earlier-run");
  await new Promise((go) => setTimeout(go, 100));
  assert.deepEqual(await w.lookUp("b.example"), []);
  await w.writeRun([`b.example:${server.port}`]);
  assert.ok(await until(async () => (await w.lookUp("b.example")).length > 0, { everyMs: 5, forMs: 1000 }));
  assert.equal(await talk((await w.lookUp("b.example"))[0]!, server.port), "hello");
  await w.write({ rules: [`a.example:${server.port}`, `!b.example:${server.port}`], hosts });
  assert.ok(await until(async () => (await w.lookUp("b.example")).length === 0, { everyMs: 5, forMs: 1000 }));
});

Deno.test("a door that cannot read its rules any more lets nothing out, says so, and goes on once it can", async () => {
  using server = echoServer();
  const file = { rules: [`a.example:${server.port}`], hosts: { "a.example": ["127.0.0.1"] } };
  await using w = await boxDoor(file);
  using open = await w.ask({ dial: { name: "a.example", port: server.port } });
  assert.deepEqual(open.answer, { connected: 1 });
  await Deno.writeTextFile(networkFile(w.state), "{");
  assert.ok(await until(() => w.unreadable.length > 0, soon));
  assert.deepEqual((await w.ask({ name: "a.example" })).answer, { ports: [] });
  assert.equal(await open.conn.read(new Uint8Array(1)).catch(() => null), null);
  await w.write(file);
  assert.ok(await until(async () => (await w.ask({ name: "a.example" })).answer!.ports!.length > 0, soon));
});

Deno.test("an unknown name waits for an answer where somebody is there, and comes to be once it is allowed", async () => {
  using server = echoServer();
  const hosts = { "new.example": ["127.0.0.1"] };
  await using w = await boxDoor({ hosts, ask: { when: "attached", waitMs: 20_000 } });
  // Nobody is there.
  assert.deepEqual(await w.lookUp("new.example"), []);
  assert.equal(w.asked.length, 0);
  assert.ok(await until(async () => (await w.pending()).some(({ host }) => host === "new.example"), soon));
  using _somebody = w.attend();
  const began = Date.now();
  const looking = w.lookUp("new.example");
  assert.ok(await until(() => w.asked.length === 1, soon));
  assert.ok(await until(async () => (await w.pending()).some(({ waiting }) => waiting > 0), soon));
  await w.writeRun([`new.example:${server.port}`]);
  const [address] = await looking;
  assert.ok(Date.now() - began < 5000);
  assert.equal(await talk(address!, server.port), "hello");
  assert.ok(await until(async () => (await w.pending()).length === 0, soon));
});

Deno.test("an unknown name that is refused, or that nobody answers for, looks like one that does not exist", async () => {
  await using w = await boxDoor({ ask: { when: "always", waitMs: 300 } });
  const refused = w.lookUp("bad.example");
  assert.ok(await until(() => w.asked.length === 1, soon));
  await w.writeRun(["!bad.example"]);
  assert.deepEqual(await refused, []);
  // The refusal is a rule: nobody is asked again.
  assert.deepEqual(await w.lookUp("bad.example"), []);
  assert.equal(w.asked.length, 1);
  assert.deepEqual(await w.lookUp("silence.example"), []);
  assert.equal(w.asked.length, 2);
  assert.deepEqual(await w.lookUp("silence.example"), []);
  assert.equal(w.asked.length, 2);
  // As any other name that does not exist.
  await w.write({ ask: { when: "never", waitMs: 300 } });
  await until(() => false, { everyMs: 50, forMs: 150 });
  assert.deepEqual(await w.lookUp("unknown.example"), []);
  assert.equal(w.asked.length, 2);
});

Deno.test("a held connection to an address that is known goes on when it is allowed, and others are not held up", async () => {
  using server = echoServer();
  const hosts = { "late.example": ["127.0.0.1"], "a.example": ["127.0.0.1"] };
  const rules = [`a.example:${server.port}`];
  await using w = await boxDoor({ hosts, rules, ask: { when: "always", waitMs: 20_000 } });
  const held = w.ask({ dial: { name: "late.example", port: server.port } });
  assert.ok(await until(() => w.asked.length === 1, soon));
  assert.deepEqual((await w.ask({ dial: { name: "a.example", port: server.port } })).answer, {
    connected: 1,
  });
  await w.write({ hosts, rules: [...rules, `late.example:${server.port}`] });
  assert.deepEqual((await held).answer, { connected: 1 });
});

Deno.test("a box behind a proxy reaches names through it, its pins without, and no file has the proxy's login", async () => {
  using server = echoServer();
  using proxy = connectProxy({ table: { "far.example:443": server.port }, login: btoa("user:p@ss") });
  const environment = { HTTPS_PROXY: `http://user:p%40ss@127.0.0.1:${proxy.port}`, NO_PROXY: "near.example" };
  const env = (name: string) => (environment as Record<string, string>)[name];
  await using w = await boxDoor({
    rules: ["far.example", "near.example", `pinned.example:${server.port}`],
    hosts: { "pinned.example": ["127.0.0.1"] },
    proxy: proxyWords(env),
  }, env);
  for (const [name, port] of [["far.example", 443], ["pinned.example", server.port]] as const) {
    using asked = await w.ask({ dial: { name, port } });
    assert.deepEqual(asked.answer, { connected: 1 }, name);
    await asked.conn.write(new TextEncoder().encode("hi"));
    assert.equal(await asked.conn.read(new Uint8Array(8)), 2);
  }
  // What is excepted goes straight: this machine's name servers do not know it.
  assert.deepEqual((await w.ask({ dial: { name: "near.example", port: 443 } })).answer, {
    not: "unreachable",
  });
  assert.equal(proxy.heads.length, 1);
  for await (const { name, isFile } of Deno.readDir(w.state)) {
    if (isFile) {
      assert.doesNotMatch(await Deno.readTextFile(`${w.state}/${name}`), /p%40ss|p@ss|dXNlcjpw/, name);
    }
  }
});

Deno.test("a proxy at an https address is trusted by the certificates that the user names, and only then", async () => {
  using server = echoServer();
  const folder = await Deno.makeTempDir();
  try {
    const made = await new Deno.Command("openssl", {
      args: [
        ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=proxy".split(" "),
        ...["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"],
        ...["-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`],
      ],
      stderr: "null",
    }).output();
    assert.ok(made.success);
    const [cert, key] = ["cert", "key"].map((name) => Deno.readTextFileSync(`${folder}/${name}.pem`));
    using proxy = connectProxy({
      table: { "far.example:443": server.port },
      tls: { cert: cert!, key: key! },
    });
    const file = { rules: ["far.example"], proxy: { url: `https://127.0.0.1:${proxy.port}` } };
    await using w = await boxDoor({ ...file, ca: [`${folder}/cert.pem`] });
    using asked = await w.ask({ dial: { name: "far.example", port: 443 } });
    assert.deepEqual(asked.answer, { connected: 1 });
    await asked.conn.write(new TextEncoder().encode("hi"));
    assert.equal(await asked.conn.read(new Uint8Array(8)), 2);
    await w.write(file);
    const refused = async () =>
      (await w.ask({ dial: { name: "far.example", port: 443 } })).answer?.not === "unreachable";
    assert.ok(await until(refused, soon));
    assert.ok(w.events.some((event) => event.kind === "unreachable" && /certificate/i.test(event.why)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("certificates that are not there, or are none, are an error that names the file and the setting", async () => {
  const file = await Deno.makeTempFile();
  try {
    await assert.rejects(readCertificates([file]), /network\.ca: there is no certificate in it/);
    await assert.rejects(
      readCertificates(["/nonexistent/ca.pem"]),
      /ca\.pem.*network\.ca: the file does not exist/,
    );
  } finally {
    await Deno.remove(file);
  }
  assert.deepEqual(await readCertificates([]), []);
});
