// A real browser beside real boxes. The rig of it is built where it is not there: the tests of an engine begin with that.

import assert from "node:assert/strict";
import { filteredUser, webServer } from "../support/filtered.ts";

/** Steers the browser as an agent would: serves a page in the box, and has the browser open each address that is given. */
const STEERS = `
import { createServer } from "node:http";
const page = "<title>of the box</title>";
const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(page));
await new Promise((resolve) => server.listen(3000, "127.0.0.1", resolve));
const socket = new WebSocket(process.env.BROWSER_WS_ENDPOINT);
await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
let last = 0;
const waiting = new Map();
socket.onmessage = ({ data }) => { const { id, result } = JSON.parse(data); waiting.get(id)?.(result); };
const call = (method, params, sessionId) => new Promise((resolve) => {
  waiting.set(++last, resolve);
  socket.send(JSON.stringify({ id: last, method, params, sessionId }));
});
for (const url of process.argv.slice(2)) {
  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
  await call("Page.enable", {}, sessionId);
  const { errorText } = await call("Page.navigate", { url }, sessionId);
  let title = "";
  for (let tries = 0; !errorText && !title && tries < 100; tries++) {
    title = (await call("Runtime.evaluate", { expression: "document.title" }, sessionId)).result.value;
    if (!title) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  console.log(url, errorText || title);
}
process.exit(0);
`;

const steer = (
  ...urls: string[]
) => ["node", "--experimental-websocket", "--no-warnings", "steer.mjs", ...urls];

Deno.test("W-26, W-56: a browser is in its box's network and nobody else's, and is gone with the box", async () => {
  await using web = webServer(() =>
    new Response("<title>outside</title>", { headers: { "content-type": "text/html" } })
  );
  await using user = await filteredUser([`allowed.example:${web.port}`], [
    "allowed.example",
    "refused.example",
  ]);
  const cwd = await user.folder();
  await Deno.writeTextFile(`${cwd}/steer.mjs`, STEERS);
  const mine = "http://127.0.0.1:3000/";
  const beside = async () =>
    (await user.engine("ps", "--all", "--format={{.Names}}")).split("\n").filter((name) =>
      name.endsWith("-browser")
    );

  // A box that stays: nothing is started before it is needed, and a command called in finds the same browser.
  await user.ok(["shell", "--persistent", "--browser", "--network", "none", "--", "sleep", "600"], { cwd });
  const before = await beside();
  const called = await user.ok(["shell", "--", ...steer(mine, "http://192.0.2.1/")], { cwd });
  assert.match(called, /^http:\/\/127\.0\.0\.1:3000\/ of the box$/m);
  assert.match(called, /^http:\/\/192\.0\.2\.1\/ net::ERR_/m);
  const [name = "", ...others] = (await beside()).filter((one) => !before.includes(one));
  assert.deepEqual(others, []);
  assert.match(name, /-browser$/);
  assert.doesNotMatch(await user.ok(["list"], { cwd }), /browser/);

  // Another box, and this machine, find nothing at the address.
  const other = await user.folder();
  const probe = ["curl", "--silent", "--max-time", "5", "http://127.0.0.1:9222/json/version"];
  assert.notEqual((await user.run(["shell", "--", ...probe], { cwd: other })).code, 0);
  assert.equal((await user.engine("port", name)).trim(), "");

  await user.ok(["stop"], { cwd });
  assert.deepEqual((await beside()).filter((one) => one === name), []);

  // A filtered box: the browser reaches what the rules allow, and nothing else.
  const outside = (name: string) => `http://${name}.example:${web.port}/`;
  const filtered = await user.ok(
    ["shell", "--browser", "--", ...steer(mine, outside("allowed"), outside("refused"))],
    { cwd },
  );
  assert.match(filtered, /^http:\/\/127\.0\.0\.1:3000\/ of the box$/m);
  assert.match(filtered, /^http:\/\/allowed\.example:\d+\/ outside$/m);
  assert.match(filtered, /^http:\/\/refused\.example:\d+\/ net::ERR_/m);
  assert.deepEqual((await beside()).filter((one) => one === name), []);
});
