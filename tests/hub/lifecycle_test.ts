import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import { pause } from "../../lib/host/timer.ts";
import { until } from "../../lib/host/wait.ts";
import { aGrant, aHelper } from "./example.ts";
import { Boxes, type Client, type Json, nearHub } from "./near_hub.ts";

const statuses = async (client: Client) => {
  const { helpers } = await client.ask("list");
  return (helpers as Json[]).map(({ number, status }) => `${number} ${status}`);
};
const spawn = async (client: Client, fields: Json = {}) => {
  const { status, helper, code, message } = await client.ask("spawn", fields);
  return status === "ok" ? helper : code ?? message;
};
/** Something that happens in its own time. */
const soon = async (is: () => Promise<boolean>) => assert.ok(await until(is, { everyMs: 5, forMs: 3000 }));

Deno.test("spawn: a helper gets the next number, its grant, and a place in what is kept", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  assert.deepEqual(await director.ask("spawn", { name: "lint", task: "Fix it", model: "m", cpus: 1 }), {
    status: "ok",
    helper: 1,
    container_name: "box-helper-1",
    grant: { ...aGrant({ budget: { depth: 3, breadth: 4 } }), cpus: 1 },
  });
  const { helpers } = await director.ask("list") as { helpers: Json[] };
  const { createdAt, startedAt, ...shown } = helpers[0]!;
  assert.ok(typeof createdAt === "number" && typeof startedAt === "number");
  assert.deepEqual(shown, {
    number: 1,
    parent: 0,
    depth: 1,
    name: "lint",
    status: "running",
    crab: "claude",
    model: "m",
    task: "Fix it",
    workspace: "copy",
    keep: false,
    grant: { ...aGrant({ budget: { depth: 3, breadth: 4 } }), cpus: 1 },
    container: "box-helper-1",
    run: "run-1-1",
    peers: [],
    connected: false,
    waiting: 0,
  });
  assert.deepEqual((await hub.kept()).map(({ number, status }) => [number, status]), [[1, "running"]]);
});

Deno.test("spawn: a helper spawns for itself, and its parents see all below them", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  await spawn(director);
  await spawn(director);
  using one = await hub.as(1);
  assert.equal(await spawn(one, { network: "open" }), "too-much");
  assert.equal(await spawn(one, { name: "deep", network: "none" }), 3);
  using three = await hub.as(3);
  assert.equal(
    await spawn(three, { network: "filtered" }),
    "too-much",
    "a grandchild has no more than its parent",
  );
  assert.deepEqual(await statuses(director), ["1 running", "3 running", "2 running"]);
  assert.deepEqual(await statuses(one), ["3 running"]);
  assert.deepEqual(await statuses(three), []);
  assert.deepEqual((await hub.kept())[2], (await hub.kept()).find(({ name }) => name === "deep"));
});

Deno.test("T43, T44: nobody acts on whom it has not started", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  await spawn(director);
  await spawn(director);
  using one = await hub.as(1);
  await spawn(one);
  using two = await hub.as(2);
  using three = await hub.as(3);
  for (const [client, helper] of [[two, 1], [two, 3], [three, 1], [three, 3], [one, 2], [one, 1]] as const) {
    for (const action of ["stop", "respawn", "cleanup", "result", "diff", "land"]) {
      assert.equal((await client.ask(action, { helper })).code, "not-yours", `${action} ${helper}`);
    }
    assert.equal((await client.ask("wait", { helpers: [helper] })).code, "not-yours");
  }
  assert.equal((await two.ask("stop", { container_name: "box-helper-3" })).code, "not-yours");
  assert.equal((await one.ask("fork", { name: "x" })).code, "not-yours");
  assert.equal((await two.ask("register", { helper_num: 1 })).code, "not-you");
  assert.equal((await two.ask("register", { helper_num: 2 })).status, "ok");
  assert.deepEqual(await statuses(director), ["1 running", "3 running", "2 running"]);
  for (const action of ["result", "diff", "land"]) {
    assert.equal((await one.ask(action, { helper: 3 })).status, "ok", action);
    assert.equal((await director.ask(action, { helper: 3 })).status, "ok", action);
  }
  assert.equal((await director.ask("fork", { name: "x" })).path, "/work/p.x");
});

