import assert from "node:assert/strict";
import { networkLog } from "../../lib/config/box_state.ts";
import type { DoorEvent } from "../../lib/net/door_event.ts";
import { olderFile } from "../../lib/host/rotated_file.ts";
import { NetworkLog } from "../../lib/net/log.ts";
import { followNetworkLog, limitsThatActed, readNetworkLog, refusedNames } from "../../lib/net/read_log.ts";
import { Policy } from "../../lib/net/policy.ts";
import { fromPart } from "../../lib/spec/source.ts";
import { hostName } from "../../lib/wire/host_name.ts";

const host = (text: string) => hostName(text)!;
const noName = (text: string): DoorEvent => ({ kind: "name", host: host(text), ports: [], by: undefined });

async function logged(
  test: (log: NetworkLog, state: string, clock: { now: number }) => Promise<void> | void,
) {
  const state = await Deno.makeTempDir();
  const clock = { now: 1_000_000 };
  const log = new NetworkLog(networkLog(state), "r1", { now: () => clock.now });
  try {
    await test(log, state, clock);
  } finally {
    log[Symbol.dispose]();
    await Deno.remove(state, { recursive: true });
  }
}

Deno.test("a log that was closed makes no file again", () =>
  logged((log, state) => {
    log.write(noName("a.example"));
    log[Symbol.dispose]();
    Deno.removeSync(networkLog(state));
    log.write(noName("b.example"));
    assert.throws(() => Deno.statSync(networkLog(state)), Deno.errors.NotFound);
  }));

Deno.test("events are read as they were written; names that may be reached are none until they are", () =>
  logged(async (log, state) => {
    log.write({ kind: "name", host: host("a.example"), ports: [443], by: undefined });
    log.write({ kind: "connected", host: host("a.example"), port: 443, address: "1.1.1.1" });
    log.write({ kind: "closed", host: host("a.example"), port: 443, sent: 10, received: 20 });
    log.write(noName("b.example"));
    const by = new Policy([{ text: "!c.example", from: fromPart("test") }]).rules[0];
    log.write({ kind: "name", host: host("c.example"), ports: [], by });
    log.write({ kind: "mismatch", host: host("a.example"), port: 443, named: "x\n\x1b]0;y\x07\x9b2J" });
    log.write({ kind: "limit", limit: "rate" });
    const at = { at: 1_000_000, run: "r1" };
    assert.deepEqual(await readNetworkLog(state), [
      { ...at, event: "connected", host: "a.example", port: 443, address: "1.1.1.1" },
      { ...at, event: "closed", host: "a.example", port: 443, sent: 10, received: 20 },
      { ...at, event: "no-such-name", host: "b.example" },
      { ...at, event: "no-such-name", host: "c.example", rule: "!c.example" },
      { ...at, event: "mismatch", host: "a.example", port: 443, named: "x\n\x1b]0;y\x07\x9b2J" },
      { ...at, event: "limit", limit: "rate" },
    ]);
    // What a box said makes no line of its own, and nothing that a terminal obeys.
    const text = await Deno.readTextFile(networkLog(state));
    assert.equal(text.trim().split("\n").length, 6);
    // deno-lint-ignore no-control-regex -- these are what it is about
    assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    assert.equal((await Deno.stat(networkLog(state))).mode! & 0o777, 0o600);
    assert.deepEqual(await limitsThatActed(state, 0), ["rate"]);
    assert.deepEqual(await limitsThatActed(state, 2_000_000), []);
  }));

Deno.test("what a box repeats is counted, not written", () =>
  logged(async (log, state, clock) => {
    for (let at = 0; at < 1000; at++) log.write(noName("b.example"));
    assert.equal((await readNetworkLog(state)).length, 1);
    clock.now += 61_000;
    log.write(noName("b.example"));
    const lines = await readNetworkLog(state);
    assert.deepEqual(lines.map(({ count }) => count), [undefined, 999, undefined]);
    assert.deepEqual(refusedNames(lines).map(({ host, count, ports }) => [host, count, ports]), [
      ["b.example", 1001, []],
    ]);
  }));

