// What a box may say to the user's agent, byte by byte, with the real ssh-agent behind.

import assert from "node:assert/strict";
import { MESSAGE, readMessage, sendMessage, SESSION_BIND } from "../../lib/ssh/agent_messages.ts";
import { number, Pieces, string } from "../../lib/ssh/bytes.ts";
import { hostKeys } from "../../lib/ssh/host_keys.ts";
import { fingerprint, isSignedBy, keyInLine } from "../../lib/ssh/public_key.ts";
import { serveAgent, type SshUse } from "../../lib/ssh/guarded_agent.ts";
import { joined } from "../../lib/host/bytes.ts";
import { SshWorld, whyNoSsh } from "../support/ssh_world.ts";

const missing = whyNoSsh();
if (missing !== undefined) console.log(`(ssh: ${missing})`);
const ignore = missing !== undefined;

const byte = (value: number) => Uint8Array.of(value);

/** A host that can sign. */
async function host() {
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return {
    key: joined(string("ssh-ed25519"), string(point)),
    sign: async (data: Uint8Array) =>
      joined(
        string("ssh-ed25519"),
        string(new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, data.slice()))),
      ),
  };
}

interface Login {
  readonly session?: Uint8Array;
  readonly kind?: number;
  readonly service?: string;
  readonly method?: string;
  readonly asked?: number;
  readonly key?: Uint8Array;
  readonly more?: Uint8Array;
}