Deno.test("limit: forks, which stay when the box ends", async () => {
  await using hub = await nearHub({});
  const director = await hub.as(0);
  for (let at = 1; at <= 16; at++) {
    assert.equal((await director.ask("fork", { name: `x${at}` })).path, `/work/p.x${at}`);
  }
  assert.equal((await director.ask("fork", { name: "y" })).code, "too-many");
});

Deno.test("limit: depth", async () => {
  await using hub = await nearHub({ grant: aGrant({ budget: { depth: 2, breadth: 4 } }) });
  using director = await hub.as(0);
  assert.equal(await spawn(director), 1);
  using one = await hub.as(1);
  assert.equal(await spawn(one), 2);
  using two = await hub.as(2);
  assert.equal(await spawn(two), "no-depth");
});

Deno.test("limit: breadth, those that have ended included until they are cleaned up, also for two that ask at once", async () => {
  await using hub = await nearHub({ grant: aGrant({ budget: { depth: 2, breadth: 2 } }) });
  using director = await hub.as(0);
  using other = await hub.as(0);
  const gate = Promise.withResolvers<void>();
  hub.boxes.gate = gate.promise;
  const asked = [spawn(director), spawn(other)];
  await soon(async () => (await hub.kept()).length === 2);
  using third = await hub.as(0);
  assert.equal(await spawn(third), "too-many");
  gate.resolve();
  assert.deepEqual((await Promise.all(asked)).sort(), [1, 2]);
  await director.ask("stop", { helper: 1 });
  assert.equal(await spawn(director), "too-many");
  assert.deepEqual((await director.ask("cleanup", { helper: 1 })).removed, [1]);
  assert.equal(await spawn(director), 1);
});

Deno.test("limit: total of a tree", async () => {
  await using hub = await nearHub({ limits: { total: 2 } });
  using director = await hub.as(0);
  assert.equal(await spawn(director), 1);
  using one = await hub.as(1);
  assert.equal(await spawn(one), 2);
  assert.equal(await spawn(one), "too-many");
  assert.equal(await spawn(director), "too-many");
});

Deno.test("limit: rate of starts, respawns included", async () => {
  await using hub = await nearHub({ limits: { spawnsAMinute: 2 } });
  using director = await hub.as(0);
  assert.equal(await spawn(director), 1);
  await director.ask("stop", { helper: 1 });
  assert.equal((await director.ask("respawn", { helper: 1 })).status, "ok");
  assert.equal(await spawn(director), "too-fast");
  await director.ask("stop", { helper: 1 });
  assert.equal((await director.ask("respawn", { helper: 1 })).code, "too-fast");
  await using none = await nearHub({ limits: { spawnsAMinute: 0 } });
  using barred = await none.as(0);
  assert.equal(await spawn(barred), "too-fast");
});

Deno.test("limit: memory and processors of a tree; those that have ended need none", async () => {
  const limits = [
    {
      limit: { memoryBytes: 4e9 },
      field: "memory_bytes",
      name: "memoryBytes",
      part: 1e9,
      rest: 3e9,
      why: /: 2\.8 GiB of memory asked for, and 2\.3 GiB left of 3\.7 GiB\.$/,
    },
    {
      limit: { cpus: 4 },
      field: "cpus",
      name: "cpus",
      part: 1,
      rest: 3,
      why: /: 3 processors asked for, and 2\.5 left of 4\.$/,
    },
  ] as const;
  for (const { limit, field, name, part, rest, why } of limits) {
    await using hub = await nearHub({ limits: limit });
    using director = await hub.as(0);
    const { grant } = await director.ask("spawn") as { grant: Json };
    assert.equal(grant[name], part, "one that asks for none has its part");
    using one = await hub.as(1);
    assert.equal(await spawn(one, { [field]: part / 2 }), 2);
    const { code, message } = await director.ask("spawn", { [field]: rest });
    assert.equal(code, "too-many");
    assert.match(String(message), why);
    await one.ask("stop", { helper: 2 });
    assert.equal(await spawn(director, { [field]: rest }), 3);
    assert.equal((await one.ask("respawn", { helper: 2 })).code, "too-many");
    await director.ask("stop", { helper: 3 });
    assert.equal((await one.ask("respawn", { helper: 2 })).status, "ok");
  }
});

