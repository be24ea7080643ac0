// A box with a filtered network asks about names that no rule is about. Somebody sits at a terminal, or nobody does.

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";
import { Terminal } from "../support/terminal.ts";

/** A program that says what came of a request. */
const ask = (host: string, port: number) =>
  `node -e 'fetch("http://${host}:${port}/").then((a) => a.text()).then((t) => console.log("came: " + t), ` +
  `(e) => console.log("failed: " + e.cause.code))'`;

Deno.test("a name that no rule is about is asked for in the status line, comes to be when it is allowed, and is none when it is refused", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("hello"),
  );
  const { port } = server.addr;
  await using user = await User.make();
  const cwd = await user.folder();
  await user.ok(["system", "config", "network.hosts.new.example=127.0.0.1"]);
  const log = async () => (await user.ok(["box", "network", "log", "--json"], { cwd })).trim();
  {
    const words = ["shell", "--persistent", "--network", "filtered", "--", "sh"];
    await using terminal = await Terminal.open(user, words, cwd);
    await terminal.shows("Ctrl-b d");
    await terminal.type(ask("new.example", port));
    await terminal.shows("Network: new.example?");
    assert.doesNotMatch(await terminal.screen(), /^(came|failed): /m);
    await user.ok(["box", "network", "allow", `new.example:${port}`], { cwd });
    await terminal.shows("came: hello");
    await until(async () => !(await terminal.screen()).includes("Network: new.example?"));
    await terminal.type("clear");
    await terminal.type(ask("bad.example", port));
    await terminal.shows("Network: bad.example?");
    await user.ok(["box", "network", "deny", "bad.example"], { cwd });
    await terminal.shows("failed: ENOTFOUND");
    await terminal.press("C-b", "d");
    assert.equal(await terminal.ended(), 0);
  }
  // Nobody is there: refused at once, and listed for whoever comes next.
  const began = performance.now();
  const refused = await user.run(["shell", "--", "sh", "-c", ask("late.example", port)], { cwd });
  assert.match(refused.stdout, /failed: ENOTFOUND/);
  assert.ok(performance.now() - began < 20_000);
  const events = (await log()).split("\n").map((line) => JSON.parse(line));
  const seen = events.map(({ event, host }) => `${event} ${host}`);
  for (
    const line of [
      "held new.example",
      "connected new.example",
      "held bad.example",
      "no-such-name late.example",
    ]
  ) {
    assert.ok(seen.includes(line), `${line}: ${seen.join(", ")}`);
  }
  assert.ok(!seen.includes("held late.example"));
  await using terminal = await Terminal.open(user, ["shell", "--persistent"], cwd);
  await terminal.shows("Ctrl-b d");
  await terminal.press("C-b", "d");
  assert.equal(await terminal.ended(), 0);
  assert.match(await terminal.screen(), /refused names that no rule is about:\s+late\.example/);
});