async function world() {
  const stack = new AsyncDisposableStack();
  const ssh = stack.use(await SshWorld.make());
  const named = await host();
  const keys = new Map<string, Uint8Array>();
  for (const name of ["one", "two"]) {
    keys.set(name, keyInLine(await Deno.readTextFile(`${ssh.folder}/${name}.pub`))!);
  }
  const uses: SshUse[] = [];
  let left = Infinity;
  const mayGoOn = Promise.withResolvers<void>();
  const grants = [{
    host: "named.test",
    hostKeys: [await fingerprint(named.key)],
    keys: [await fingerprint(keys.get("one")!)],
  }];
  const id = crypto.getRandomValues(new Uint8Array(32));
  const one = keys.get("one")!;
  const socket = `${ssh.folder}/box`;
  const listener = stack.adopt(Deno.listen({ transport: "unix", path: socket }), (it) => it.close());
  return {
    named,
    id,
    one,
    two: keys.get("two")!,
    uses,
    limit: (count: number) => left = count,
    goOn: mayGoOn.resolve,
    /** A connection of the box. */
    async connect() {
      const box = await Deno.connect({ transport: "unix", path: socket });
      const inside = await listener.accept();
      const done = serveAgent(inside, {
        grants,
        connect: () => Deno.connect({ transport: "unix", path: ssh.agent }),
        report: (use) => uses.push(use),
        turn: () => left-- > 0 ? undefined : mayGoOn.promise,
      }).then(() => "ended", (error: Error) => error.message).finally(() => inside.close());
      return {
        done,
        /** Asks, and answers what kind of answer came; `undefined`: none. */
        async ask(message: Uint8Array): Promise<number | undefined> {
          await sendMessage(box, message);
          return (await readMessage(box).catch(() => undefined))?.[0];
        },
        raw: (bytes: Uint8Array) => box.write(bytes),
        [Symbol.asyncDispose]: async () => {
          box.close();
          await done;
        },
      };
    },
    bind: async (
      { key = named.key, session = id, by = named, forwarded = 0 }: {
        key?: Uint8Array;
        session?: Uint8Array;
        by?: Awaited<ReturnType<typeof host>>;
        forwarded?: number;
      } = {},
    ) =>
      joined(
        byte(MESSAGE.extension),
        string(SESSION_BIND),
        string(key),
        string(session),
        string(await by.sign(session)),
        byte(forwarded),
      ),
    login: (
      {
        session = id,
        kind = 50,
        service = "ssh-connection",
        method = "publickey",
        asked = 1,
        key = one,
        more,
      }: Login = {},
      signer = one,
    ) =>
      joined(
        byte(MESSAGE.sign),
        string(signer),
        string(joined(
          string(session),
          byte(kind),
          string("git"),
          string(service),
          string(method),
          byte(asked),
          string("ssh-ed25519"),
          string(key),
          ...more ? [more] : [],
        )),
        number(0),
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test({
  name: "T42 only a login of the session that the named host has signed is signed",
  ignore,
  fn: async () => {
    await using it = await world();
    const stranger = await host();
    const bound = async () => {
      const conn = await it.connect();
      assert.equal(await conn.ask(await it.bind()), MESSAGE.success);
      return conn;
    };
    {
      await using conn = await bound();
      assert.equal(await conn.ask(it.login()), MESSAGE.signed);
      const hostBound = { method: "publickey-hostbound-v00@openssh.com", more: string(it.named.key) };
      assert.equal(await conn.ask(it.login(hostBound)), MESSAGE.signed);
      const refused: readonly Uint8Array[] = [
        it.login({ session: crypto.getRandomValues(new Uint8Array(32)) }),
        it.login({ session: it.id.subarray(1) }),
        it.login({ key: it.two }),
        it.login({}, it.two),
        it.login({ key: it.two }, it.two),
        it.login({ kind: 51 }),
        it.login({ service: "ssh-userauth" }),
        it.login({ method: "hostbased" }),
        it.login({ asked: 0 }),
        it.login({ more: string("more") }),
        it.login({ ...hostBound, more: string(stranger.key) }),
        it.login({ method: "publickey-hostbound-v00@openssh.com" }),
      ];
      for (const [at, message] of refused.entries()) {
        assert.equal(await conn.ask(message), MESSAGE.failure, String(at));
      }
      assert.equal(it.uses.filter(({ why }) => why !== undefined).length, refused.length);
      // What was refused spoils nothing.
      assert.equal(await conn.ask(it.login()), MESSAGE.signed);
    }
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ["a host that is not named", await it.bind({ key: stranger.key, by: stranger })],
      ["its key, signed by another", await it.bind({ by: stranger })],
      ["a session that was passed on", await it.bind({ forwarded: 1 })],
    ];
    for (const [name, message] of cases) {
      await using conn = await it.connect();
      assert.equal(await conn.ask(message), MESSAGE.failure, name);
      assert.equal(await conn.ask(it.login()), MESSAGE.failure, name);
      // Nor after one that would be good: what follows may be about the first.
      assert.equal(await conn.ask(await it.bind()), MESSAGE.failure, name);
      assert.equal(await conn.ask(it.login()), MESSAGE.failure, name);
    }
    {
      await using conn = await bound();
      const other = crypto.getRandomValues(new Uint8Array(32));
      assert.equal(await conn.ask(await it.bind({ session: other })), MESSAGE.failure);
      assert.equal(await conn.ask(it.login()), MESSAGE.failure);
    }
    await using unbound = await it.connect();
    assert.equal(await unbound.ask(it.login()), MESSAGE.failure);
  },
});

Deno.test({
  name: "a box that asks faster than anybody logs in waits, and whatever is no message is refused",
  ignore,
  fn: async () => {
    await using it = await world();
    it.limit(2);
    {
      await using conn = await it.connect();
      await conn.ask(await it.bind());
      for (let times = 0; times < 2; times++) assert.equal(await conn.ask(it.login()), MESSAGE.signed);
      let answered = false;
      const third = conn.ask(it.login()).finally(() => answered = true);
      await using other = await it.connect();
      assert.equal(await other.ask(byte(MESSAGE.list)), MESSAGE.listed);
      assert.equal(answered, false);
      it.goOn();
      assert.equal(await third, MESSAGE.signed);
    }
    it.limit(Infinity);
    const whole = await it.bind();
    const wrong: readonly (readonly [string, Uint8Array])[] = [
      ["longer than any", number(0xffffffff)],
      ["empty", number(0)],
      ["a string that is longer than its message", string(joined(byte(MESSAGE.sign), number(0xffff)))],
      ["cut", string(whole.subarray(0, whole.length - 1))],
      ["more than a session", string(joined(whole, byte(0)))],
    ];
    for (const [name, bytes] of wrong) {
      await using conn = await it.connect();
      await conn.raw(bytes);
      assert.notEqual(await conn.done, "ended", name);
    }
    // Kinds that are not known, and what would change the agent.
    await using conn = await it.connect();
    for (const kind of [0, 9, 17, 18, 19, 20, 21, 22, 23, 25, 26, 255]) {
      assert.equal(await conn.ask(byte(kind)), MESSAGE.failure, String(kind));
    }
    assert.equal(await conn.ask(joined(byte(MESSAGE.extension), string("query"))), MESSAGE.failure);
    assert.equal(await conn.ask(byte(MESSAGE.list)), MESSAGE.listed);
  },
});

Deno.test("keys and signatures that are no whole ones are none", async () => {
  const one = await host();
  const data = crypto.getRandomValues(new Uint8Array(40));
  const signature = await one.sign(data);
  assert.equal(await isSignedBy(one.key, signature, data), true);
  for (let at = 0; at < signature.length; at++) {
    assert.equal(await isSignedBy(one.key, signature.subarray(0, at), data), false);
    const changed = signature.slice();
    changed[at]! ^= 1;
    assert.equal(await isSignedBy(one.key, changed, data), false, String(at));
  }
  for (let at = 0; at < one.key.length; at++) {
    assert.equal(await isSignedBy(one.key.subarray(0, at), signature, data), false);
  }
  assert.equal(await isSignedBy(joined(one.key, byte(0)), signature, data), false);
  assert.equal(await isSignedBy(one.key, joined(signature, byte(0)), data), false);
  assert.throws(() => new Pieces(number(5)).string());
});

Deno.test("a host is known by the lines that name it, and by no revoked key", async () => {
  const lines = await Promise.all(Array.from({ length: 6 }, async () => {
    const { key } = await host();
    return { line: `ssh-ed25519 ${key.toBase64()}`, key: await fingerprint(key) };
  }));
  const [plain, port, pattern, hashed, revoked, authority] = lines as [
    typeof lines[number],
    typeof lines[number],
    typeof lines[number],
    typeof lines[number],
    typeof lines[number],
    typeof lines[number],
  ];
  const salt = crypto.getRandomValues(new Uint8Array(20));
  const mac = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  const hash = new Uint8Array(
    await crypto.subtle.sign("HMAC", mac, new TextEncoder().encode("git.example.com")),
  );
  const text = [
    `other.example.com,git.example.com ${plain.line} comment`,
    `[git.example.com]:2222 ${port.line}`,
    `!bad.example.com,*.example.com ${pattern.line}`,
    `|1|${salt.toBase64()}|${hash.toBase64()} ${hashed.line}`,
    `git.example.com ${revoked.line}`,
    `@revoked * ${revoked.line}`,
    `@cert-authority *.example.com ${authority.line}`,
    "git.example.com ssh-rsa notbase64!",
    `git.example.com ssh-rsa ${plain.line.split(" ")[1]}`,
    "# git.example.com",
    "",
  ].join("\n");
  const of = async (name: string, at = 22) => new Set(await hostKeys(text, { host: name, port: at }));
  assert.deepEqual(await of("git.example.com"), new Set([plain.key, pattern.key, hashed.key]));
  assert.deepEqual(await of("git.example.com", 2222), new Set([port.key]));
  assert.deepEqual(await of("bad.example.com"), new Set());
  assert.deepEqual(await of("example.com"), new Set());
  assert.deepEqual(await of("gitXexample.com"), new Set());
});