Deno.test("limit: time; those below end with it, and cannot have more than is left", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  assert.equal(await spawn(director, { time_ms: 400 }), 1);
  using one = await hub.as(1);
  await pause(20);
  assert.equal(await spawn(one, { time_ms: 400 }), "too-much");
  assert.equal(await spawn(one, { keep: true }), "too-much");
  assert.equal(await spawn(one), 2);
  const { helpers, timed_out } = await director.ask("wait", { helpers: [1, 2] });
  assert.equal(timed_out, false);
  const why = "It has run for as long as it may (1 s).";
  // Whoever waits is not answered before it is known how it ended.
  assert.deepEqual((helpers as Json[]).map(({ status, error }) => [status, error]), [
    ["failed", why],
    ["stopped", undefined],
  ]);
  await soon(async () => (await hub.kept())[0]?.error !== undefined);
  assert.deepEqual(hub.boxes.done.slice(2).sort(), ["stop 1", "stop 2"]);
});

Deno.test("a helper that ends is done or failed, and those below it end, but for those that stay", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  await spawn(director, { keep: true });
  await spawn(director);
  using one = await hub.as(1);
  await spawn(one, { keep: true });
  await spawn(one);
  hub.boxes.end(2, { code: 3 });
  hub.boxes.end(1, { code: 0 });
  await soon(async () => (await statuses(director)).includes("4 stopped"));
  assert.deepEqual(await statuses(director), ["1 done", "3 running", "4 stopped", "2 failed"]);
  await soon(async () => (await hub.kept())[3]?.status === "stopped");
  assert.deepEqual((await hub.kept()).map(({ exitCode }) => exitCode), [0, 3, undefined, undefined]);
  hub.boxes.end(3, { error: "Killed." });
  await soon(async () => (await hub.kept())[2]?.error === "Killed.");
});

Deno.test("stop: ends those below, too, at once; one that is starting is waited for", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  await spawn(director);
  using one = await hub.as(1);
  const gate = Promise.withResolvers<void>();
  hub.boxes.gate = gate.promise;
  const starting = spawn(one).catch(() => "gone");
  await soon(async () => (await hub.kept()).length === 2);
  using user = await hub.as(0);
  const stopping = user.ask("stop", { helper: 1 });
  await soon(async () => (await statuses(director))[0] === "1 stopped");
  gate.resolve();
  assert.equal((await stopping).status, "ok");
  assert.equal(await starting, "gone", "who asked for it is gone");
  assert.deepEqual(await statuses(director), ["1 stopped", "2 stopped"]);
  assert.equal((await director.ask("stop", { helper: 1 })).status, "ok", "once more is no failure");
});

Deno.test("respawn: one that has ended is started again as it was, and no other", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  await spawn(director, { task: "t", schema: "{}" });
  assert.equal((await director.ask("respawn", { helper: 1 })).code, "running");
  hub.boxes.end(1, { code: 9 });
  await soon(async () => (await statuses(director))[0] === "1 failed");
  const { helper, container_name } = await director.ask("respawn", { helper: 1 });
  assert.deepEqual([helper, container_name], [1, "box-helper-1"]);
  const [again] = await hub.kept();
  assert.deepEqual(
    [again?.status, again?.exitCode, again?.endedAt, again?.task, again?.schema],
    ["running", undefined, undefined, "t", "{}"],
  );
  assert.deepEqual(hub.boxes.done, ["start 1", "respawn 1"]);
});

Deno.test("cleanup: removes what is left, children first, and only with a word those", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  await spawn(director);
  using one = await hub.as(1);
  await spawn(one);
  assert.equal((await director.ask("cleanup", { helper: 1 })).code, "has-helpers");
  assert.deepEqual(await statuses(director), ["1 running", "2 running"]);
  await director.ask("send", { to: 1, payload: 1 });
  assert.deepEqual((await director.ask("cleanup", { helper: 1, cascade: true })).removed, [2, 1]);
  assert.deepEqual(hub.boxes.done.slice(-2), ["remove 2", "remove 1"]);
  assert.deepEqual(await hub.kept(), []);
  await spawn(director);
  using again = await hub.as(1);
  assert.deepEqual(
    (await again.ask("recv")).messages,
    [],
    "another one of that number gets none of its messages",
  );
  const about = async () =>
    ((await director.ask("log", { from: 1 })).entries as Json[]).map(({ event, type }) => event ?? type);
  assert.deepEqual(await about(), ["spawn"], "nor is what was logged of the earlier one about it");
  await again.ask("send", { to: 0, payload: 1 });
  assert.deepEqual(await about(), ["spawn", "message"]);
});

