import assert from "node:assert/strict";
import { HostedRun } from "../../lib/run/hosted.ts";
import { recordFailure, serviceFailures } from "../../lib/run/service_failures.ts";
import type { Service } from "../../lib/run/service.ts";
import type { Run } from "../../lib/run/run.ts";
import { until } from "../../lib/host/wait.ts";

/** A run as far as services need one. */
async function aRun(): Promise<{ run: Run; events: string[] } & AsyncDisposable> {
  const state = await Deno.makeTempDir();
  const events: string[] = [];
  const run = {
    host: {
      events: ({ kind, data }: { kind: string; data?: unknown }) =>
        events.push(`${kind} ${JSON.stringify(data)}`),
    },
    box: "app",
    state,
    record: { run: "r1" },
  } as unknown as Run;
  return { run, events, [Symbol.asyncDispose]: () => Deno.remove(state, { recursive: true }) };
}

/** A service that notes what happens to it. `fail`: makes the one at work fail. */
function service(
  name: string,
  log: string[],
  more: Partial<Service> = {},
): Service & { fail?: (error: Error) => void } {
  const made: Service & { fail?: (error: Error) => void } = {
    name,
    first: false,
    open: () => {
      log.push(`${name} opens`);
      const { promise, reject } = Promise.withResolvers<void>();
      made.fail = reject;
      return Promise.resolve({
        failed: promise,
        said: () => {
          log.push(`${name} hears`);
          return Promise.resolve();
        },
        [Symbol.asyncDispose]: () => {
          log.push(`${name} closes`);
          return Promise.resolve();
        },
      });
    },
    ...more,
  };
  return made;
}

const PATIENCE = { everyMs: 10, forMs: 5000 };

Deno.test("a hosted run has its services at work until it is closed, however often that is asked", async () => {
  await using world = await aRun();
  const log: string[] = [];
  const hosted = await HostedRun.open(world.run, [service("a", log), service("b", log)]);
  assert.deepEqual(log.toSorted(), ["a opens", "b opens"]);
  await hosted[Symbol.asyncDispose]();
  await hosted[Symbol.asyncDispose]();
  assert.deepEqual(log.toSorted(), ["a closes", "a opens", "b closes", "b opens"]);
});

Deno.test("a service that fails is opened again alone, and what failed is recorded", async () => {
  await using world = await aRun();
  const log: string[] = [];
  const [a, b] = [service("a", log), service("b", log)];
  {
    await using hosted = await HostedRun.open(world.run, [a, b]);
    a.fail?.(new Error("the socket is gone"));
    assert.ok(await until(() => log.filter((line) => line === "a opens").length === 2, PATIENCE));
    await hosted.said();
  }
  assert.equal(log.filter((line) => line === "b opens").length, 1);
  assert.ok(log.includes("a hears") && log.includes("b hears"));
  const failures = await serviceFailures(world.run.state);
  assert.deepEqual(Object.keys(failures), ["a"]);
  assert.equal(failures["a"]?.count, 1);
  assert.equal(failures["a"]?.message, "the socket is gone");
  assert.match(world.events.join(), /service-failed.*the socket is gone/);
});

Deno.test("services that fail at the same moment are all recorded", async () => {
  await using world = await aRun();
  const names = ["a", "b", "c", "d", "e"];
  await Promise.all(names.map((name) => recordFailure(world.run, name, new Error(`${name} is gone`))));
  await Promise.all(names.map((name) => recordFailure(world.run, name, new Error(`${name} is gone again`))));
  const failures = await serviceFailures(world.run.state);
  assert.deepEqual(Object.keys(failures).toSorted(), names);
  assert.deepEqual(names.map((name) => failures[name]?.count), names.map(() => 2));
});

Deno.test("a service the box needs from its first byte on must open; another one may come later", async () => {
  await using world = await aRun();
  const log: string[] = [];
  let tries = 0;
  const broken = (first: boolean) =>
    service("broken", log, {
      first,
      open: () => {
        tries++;
        return Promise.reject(new Error("no port"));
      },
    });
  await assert.rejects(HostedRun.open(world.run, [service("a", log), broken(true)]), /no port/);
  assert.deepEqual(log, ["a opens", "a closes"]);
  tries = 0;
  {
    await using _hosted = await HostedRun.open(world.run, [broken(false)]);
    assert.ok(await until(() => tries > 1, PATIENCE));
  }
  const ended = tries;
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal(tries, ended, "it was opened after its run had ended");
});

Deno.test("what one service cannot handle does not keep it from the next message, nor the others", async () => {
  await using world = await aRun();
  const heard: number[] = [];
  let calls = 0;
  const deaf: Service = {
    name: "deaf",
    first: false,
    open: () =>
      Promise.resolve({
        said: () => ++calls === 1 ? Promise.reject(new Error("not a login")) : Promise.resolve(),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
  };
  const other: Service = {
    name: "other",
    first: false,
    open: () =>
      Promise.resolve({
        said: () => Promise.resolve(void heard.push(1)),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
  };
  await using hosted = await HostedRun.open(world.run, [deaf, other]);
  await hosted.said();
  await hosted.said();
  assert.deepEqual([calls, heard.length], [2, 2]);
  assert.equal((await serviceFailures(world.run.state))["deaf"]?.message, "not a login");
});

Deno.test("a run that ends while a service is being opened closes that service, and waits for it", async () => {
  await using world = await aRun();
  const log: string[] = [];
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const slow = service("slow", log, {
    open: async () => {
      await ready;
      log.push("slow opens");
      return {
        [Symbol.asyncDispose]: () => {
          log.push("slow closes");
          return Promise.resolve();
        },
      };
    },
  });
  const broken = service("broken", log, { first: true, open: () => Promise.reject(new Error("no port")) });
  const opening = HostedRun.open(world.run, [slow, broken]);
  setTimeout(resolve, 50);
  await assert.rejects(opening, /no port/);
  assert.deepEqual(log, ["slow opens", "slow closes"]);
});
