/**
 * Connections that are looked into, with the door as it is in use, curl as the program in the box, and a real service behind TLS.
 */

import assert from "node:assert/strict";
import { boxAuthority } from "../../../lib/config/box_state.ts";
import { boxDoor, type DoorFile } from "../../support/box_door.ts";
import { type Answer, tlsService } from "../../support/tls_service.ts";

const TOKEN = "ghp_0123456789abcdefABCDEF";
const MARK = `kanibako-secret-${"0a".repeat(16)}`;
const OTHER = `kanibako-secret-${"1b".repeat(16)}`;

/** A door to a service under two names, and curl behind it. */
async function world(
  file: DoorFile & { readonly binding?: string },
  values: Record<string, string | readonly string[]> = { TOKEN },
  answer?: Answer,
) {
  const stack = new AsyncDisposableStack();
  const service = stack.use(await tlsService(["api.test"], answer));
  const { binding = `api.test:${service.port}`, ...fields } = file;
  const box = stack.use(
    await boxDoor(
      {
        rules: [`api.test:${service.port}`, `api.test:${service.plainPort}`, `other.test:${service.port}`],
        ...fields,
        hosts: { "api.test": ["127.0.0.1"], "other.test": ["127.0.0.1"] },
        ca: [service.ca],
        secrets: binding === ""
          ? []
          : [{ name: "TOKEN", placeholder: MARK, binding: binding.replaceAll("PORT", String(service.port)) }],
      },
      undefined,
      values,
    ),
  );
  const authority = JSON.parse(await Deno.readTextFile(boxAuthority(box.state))).certificate;
  const ca = `${box.state}/ca.pem`;
  await Deno.writeTextFile(ca, authority);
  return {
    service,
    box,
    /** Asks as a program in the box does. */
    async curl(path: string, ...more: readonly string[]) {
      const [address] = await box.lookUp("api.test");
      const url = path.startsWith("http") ? path : `https://api.test:${service.port}${path}`;
      const { host, port } = new URL(url);
      const name = host.split(":")[0]!;
      const at = name === "api.test" ? address : (await box.lookUp(name))[0];
      const { stdout, stderr } = await new Deno.Command("curl", {
        args: [
          "-sS",
          "--max-time",
          "20",
          "--cacert",
          ca,
          "--resolve",
          `${name}:${port}:${at}`,
          "-w",
          "\n%{http_code}",
          ...more,
          url,
        ],
      }).output();
      const text = new TextDecoder().decode(stdout);
      const cut = text.lastIndexOf("\n");
      return {
        body: text.slice(0, cut),
        status: Number(text.slice(cut + 1)),
        stderr: new TextDecoder().decode(stderr),
      };
    },
    requests: () => box.events.flatMap((event) => event.kind === "request" ? [event.exchanged] : []),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("a secret is put in at its host, and covered where the answer says it", async () => {
  await using it = await world({});
  const { body, status } = await it.curl("/user?q=1", "-H", `Authorization: Bearer ${MARK}`, "-d", "x=1");
  assert.equal(status, 200);
  const [seen] = it.service.seen;
  assert.equal(seen!.headers.authorization, `Bearer ${TOKEN}`);
  assert.equal(seen!.url, "/user?q=1");
  assert.equal(seen!.body, "x=1");
  assert.ok(!body.includes(TOKEN) && body.includes(`Bearer ${"*".repeat(TOKEN.length)}`), body);
  const login = await it.curl("/git", "-u", `x-access-token:${MARK}`);
  const packed = btoa(`x-access-token:${TOKEN}`);
  assert.equal(it.service.seen[1]!.headers.authorization, `Basic ${packed}`);
  assert.ok(
    !login.body.includes(packed) && login.body.includes(`Basic ${"*".repeat(packed.length)}`),
    login.body,
  );
  assert.deepEqual(
    it.requests().map(({ method, path, status, secrets }) => [method, path, status, secrets]),
    [
      ["POST", "/user", 200, ["TOKEN"]],
      ["GET", "/git", 200, ["TOKEN"]],
    ],
  );
  const log = await it.box.log();
  assert.ok(
    log.includes('"path":"/user"') && !log.includes("q=1") && !log.includes(TOKEN) && !log.includes(MARK),
  );
});

Deno.test("T40 a placeholder goes nowhere but where its secret is bound to", async () => {
  await using it = await world({ binding: "api.test:PORT x-api-key" });
  const refused: readonly (readonly [path: string, ...more: string[]])[] = [
    ["/", "-H", `Authorization: Bearer ${MARK}`],
    ["/", "-u", `me:${MARK}`],
    [`/${MARK}`],
    [`/?key=${MARK}`],
    ["/", "-H", `X-Api-Key: ${OTHER}`],
    ["/", "-d", `{"key":"${MARK}"}`],
    ["/", "-H", "Transfer-Encoding: chunked", "-d", `a${MARK}`],
    [`http://api.test:${it.service.plainPort}/`, "-H", `X-Api-Key: ${MARK}`],
  ];
  for (const [path, ...more] of refused.slice(0, -1)) {
    const { status, body } = await it.curl(path, ...more);
    assert.equal(status, 403, `${path} ${more}: ${body}`);
    assert.match(body, /^kanibako: the placeholder of .* may not be sent /);
  }
  assert.ok(
    !it.service.seen.some(({ headers, body, url }) =>
      `${JSON.stringify(headers)}${body}${url}`.includes(TOKEN)
    ),
  );
  const strays = () => it.requests().filter(({ stray }) => stray !== undefined).length;
  await until(() => Promise.resolve(strays() === refused.length - 1));
  assert.match(
    await it.box.log(),
    /"stray-secret".*"why":"the placeholder of TOKEN may not be sent in the field Authorization/,
  );
  const { status } = await it.curl("/", "-H", `x-api-key: ${MARK}`);
  assert.equal(status, 200);
  assert.equal(it.service.seen.at(-1)!.headers["x-api-key"], TOKEN);
});

Deno.test("where the binding says so, a secret is put into a query and a body", async () => {
  const value = 'a"b&c d';
  await using it = await world({ binding: "api.test:PORT query body" }, { TOKEN: value });
  const json = ["-H", "Content-Type: application/json"];
  await it.curl(`/?key=${MARK}&x`, ...json, "-d", `{"key":"${MARK}"}`);
  await it.curl("/", "-d", `key=${MARK}&x=1`);
  await it.curl(
    "/",
    ...json,
    "-H",
    "Transfer-Encoding: chunked",
    "-d",
    `{"key":"${MARK}","more":"${"x".repeat(70_000)}"}`,
  );
  const [first, second, third] = it.service.seen;
  assert.equal(first!.url, "/?key=a%22b%26c%20d&x");
  assert.deepEqual(JSON.parse(first!.body), { key: value });
  assert.equal(second!.body, "key=a%22b%26c%20d&x=1");
  assert.equal(JSON.parse(third!.body).key, value);
});

Deno.test("a secret without a value is not sent, nor is its placeholder", async () => {
  await using it = await world({}, {});
  const { status, body } = await it.curl("/", "-H", `Authorization: Bearer ${MARK}`);
  assert.equal(status, 502);
  assert.match(body, /The secret TOKEN has no value/);
  assert.equal(it.service.seen.length, 0);
  assert.equal((await it.curl("/")).status, 200);
});

/** A service that takes one value only, in `Authorization`. */
function takes(value: string): Answer {
  return (seen, response) => {
    response.statusCode = seen.headers.authorization === `Bearer ${value}` ? 200 : 401;
    response.end(JSON.stringify(seen));
  };
}

Deno.test("of several accounts the next is used where the service refuses one, and which it was is in the log", async () => {
  const [first, second] = ["first-value-0123", "second-value-0123"];
  await using it = await world({}, { TOKEN: [first, "", second] }, takes(second));
  const token = ["-H", `Authorization: Bearer ${MARK}`];
  const { status, body } = await it.curl("/one", ...token);
  assert.equal(status, 200);
  assert.ok(!body.includes(first) && !body.includes(second));
  const asked = () => it.service.seen.map(({ headers }) => headers.authorization);
  assert.deepEqual(asked(), [`Bearer ${first}`, `Bearer ${second}`]);
  // From now on that is the one, also for what cannot be said twice.
  await it.curl("/two", ...token, "-d", "x=1");
  assert.deepEqual(asked().slice(2), [`Bearer ${second}`]);
  const log = await it.box.log();
  const lines = log.trim().split("\n").map((line) => JSON.parse(line)).filter(({ event }) =>
    event === "request"
  );
  assert.deepEqual(lines.map(({ path, status, secrets, accounts }) => [path, status, secrets, accounts]), [
    ["/one", 401, ["TOKEN"], ["account 1"]],
    ["/one", 200, ["TOKEN"], ["account 3"]],
    ["/two", 200, ["TOKEN"], ["account 3"]],
  ]);
  assert.ok(!log.includes(first) && !log.includes(second));
});

Deno.test("a request with a body is not said twice: the one after it has the next account", async () => {
  const [first, second] = ["first-value-0123", "second-value-0123"];
  await using it = await world({}, { TOKEN: [first, second] }, takes(second));
  const token = ["-H", `Authorization: Bearer ${MARK}`, "-d", "x=1"];
  assert.equal((await it.curl("/", ...token)).status, 401);
  assert.equal(it.service.seen.length, 1);
  assert.equal((await it.curl("/", ...token)).status, 200);
});

Deno.test("where every account is refused, the box gets the last answer, and the next request begins with the first", async () => {
  const values = ["first-value-0123", "second-value-0123"];
  await using it = await world({}, { TOKEN: values }, takes("another"));
  const token = ["-H", `Authorization: Bearer ${MARK}`];
  for (const times of [2, 4]) {
    const { status, body } = await it.curl("/", ...token);
    assert.equal(status, 401);
    assert.ok(!values.some((value) => body.includes(value)), body);
    assert.equal(it.service.seen.length, times);
  }
  // One account is asked once, as before, and a request without a placeholder asks none.
  await using alone = await world({}, {}, takes("another"));
  assert.equal((await alone.curl("/")).status, 401);
  assert.equal(alone.service.seen.length, 1);
});

Deno.test("T39 rules on methods and paths are in force, also while a connection lasts", async () => {
  await using it = await world({ binding: "" });
  const port = it.service.port;
  await it.box.write({
    rules: [`GET,POST api.test:${port}/repos/me*`, `!POST api.test:${port}/repos/me/keys`],
    hosts: { "api.test": ["127.0.0.1"] },
    ca: [it.service.ca],
  });
  await until(async () => (await it.box.lookUp("other.test")).length === 0);
  assert.equal((await it.curl("/repos/me/x")).status, 200);
  assert.equal((await it.curl("/repos/me/keys")).status, 200);
  const refused = await it.curl("/repos/me/keys", "-d", "x");
  assert.equal(refused.status, 403);
  assert.match(refused.body, /the rule !POST api\.test:\d+\/repos\/me\/keys refuses it/);
  assert.match((await it.curl("/repos/other")).body, /no rule allows GET api\.test\/repos\/other/);
  assert.equal((await it.curl("/repos/me/x", "-X", "DELETE")).status, 403);
  assert.match((await it.curl("/repos/me/..%2fother", "--path-as-is")).body, /can be read in two ways/);
  assert.equal(it.service.seen.length, 2);
});

Deno.test("T39 a request that says to be another one is refused where rules are about requests", async () => {
  const fields = ["X-HTTP-Method-Override: DELETE", "x_http_method: PUT", "X-Original-URL: /repos/other"];
  await using it = await world({ binding: "" });
  const ask = async (field: string) => await it.curl("/repos/me/x", "-H", field, "-d", "x");
  const port = it.service.port;
  const write = async (rule: string) =>
    await it.box.write({ rules: [rule], hosts: { "api.test": ["127.0.0.1"] }, ca: [it.service.ca] });
  await write(`GET,POST api.test:${port}/repos/me/*`);
  await until(async () => (await it.box.lookUp("other.test")).length === 0);
  for (const field of fields) {
    const { status, body } = await ask(field);
    assert.equal(status, 403, field);
    assert.match(body, /its field \S+ can make another request of it/);
  }
  assert.equal(it.service.seen.length, 0);
  assert.equal((await ask("X-Other: DELETE")).status, 200);
});

Deno.test("a request may say to be another one at a host that is allowed whole", async () => {
  await using it = await world({});
  const { status } = await it.curl("/x", "-H", "X-HTTP-Method-Override: DELETE", "-d", "x");
  assert.equal(status, 200);
  assert.equal(it.service.seen[0]!.headers["x-http-method-override"], "DELETE");
});

Deno.test("a connection that is open when the door is closed is reported before that", async () => {
  let arrived = () => {};
  const there = new Promise<void>((resolve) => arrived = resolve);
  await using it = await world({}, undefined, (_, response) => {
    response.write("begun");
    arrived();
  });
  const asking = it.curl("/");
  await there;
  await it.box[Symbol.asyncDispose]();
  const kinds = it.box.events.map(({ kind }) => kind);
  assert.ok(kinds.includes("connected") && kinds.includes("request") && kinds.includes("closed"), `${kinds}`);
  await asking.catch(() => {});
});

Deno.test("what is under way on a connection ends with the rule that has allowed it", async () => {
  let arrived = () => {};
  const there = new Promise<void>((resolve) => arrived = resolve);
  await using it = await world({}, undefined, (_, response) => {
    response.write("begun");
    arrived();
  });
  const asking = it.curl("/", "-H", `Authorization: Bearer ${MARK}`, "--max-time", "8");
  await there;
  await it.box.write({ rules: ["other.test"] });
  const { stderr } = await asking;
  assert.ok(!stderr.includes("timed out"), stderr);
  await until(() => Promise.resolve(it.box.events.some(({ kind }) => kind === "closed")));
});

Deno.test("a renewal that is under way when the box ends comes to its end", async () => {
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
  const login = { secrets: [], renewalHosts: [], value: () => undefined, renewalAt: () => undefined };
  const box = await boxDoor({}, undefined, {}, [{ ...login, settled: () => settled }]);
  let closed = false;
  const closing = box[Symbol.asyncDispose]().then(() => closed = true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(!closed);
  settle();
  await closing;
});

Deno.test("a host whose certificate is not its own is not reached", async () => {
  await using it = await world({ binding: "other.test:PORT" });
  const { status, body } = await it.curl(
    `https://other.test:${it.service.port}/`,
    "-H",
    `Authorization: Bearer ${MARK}`,
  );
  assert.equal(status, 502);
  assert.match(body, /no encrypted connection: .*cert/i);
  assert.equal(it.service.seen.length, 0);
});

Deno.test("a program that does not trust the box's certificates is named in the log", async () => {
  await using it = await world({});
  const { stderr } = await it.curl("/", "--cacert", it.service.ca);
  assert.match(stderr, /certificate/i);
  await until(() => Promise.resolve(it.box.events.some(({ kind }) => kind === "unread")));
});

Deno.test("large bodies and streamed answers pass, and many requests use one connection", async () => {
  await using it = await world({}, { TOKEN }, ({ body }, response) => {
    response.write(`${body.length} `);
    setTimeout(() => response.end("x".repeat(300_000)), 20);
  });
  const large = `${it.box.state}/large`;
  await Deno.writeFile(large, new Uint8Array(3_000_000).fill(65));
  const { body, status } = await it.curl(
    "/",
    "-H",
    `Authorization: Bearer ${MARK}`,
    "--data-binary",
    `@${large}`,
  );
  assert.equal(status, 200);
  assert.equal(body.length, "3000000 ".length + 300_000);
  assert.ok(body.startsWith("3000000 xxx"));
  const urls = [1, 2, 3].map((n) => `https://api.test:${it.service.port}/${n}`);
  const before = it.box.events.filter(({ kind }) => kind === "connected").length;
  await it.curl("/0", ...urls);
  assert.equal(it.box.events.filter(({ kind }) => kind === "connected").length, before + 1);
  assert.equal(it.requests().length, 5);
});

async function until(is: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !await is(); tries++) {
    assert.ok(tries < 200, "it never was");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

Deno.test("the last answer of a connection is whole, also for a program that reads slowly", async () => {
  const bytes = 4_000_000;
  await using it = await world({}, { TOKEN }, (_, response) => response.end("x".repeat(bytes)));
  const started = performance.now();
  const { body, status } = await it.curl(
    "/",
    "-H",
    `Authorization: Bearer ${MARK}`,
    "-H",
    "Connection: close",
    "--limit-rate",
    "6M",
  );
  assert.equal(status, 200);
  assert.equal(body.length, bytes);
  assert.ok(performance.now() - started > 300, "it was not slow");
});