Deno.test("a start that fails is an error that says why, and the helper says it, too", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  hub.boxes.failing = new KanibakoError("no-image", "There is no rig x.", { hint: "Get it." });
  assert.deepEqual(await director.ask("spawn"), {
    status: "error",
    message: "Cannot start helper 1: There is no rig x.",
    hint: "Get it.",
    code: "not-started",
  });
  const [kept] = await hub.kept();
  assert.deepEqual([kept?.status, kept?.error], ["failed", "There is no rig x."]);
  hub.boxes.failing = undefined;
  assert.equal((await director.ask("respawn", { helper: 1 })).status, "ok");
  assert.equal((await hub.kept())[0]?.error, undefined);
});

Deno.test("what cannot be kept is not started", async () => {
  await using hub = await nearHub({
    save: () => Promise.reject(new KanibakoError("cannot-write", "No space.")),
  });
  using director = await hub.as(0);
  assert.deepEqual((await director.ask("spawn")).message, "No space.");
  assert.deepEqual(hub.boxes.done, []);
  assert.deepEqual(await statuses(director), []);
});

Deno.test("names, numbers and texts that cannot be taken are refused", async () => {
  await using hub = await nearHub({ grant: aGrant({ budget: { depth: 2, breadth: -1 } }) });
  using director = await hub.as(0);
  assert.equal(await spawn(director, { name: "a", helper_num: 7 }), 7);
  assert.equal(await spawn(director, { name: "a" }), "name-taken");
  assert.equal(await spawn(director, { helper_num: 7 }), "number-taken");
  for (const name of ["", "A", "1", "all", "parent", "director", "a b", "../x", "\u001b[31m"]) {
    assert.equal(await spawn(director, { name }), "bad-name", name);
  }
  assert.equal(await spawn(director, { task: "x".repeat(200_000) }), "too-long");
  assert.equal(await spawn(director, { helper_num: 0, crab: "no_agent" }), 1);
  assert.equal((await hub.kept()).find(({ number }) => number === 1)?.crab, "", "a shell");
});

Deno.test("wait: for all, for one, for a while, for all of one's own", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  for (let at = 0; at < 3; at++) await spawn(director);
  const wait = async (fields: Json) => {
    const { helpers, timed_out } = await director.ask("wait", fields);
    return [timed_out, ...(helpers as Json[]).map(({ number, status }) => `${number} ${status}`)];
  };
  assert.deepEqual(await wait({ helpers: [1], timeout_ms: 20 }), [true, "1 running"]);
  const any = wait({ helpers: [1, 2], any: true });
  hub.boxes.end(2, { code: 0 });
  assert.deepEqual(await any, [false, "1 running", "2 done"]);
  const all = wait({ helpers: [] });
  hub.boxes.end(1, { code: 0 });
  using user = await hub.as(0);
  await user.ask("cleanup", { helper: 3 });
  assert.deepEqual(await all, [false, "1 done", "2 done", "3 stopped"]);
});

Deno.test("T48: who takes over from a killed hub goes on with what runs, and what was starting has failed", async () => {
  const boxes = new Boxes();
  boxes.runs(1);
  const helpers = [
    aHelper(1, { run: "a", container: "c" }),
    aHelper(2, { status: "spawned" }),
    aHelper(3, { status: "done" }),
  ];
  await using hub = await nearHub({ boxes, helpers });
  using director = await hub.as(0);
  assert.deepEqual(await statuses(director), ["1 running", "2 failed", "3 done"]);
  assert.deepEqual(boxes.done, ["stop 2"]);
  using one = await hub.as(1);
  assert.equal((await one.ask("list")).status, "ok");
  boxes.end(1, { code: 0 });
  await soon(async () => (await statuses(director))[0] === "1 done");
});

Deno.test("T48: a hub that is let go of leaves its helpers running, and the next one has them", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  await spawn(director, { time_ms: 60_000 });
  const next = await hub.succeed();
  try {
    using again = await next.as(0);
    assert.deepEqual(await statuses(again), ["1 running"]);
    using one = await next.as(1);
    assert.equal(await spawn(one), 2);
    assert.deepEqual(hub.boxes.done, ["start 1", "start 2"]);
  } finally {
    await next.hub[Symbol.asyncDispose]();
  }
});