Deno.test("10 000 names a second leave a few lines and a count, and what is connected is still written", () =>
  logged(async (log, state, clock) => {
    for (let second = 0; second < 20; second++) {
      for (let at = 0; at < 10_000; at++) log.write(noName(`n${second * 10_000 + at}.example`));
      clock.now += 1000;
    }
    log.write({ kind: "connected", host: host("a.example"), port: 443, address: "1.1.1.1" });
    log[Symbol.dispose]();
    const lines = await readNetworkLog(state);
    assert.ok(lines.length < 1000, `${lines.length}`);
    assert.ok(lines.some(({ event }) => event === "connected"));
    const [written, leftOut] = [0, 1].map((which) =>
      lines.filter(({ event }) => (event === "left-out") === (which === 1))
        .reduce((sum, { count = 1 }) => sum + count, 0)
    );
    assert.equal(written! + leftOut!, 200_001);
  }));

Deno.test("a log has two files of bounded size", () =>
  logged(async (log, state, clock) => {
    const named = "x".repeat(5000);
    for (let at = 0; at < 12_000; at++) {
      clock.now += 1000;
      log.write({ kind: "mismatch", host: host(`n${at}.example`), port: 443, named });
    }
    const sizes = [networkLog(state), olderFile(networkLog(state))].map((path) => Deno.statSync(path).size);
    assert.ok(sizes.every((size) => size > 0 && size <= 1024 * 1024), `${sizes}`);
    assert.equal([...Deno.readDirSync(state)].length, 2);
    const lines = await readNetworkLog(state);
    assert.equal(lines.at(-1)!.host, "n11999.example");
    for (let at = 1; at < lines.length; at++) assert.ok(lines[at]!.at >= lines[at - 1]!.at);
  }));

Deno.test("a file that is moved while a log is read is read once", () =>
  logged(async (log, state) => {
    const path = networkLog(state);
    log.write(noName("a.example"));
    // What was read of the newer file when it took the place of the older one, with a line more.
    const newer = await Deno.readTextFile(path);
    log.write(noName("b.example"));
    Deno.copyFileSync(path, olderFile(path));
    await Deno.writeTextFile(path, newer);
    assert.deepEqual((await readNetworkLog(state)).map(({ host }) => host), ["a.example", "b.example"]);
  }));

Deno.test("what is written to a file just before another takes its place is followed too", () =>
  logged(async (log, state) => {
    log.write(noName("before.example"));
    const path = networkLog(state);
    const stop = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const { host } of followNetworkLog(state, stop.signal)) {
        seen.push(host!);
        if (seen.length === 3) stop.abort();
      }
    })();
    const stat = Deno.statSync;
    const { promise: looked, resolve } = Promise.withResolvers<void>();
    // The writer is another process: this happens when the follower has read and not looked yet.
    Deno.statSync = (of) => {
      Deno.statSync = stat;
      log.write(noName("two.example"));
      Deno.renameSync(path, olderFile(path));
      using next = new NetworkLog(path, "r2");
      next.write(noName("three.example"));
      resolve();
      return stat(of);
    };
    try {
      await new Promise((go) => setTimeout(go, 100));
      log.write(noName("one.example"));
      await looked;
      await new Promise((go) => setTimeout(go, 200));
      stop.abort();
      await following;
    } finally {
      Deno.statSync = stat;
    }
    assert.deepEqual(seen, ["one.example", "two.example", "three.example"]);
  }));

Deno.test("lines that are none of ours are passed over", () =>
  logged(async (log, state) => {
    log.write(noName("b.example"));
    await Deno.writeTextFile(
      networkLog(state),
      '{"at":1}\nnot json\n{"at":2,"run":"r","event":"odd"}\n{"at',
      {
        append: true,
      },
    );
    assert.deepEqual((await readNetworkLog(state)).map(({ host }) => host), ["b.example"]);
  }));

Deno.test("a log is followed while it grows and when its file changes", () =>
  logged(async (log, state, clock) => {
    log.write(noName("before.example"));
    const stop = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const { host } of followNetworkLog(state, stop.signal)) {
        seen.push(host!);
        if (seen.length === 3) stop.abort();
      }
    })();
    await new Promise((go) => setTimeout(go, 100));
    clock.now += 1000;
    log.write(noName("one.example"));
    await new Promise((go) => setTimeout(go, 50));
    Deno.renameSync(networkLog(state), olderFile(networkLog(state)));
    const next = new NetworkLog(networkLog(state), "r2");
    next.write(noName("two.example"));
    next.write(noName("three.example"));
    next[Symbol.dispose]();
    await following;
    assert.deepEqual(seen, ["one.example", "two.example", "three.example"]);
  }));
