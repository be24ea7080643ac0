// Published ports of real boxes: what a person sees of them, with a supervisor and without one.

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";
import { runScript } from "../support/script.ts";

/** A port that nobody has just now. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "::", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** Answers what it was asked for, on a port of the box's loopback, as a login waits for its answer. */
const server = (port: number, address = "127.0.0.1") =>
  `require("http").createServer((q, a) => a.end("you asked for " + q.url)).listen(${port}, "${address}")`;

async function get(port: number, path = "/"): Promise<string | undefined> {
  try {
    return await (await fetch(`http://localhost:${port}${path}`)).text();
  } catch {
    return undefined;
  }
}

async function reached(port: number): Promise<void> {
  await until(async () => await get(port) === "you asked for /", undefined, `port ${port} does not answer`);
}

Deno.test("ports of a box without a network are published, added, listed, opened and taken back, and survive a supervisor", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const [login, added] = [freePort(), freePort()];
  await user.ok(
    ["shell", "--persistent", "--publish", `${login}:1455`, "--", "node", "-e", server(1455)],
    { cwd },
  );
  await reached(login);
  // A login in the browser of this machine comes back to the agent in the box.
  const callback = "/auth/callback?code=a%20b&state=c";
  assert.equal(await get(login, callback), `you asked for ${callback}`);

  const inBox = `node -e '${server(8001, "0.0.0.0")}' >/dev/null 2>&1 &`;
  await user.ok(["shell", "--", "sh", "-c", inBox], { cwd });
  const inside = async () => JSON.parse(await user.ok(["box", "port", "list", "--box", "--json"], { cwd }));
  await until(async () => (await inside()).length === 2, undefined, "the box does not listen");
  assert.deepEqual(await inside(), [
    {
      port: 1455,
      addresses: ["127.0.0.1"],
      reachable: true,
      published: [{ host: "localhost", port: login, boxPort: 1455 }],
    },
    { port: 8001, addresses: ["0.0.0.0"], reachable: true, published: [] },
  ]);
  assert.match(await user.ok(["box", "port", "add", `${added}:8001`], { cwd }), /http:\/\/localhost:/);
  await reached(added);

  const ports = [{ host: "localhost", port: login, boxPort: 1455 }, {
    host: "localhost",
    port: added,
    boxPort: 8001,
  }];
  assert.deepEqual(
    JSON.parse(await user.ok(["ps", "--json"])).flatMap((box: { ports: unknown }) => box.ports),
    ports,
  );
  assert.deepEqual(JSON.parse(await user.ok(["box", "info", "--json"], { cwd })).ports, ports);

  const other = await user.folder();
  const taken = await user.run(["shell", "--publish", `${login}`, "--", "true"], { cwd: other });
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, /is in use by the box p1-/);

  const [supervisor] = await user.supervisors();
  Deno.kill(supervisor!, "SIGKILL");
  await until(async () => await get(added) === undefined);
  await user.ok(["ps"]);
  await reached(added);
  await reached(login);

  const seen = `${user.home}/seen`;
  const browser = `${user.home}/browser`;
  await Deno.writeTextFile(browser, `#!/bin/sh\necho "$1" >${seen}\n`, { mode: 0o755 });
  const opened = await user.ok(["box", "open", "8001"], { cwd, env: { BROWSER: browser } });
  assert.equal(opened, `http://localhost:${added}\n`);
  await until(() => Deno.readTextFile(seen).then((text) => text === opened, () => false));

  // One whose number is in use on this machine gets another one.
  using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port: held } = holder.addr as Deno.NetAddr;
  const { url, published } = JSON.parse(await user.ok(["box", "open", `${held}`, "--json"], { cwd }));
  assert.ok(published && url !== `http://localhost:${held}` && url.startsWith("http://localhost:"), url);

  await user.ok(["box", "port", "rm", `${added}`], { cwd });
  assert.equal(await get(added), undefined);
  await reached(login);
  // Into the box that runs: the call publishes, too.
  const called = await user.run(["shell", "--publish", `${added}:8001`, "--", "true"], { cwd });
  assert.equal(called.code, 0);
  assert.ok(called.stderr.includes(`Port 8001 of the box: http://localhost:${added}\n`), called.stderr);
  await reached(added);
  await user.ok(["stop"], { cwd });
  assert.equal(await get(login), undefined);
});

Deno.test("a port of a box in the foreground is published until it ends, with any network", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  for (const network of ["filtered", "none", "open"]) {
    const port = freePort();
    const box = user.start(
      ["shell", "--network", network, "--publish", `${port}:8000`, "--", "node", "-e", server(8000)],
      { cwd },
    );
    await reached(port);
    assert.match(await user.ok(["ps"]), new RegExp(`localhost:${port} to 8000`));
    box.kill("SIGTERM");
    await box.ended;
    assert.equal(await get(port), undefined);
  }
});

Deno.test("a script publishes ports of its box with an open network, from its start on and later", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const [first, later] = [freePort(), freePort()];
  const said = await runScript(
    user,
    cwd,
    `await using box = await openBox({ network: "open", ports: ["${first}:8000"] });
const serving = box.exec(["node", "-e", ${JSON.stringify(server(8000))}]);
say(await box.ports.add("${later}:8000"));
const get = async (port: number): Promise<string> => {
  for (let wait = 0; wait < 200; wait++) {
    try {
      return await (await fetch("http://localhost:" + port + "/x")).text();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return "nothing";
};
say([await get(${first}), await get(${later})]);
say(await box.ports.remove(${later}));
say(await box.ports.list());
say(await box.ports.add("${first}:9").catch(({ code }) => code));
say(await box.ports.remove(${later}).catch(({ code }) => code));
await serving.kill("SIGKILL");`,
  );
  const [port, added] = [{ host: "localhost", port: first, boxPort: 8000 }, {
    host: "localhost",
    port: later,
    boxPort: 8000,
  }];
  const answer = "you asked for /x";
  assert.deepEqual(said, [[added], [answer, answer], [added], [port], "port-taken", "no-port"]);
});