Deno.test("T44: one that is started again has no more than its parent has by now", async () => {
  const had = aGrant({ network: "open", rules: [], secrets: { TOKEN: "api.example.com" }, auth: "shared" });
  const ended = aHelper(1, { status: "stopped", grant: { ...had, budget: { depth: 3, breadth: 4 } } });
  const again = async (now: Parameters<typeof aGrant>[0], changes = {}, limits = {}) => {
    await using hub = await nearHub({
      grant: aGrant({ ...had, ...now }),
      helpers: [{ ...ended, ...changes }, aHelper(2, { status: "done" })],
      limits,
    });
    using director = await hub.as(0);
    const { status, message, grant } = await director.ask("respawn", { helper: 1 });
    return status === "ok" ? grant : message;
  };
  assert.deepEqual(await again({}), ended.grant, "what it had");
  assert.match(
    String(await again({ network: "none" })),
    /more than its parent: the network open \(of none\)/,
  );
  assert.match(String(await again({ network: "filtered", rules: ["a.example"] })), /the network open/);
  assert.match(String(await again({ secrets: {} })), /the secret TOKEN/);
  assert.match(String(await again({ auth: "none", logins: [] })), /a login that is shared/);
  assert.match(String(await again({ image: "other", images: ["other"] })), /the rig kanibako-min/);
  assert.match(String(await again({ budget: { depth: 2, breadth: 4 } })), /depth 4 \(of 2\)/);
  assert.match(
    String(
      await again({ budget: { depth: 4, breadth: 1 } }, {
        grant: { ...ended.grant, budget: { depth: 3, breadth: 1 } },
      }),
    ),
    /1\/1 helpers/,
  );
  assert.match(String(await again({}, {}, { total: 1 })), /1\/1 helpers of this box/);
  // A limit that was set meanwhile is its own from here on.
  assert.deepEqual(await again({ memoryBytes: 1e9, timeMs: 5000 }), {
    ...ended.grant,
    memoryBytes: 1e9,
    timeMs: 5000,
  });
  const rules = ["api.example.com", "!x.example.org"];
  const narrow = { ...ended.grant, network: "filtered" as const, rules };
  assert.deepEqual(
    await again({ network: "filtered", rules: [...rules, "b.example"] }, { grant: narrow }),
    narrow,
  );
  assert.match(
    String(await again({ network: "filtered", rules: ["b.example"] }, { grant: narrow })),
    /the rule api.example.com/,
  );
});

Deno.test("spawn: no number that no command can name", async () => {
  await using hub = await nearHub();
  using director = await hub.as(0);
  assert.equal(await spawn(director, { helper_num: 1_000_000_000 }), "bad-number");
  assert.deepEqual(await statuses(director), []);
  assert.equal(await spawn(director, { helper_num: 999_999_999 }), 999_999_999);
  assert.deepEqual((await director.ask("cleanup", { helper: 999_999_999 })).removed, [999_999_999]);
});

Deno.test("T45: a question with more rules, secrets or text than anybody means is refused at once", async () => {
  await using hub = await nearHub({ grant: aGrant({ rules: ["*.example.org"] }) });
  using director = await hub.as(0);
  const rules = Array.from({ length: 30_000 }, (_, at) => `a${at}.example.org`);
  const began = performance.now();
  assert.equal(await spawn(director, { rules }), "bad-question");
  assert.ok(performance.now() - began < 2000);
  assert.equal(await spawn(director, { rules: rules.slice(0, 1000) }), 1);
  const secrets = Object.fromEntries(rules.slice(0, 101).map((_, at) => [`S${at}`, ""]));
  assert.equal(await spawn(director, { secrets }), "bad-question");
  for (const field of ["name", "crab", "model", "image"]) {
    assert.equal(await spawn(director, { [field]: "x".repeat(1001) }), "bad-question", field);
  }
});

Deno.test("T44: one that stays runs no longer than its director might have", async () => {
  await using hub = await nearHub({ endsAt: Date.now() + 60_000 });
  using director = await hub.as(0);
  const { grant } = await director.ask("spawn", { keep: true }) as { grant: { timeMs: number } };
  assert.ok(grant.timeMs > 50_000 && grant.timeMs <= 60_000, String(grant.timeMs));
  assert.equal(await spawn(director, { time_ms: 61_000 }), "too-much");
  await using short = await nearHub({ endsAt: Date.now() + 60_000, grant: aGrant({ timeMs: 1000 }) });
  using other = await short.as(0);
  assert.equal((await other.ask("spawn") as { grant: { timeMs: number } }).grant.timeMs, 1000);
});
