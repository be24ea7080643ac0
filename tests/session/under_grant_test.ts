// What a helper has of its director's settings.

import assert from "node:assert/strict";
import { resolveSettings } from "../../lib/config/resolve.ts";
import type { Grant, Helper } from "../../lib/hub/record.ts";
import { grantedRules, underGrant } from "../../lib/session/under_grant.ts";
import type { HelperBox } from "../../lib/session/stand_in.ts";
import { Sandbox } from "../config/support.ts";
import { planInput } from "../support/plan_input.ts";

const GRANT: Grant = {
  budget: { depth: 2, breadth: 3 },
  image: "min",
  network: "filtered",
  rules: ["example.com"],
  secrets: { TOKEN: "example.com" },
  memoryBytes: 1024,
  cpus: 1,
  pids: 99,
  timeMs: 60_000,
  auth: "none",
  logins: [],
};

function helper(grant: Partial<Grant>, more: Partial<Helper> = {}): HelperBox {
  return {
    helper: { grant: { ...GRANT, ...grant }, ...more },
    role: "helper",
    has: { security: "strict", autonomous: false, agent: "claude" },
  } as HelperBox;
}

Deno.test("T44: a helper has what it was granted, whatever its director's settings say", async () => {
  const { settings } = await planInput({}, {
    network: "open",
    memory: "8g",
    pids: "4000",
    image: "big",
    security: "nested",
  });
  const under = underGrant(settings, helper({}));
  assert.deepEqual(
    [under.image, under.security, under.autonomous, under.network, under.memory, under.cpus, under.pids].map((
      { value },
    ) => value),
    ["min", "strict", false, "filtered", 1024, 1, 99],
  );
  assert.equal(under.maxDuration.value, 60);
  assert.deepEqual(Object.entries(under.secrets).map(([name, { value }]) => [name, value]), [[
    "TOKEN",
    "example.com",
  ]]);
  assert.deepEqual([under.allowHelpers.value, under.spawnDepth.value, under.spawnBreadth.value], [
    true,
    2,
    3,
  ]);
  assert.equal(underGrant(settings, helper({ budget: { depth: 0, breadth: 3 } })).allowHelpers.value, false);
  assert.deepEqual(grantedRules(helper({})).map(({ text }) => text), ["example.com"]);
});

Deno.test("T44: what leads out of a box stays its director's: ports, shares, messages to projects, git data, the browser", async () => {
  const { settings } = await planInput({}, { ports: ["3000"], shareImages: true, gitAccess: "write" });
  const set = { value: "/srv", level: "box", from: { kind: "flag", name: "x" } } as const;
  const director = {
    ...settings,
    browser: { ...settings.browser, value: true },
    binds: { "box.share_rw.data": set },
    secrets: { OTHER: set },
    secretFiles: { OTHER: set, TOKEN: set },
  };
  assert.equal(director.published.length, 1);
  const under = underGrant(director, helper({}));
  assert.deepEqual(
    [under.published, under.binds, Object.keys(under.secrets), Object.keys(under.secretFiles)],
    [
      [],
      {},
      ["TOKEN"],
      ["TOKEN"],
    ],
  );
  for (const { value } of [under.browser, under.comms, under.shareImages]) assert.equal(value, false);
  assert.equal(under.gitAccess.value, "none");
});

Deno.test("a helper's model is what was asked for, else its director's", async () => {
  const { settings } = await planInput({}, { model: "big" });
  assert.equal(underGrant(settings, helper({})).agent["model"]?.value, "big");
  assert.equal(underGrant(settings, helper({}, { model: "small" })).agent["model"]?.value, "small");
});

Deno.test("T44 a helper uses no key of the ssh agent, and has files of granted secrets only", async () => {
  await using box = await Sandbox.make();
  const host = await box.open(
    '[ssh]\n"git.test" = "~/.ssh/id.pub"\n[secret]\nA = "a.test"\nB = "b.test"\n[secret_file]\nA = ".a"\nB = ".b"\n',
  );
  const place = { mode: "default", path: "/w/app", metadata: `${host.system.paths.boxes}/app` } as const;
  const all = await resolveSettings(host, place, undefined, {});
  assert.deepEqual([Object.keys(all.ssh), Object.keys(all.secretFiles)], [["git.test"], ["A", "B"]]);
  const grant = {
    budget: { depth: 0, breadth: 0 },
    image: "oci",
    network: "filtered",
    rules: [],
    secrets: { A: "a.test" },
    auth: "none",
    logins: [],
  };
  const helper = { helper: { grant }, has: { security: "strict", autonomous: true, agent: "claude" } };
  const settings = underGrant(all, helper as unknown as Parameters<typeof underGrant>[1]);
  assert.deepEqual([settings.ssh, Object.keys(settings.secretFiles)], [{}, ["A"]]);
});

Deno.test("T44: a helper with another agent than its director's gets nothing that the user keeps for that agent", async () => {
  const { settings } = await planInput();
  const set = <T>(value: T) => ({ ...settings.image, value });
  const given = {
    ...settings,
    own: { parts: set(["all" as const]), conversations: set(true), mcp: set(["*"]), lsp: set(["*"]) },
  };
  const own = (crab: string) =>
    Object.values(underGrant(given, helper({}, { crab })).own).map(({ value }) => value);
  assert.deepEqual(own("codex"), [[], false, [], []]);
  for (const crab of ["claude", ""]) assert.deepEqual(own(crab), [["all"], true, ["*"], ["*"]]);
});
