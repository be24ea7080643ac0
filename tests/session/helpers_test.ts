// What helpers of a box may have and do, as its hub is given it.

import assert from "node:assert/strict";
import type { FlagSettings } from "../../lib/config/settings.ts";
import type { Session } from "../../lib/session/gather.ts";
import { helpersOf } from "../../lib/session/helpers.ts";
import { fromPart } from "../../lib/spec/source.ts";
import { planInput } from "../support/plan_input.ts";

const FROM = fromPart("test");

async function session(flags: FlagSettings, more: Partial<Session> = {}): Promise<Session> {
  const { settings } = await planInput({}, flags);
  return {
    host: { dirs: { data: "/data" } },
    project: { id: "kanibako-app", sharedAuth: true },
    settings,
    runtime: { can: { hostMounts: true } },
    request: {},
    agent: { target: { name: "claude" } },
    ...more,
  } as unknown as Session;
}

Deno.test("what helpers may have is what their director has: options of its start, rules, secrets and its agent's login", async () => {
  const rules = [{ text: "example.com", from: FROM }];
  const secret = (name: string, origin?: string) => ({
    name,
    binding: "example.com",
    placeholder: "x",
    from: FROM,
    ...origin === undefined ? {} : { origin },
  });
  const interception = {
    secrets: [secret("TOKEN"), secret("KEY", "env:KEY")],
  } as unknown as Parameters<typeof helpersOf>[1]["interception"];
  const flags = { network: "filtered", memory: "1g", image: "min" };
  const { own, hub } = helpersOf(await session(flags, { guardKey: "k" }), { rules, interception })!;
  assert.deepEqual(own, { root: "/data/helpers/kanibako-app", number: 0 });
  assert.deepEqual(JSON.parse(String(hub!["grant"])), {
    budget: { depth: 4, breadth: 4 },
    image: "min",
    network: "filtered",
    rules: ["example.com"],
    secrets: { TOKEN: "example.com" },
    memoryBytes: 2 ** 30,
    pids: 2048,
    auth: "guarded",
    logins: ["claude"],
  });
  assert.deepEqual(JSON.parse(String(hub!["limits"])), { total: 64, spawnsAMinute: 30 });
  const open = helpersOf(await session({ network: "open" }), { rules, interception: undefined })!;
  const { rules: none, auth } = JSON.parse(String(open.hub!["grant"]));
  assert.deepEqual([none, auth], [[], "shared"]);
});

Deno.test("T44: a box with a login of its own has none for helpers, and none starts helpers for another user or while it logs in", async () => {
  const nothing = { rules: [], interception: undefined };
  const own = await session({}, { project: { id: "a", sharedAuth: false } as Session["project"] });
  const { auth, logins } = JSON.parse(String(helpersOf(own, nothing)!.hub!["grant"]));
  assert.deepEqual([auth, logins], ["none", []]);
  assert.equal(helpersOf(await session({}, { foreign: { uid: 5, left: [] } }), nothing), undefined);
  for (const request of [{ logsIn: true }, { standIn: { role: "scratch" } }]) {
    const other = await session({}, { request: request as unknown as Session["request"] });
    assert.equal(helpersOf(other, nothing), undefined);
  }
  const elsewhere = { can: { hostMounts: false } } as unknown as Session["runtime"];
  assert.equal(helpersOf(await session({}, { runtime: elsewhere }), nothing), undefined);
});

Deno.test("a helper has no hub of its own, and folders for helpers where its budget leaves it some", async () => {
  const standIn = { role: "helper", group: "/g", director: { id: "d" }, helper: { number: 3, keep: false } };
  const nothing = { rules: [], interception: undefined };
  const of = async (depth: number, keep = false) => {
    const request = { standIn: { ...standIn, helper: { number: 3, keep } } } as unknown as Session["request"];
    const one = await session({}, { request });
    return helpersOf(
      { ...one, settings: { ...one.settings, spawnDepth: { ...one.settings.spawnDepth, value: depth } } },
      nothing,
    );
  };
  assert.deepEqual(await of(1), {
    self: { root: "/g", number: 3, endsWith: "d" },
    own: { root: "/g/3/helpers", number: 3 },
  });
  assert.deepEqual(await of(0, true), { self: { root: "/g", number: 3 } });
});
