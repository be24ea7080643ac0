import { fromFile, fromFlag, fromPart, keyOf, type Source, sourceText } from "../../lib/spec/source.ts";
import assert from "node:assert/strict";
import { targets } from "../../targets/discover.ts";
import { type AgentPart, bind, type Part, type PlanInput } from "../../lib/plan/parts/part.ts";
import { PARTS, planBox } from "../../lib/plan/plan.ts";
import { chooseSecurity } from "../../lib/plan/security.ts";
import { isSealed } from "../../lib/plan/sealed.ts";
import { maskedPlan, planData } from "../../lib/plan/masked.ts";
import type { BoxSpec, Mount } from "../../lib/spec/box_spec.ts";
import type { BoxIdentity } from "../../lib/spec/identity.ts";
import { planInput } from "../support/plan_input.ts";

Deno.test("planBox() puts every part in, each with its source", async () => {
  const plan = planBox(await planInput());
  assert.deepEqual(plan.mounts.map(({ destination, from }) => [destination, sourceText(from)]), [
    ["/home/agent", "box home"],
    ["/home/agent/.local/bin/kanibako", "this program"],
    ["/home/agent/share-ro", "vault"],
    ["/home/agent/share-rw", "vault"],
    ["/home/agent/workspace", "project"],
    ["/home/agent/workspace/vault", "hides the vault"],
    ["/run/kanibako/in", "housekeeping"],
    ["/run/kanibako/out", "housekeeping"],
  ]);
  assert.deepEqual(plan.args.slice(1), ["run", "printf", "%s", "a b", ""]);
  assert.deepEqual(plan.env["KANIBAKO_NAME"], { value: "app", secret: false, from: fromPart("box") });
});

Deno.test("planBox() hides a standalone project's settings and home from its workspace", async () => {
  const given = await planInput();
  const box = { ...given.box, home: "/src/app/shell" };
  const hidden = planBox({ ...given, box, metadata: "/src/app/kanibako", hideVault: false }).mounts
    .filter(({ type }) => type === "tmpfs");
  assert.deepEqual(hidden.map(({ destination, readOnly }) => [destination, readOnly]), [
    ["/home/agent/workspace/kanibako", true],
    ["/home/agent/workspace/shell", true],
  ]);
});

Deno.test("planBox() hides the vaults of projects in the workspace, where nothing else does", async () => {
  const given = await planInput();
  const hidden = [
    "/src/app/in/one/vault",
    "/src/app/in/one/vault/rw/four/vault",
    "/src/app/in/two/vault",
    "/src/app/vault/rw/three/vault",
  ];
  const kept = ["/src/app/in", "/src/app/in/one", "/src/app/in/one/vault/rw/four", "/src/app/in/two"];
  const share = bind("/d", "/home/agent/workspace/in/two", keyOf(fromFile("box", "config"), "a share"), {});
  const nested = new Map([["/src/app", { hidden, kept }]]);
  const of = (type: Mount["type"], changes: Partial<PlanInput>) =>
    planBox({ ...given, nested, ...changes }).mounts
      .filter((mount) => mount.type === type && mount.destination.startsWith("/home/agent/workspace/"))
      .map(({ destination, readOnly }) => [destination.slice("/home/agent/workspace/".length), readOnly]);
  const covered = { shared: { shares: [share], caches: [] } };
  assert.deepEqual(of("tmpfs", covered), [["in/one/vault", true], ["vault", true]]);
  assert.deepEqual(of("bind", covered), [["in", false], ["in/one", false], ["in/two", false]]);
  const all = { hideVault: false };
  assert.deepEqual(of("tmpfs", all), [
    ["in/one/vault", true],
    ["in/two/vault", true],
    ["vault/rw/three/vault", true],
  ]);
  assert.deepEqual(of("bind", all), [["in", false], ["in/one", false], ["in/two", false]]);
});

Deno.test("H3: planBox() hides what projects in a share or a cache have, and keeps them in place where it is writable", async () => {
  const given = await planInput();
  const from = keyOf(fromFile("box", "config"), "a share");
  const nested = new Map([["/d", { hidden: ["/d/in/vault"], kept: ["/d/in"] }]]);
  for (const readOnly of [false, true]) {
    const share = bind("/d", "/home/agent/d", from, { readOnly });
    const cache = bind("/d", "/home/agent/.cache/d", from, { readOnly });
    const { mounts } = planBox({ ...given, nested, shared: { shares: [share], caches: [cache] } });
    const kept = readOnly ? [] : [["bind", "in", false]];
    for (const place of ["/home/agent/d/", "/home/agent/.cache/d/"]) {
      assert.deepEqual(
        mounts.filter(({ destination }) => destination.startsWith(place))
          .map((mount) => [mount.type, mount.destination.slice(place.length), mount.readOnly]),
        [...kept, ["tmpfs", "in/vault", true]],
      );
    }
  }
});

Deno.test("planBox() refuses two parts that claim one place, one variable or the command", async () => {
  const given = await planInput();
  const twice = (contribution: ReturnType<Part["contribute"]>): Part => ({
    name: "twice",
    contribute: () => contribution,
  });
  for (
    const part of [
      twice({ mounts: [bind("/x", "/home/agent/workspace", fromPart("box config"))] }),
      twice({ env: { HOME: { value: "/x", secret: false, from: fromFile("box", "config") } } }),
      twice({ command: { entrypoint: "/x", args: [] } }),
    ]
  ) assert.throws(() => planBox(given, [...PARTS, part]), { code: "plan-conflict" });
  const other = twice({ mounts: [bind("/x", "/home/agent/docs", fromPart("box config"))] });
  assert.ok(
    planBox(given, [...PARTS, other]).mounts.some(({ destination }) => destination === "/home/agent/docs"),
  );
});

Deno.test("T22: planBox() refuses mounts at reserved places and places that are none", async () => {
  const given = await planInput();
  const at = (destination: string): Part => ({
    name: "shares",
    contribute: () => ({ mounts: [bind("/x", destination, fromPart("box config"))] }),
  });
  for (
    const place of [
      "/run/kanibako",
      "/run/kanibako/in/todo",
      "/home/agent/workspace/.git",
      "/home/agent/workspace/.git/hooks",
      "/etc/passwd",
      "/proc/1",
      "/opt/kanibako/x",
    ]
  ) assert.throws(() => planBox(given, [...PARTS, at(place)]), { code: "reserved-mount" }, place);
  for (const place of ["relative", "/a/../etc", "/a/./b", "//a", "/"]) {
    assert.throws(() => planBox(given, [...PARTS, at(place)]), { code: "bad-mount" }, place);
  }
  assert.ok(planBox(given, [...PARTS, at("/home/agent/workspace/.github")]));
});

Deno.test("planBox() hands users' variables in by file; what the box is cannot be set, and is never dropped", async () => {
  const plan = planBox(await planInput({}, { env: ["API_TOKEN=s3cret", "EDITOR=vi"] }));
  assert.equal(plan.env["API_TOKEN"]?.via, "file");
  assert.equal(plan.env["EDITOR"]?.via, "file");
  assert.deepEqual(plan.env["HOME"], { value: "/home/agent", secret: false, from: fromPart("box") });
  assert.ok(!JSON.stringify(maskedPlan(plan)).includes("s3cret"));
  assert.ok(JSON.stringify(maskedPlan(plan)).includes('"vi"'));
  for (const name of ["HOME", "USER", "TERM", "KANIBAKO_NAME", "IFS"]) {
    await assert.rejects(planInput({}, { env: [`${name}=/evil`] }), { code: "usage" }, name);
    const given = await planInput();
    const env = { [name]: { value: "/evil", secret: false, from: fromFile("box", "env") } };
    const settings = { ...given.settings, env };
    assert.throws(() => planBox({ ...given, settings }), { code: "bad-variable" }, name);
  }
});

Deno.test("chooseSecurity() holds a box at least strictly where its root would be the host's", () => {
  const set = (value: "" | "standard" | "strict" | "nested") =>
    ({ value, level: "box", from: fromFile("box", "config") }) as const;
  assert.equal(chooseSecurity(set(""), true).profile, "standard");
  assert.equal(chooseSecurity(set(""), false).profile, "strict");
  assert.equal(chooseSecurity(set("strict"), true).profile, "strict");
  for (const weak of ["standard", "nested"] as const) {
    assert.throws(() => chooseSecurity(set(weak), false), { code: "security" }, weak);
  }
  assert.equal(chooseSecurity(set("nested"), true).seccomp, "engine");
  assert.equal(chooseSecurity(set("standard"), true).seccomp, "narrowed");
  assert.equal(chooseSecurity(set("strict"), true).seccomp, "no-setid");
  assert.equal(chooseSecurity(set("strict"), true, true).seccomp, "no-setuid");
  assert.equal(chooseSecurity(set("standard"), true, true).seccomp, "narrowed");
});

Deno.test("planBox() takes shares and caches in, beside each other and nowhere around what is ours", async () => {
  const given = await planInput();
  const plan = (shares: readonly [string, string][], caches: readonly [string, string][] = []) =>
    planBox({
      ...given,
      shared: {
        shares: shares.map(([from, to]) =>
          bind(from, to, keyOf(fromFile("box", "config"), "a share"), { readOnly: true })
        ),
        caches: caches.map(([from, to]) =>
          bind(from, to, keyOf(fromFile("system", "config"), "a cache"), { relabel: "shared" })
        ),
      },
    });
  const { mounts } = plan([["/d", "/home/agent/docs"], ["/i", "/home/agent/docs/in"], ["/x", "/x"]], [
    ["/c", "/home/agent/.cache/pip"],
  ]);
  for (const place of ["/home/agent/docs", "/home/agent/docs/in", "/x", "/home/agent/.cache/pip"]) {
    assert.ok(mounts.some(({ destination }) => destination === place), place);
  }
  for (
    const place of [
      "/home",
      "/run",
      "/home/agent/.local",
      "/home/agent/.local/bin",
      "/etc/x",
      "/run/kanibako/x",
    ]
  ) {
    assert.throws(() => plan([["/d", place]]), { code: "reserved-mount" }, place);
    assert.throws(() => plan([], [["/d", place]]), { code: "reserved-mount" }, place);
  }
  assert.throws(() => plan([["/d", "/x"]], [["/e", "/x"]]), { code: "plan-conflict" });
  assert.throws(() => plan([["/d", "/home/agent/workspace"]]), { code: "plan-conflict" });
});

Deno.test("T11: planBox() refuses a plan through which the box could change what is kept from it", async () => {
  const given = await planInput();
  const protectedPaths = ["/src/settings/project.toml"];
  const share = (readOnly: boolean) => ({
    ...given,
    protectedPaths,
    shared: {
      shares: [bind("/src/settings", "/s", keyOf(fromFile("box", "config"), "a share"), { readOnly })],
      caches: [],
    },
  });
  assert.ok(planBox(share(true)));
  assert.throws(() => planBox(share(false)), { code: "writable-settings" });
});

Deno.test("what an agent is called with stands above the env files, and below -e alone", async () => {
  const given = await planInput();
  const agent: AgentPart = {
    target: targets().find(({ name }) => name === "claude")!,
    install: { binary: "/usr/bin/claude", root: "/usr/bin" },
    mounts: [],
    command: { args: [], env: { MODE: "agent" } },
  } as unknown as AgentPart;
  const mode = (from: Source) => {
    const env = { MODE: { value: "user", secret: false, from } };
    return planBox({ ...given, agent, settings: { ...given.settings, env } }).env["MODE"]?.value;
  };
  assert.equal(mode(fromFile("workset", "env", "flagship")), "agent");
  assert.equal(mode(fromFile("box", "env")), "agent");
  assert.equal(mode(fromFlag("-e")), "user");
});

Deno.test("planData() says where each part is from in words", async () => {
  const plan = JSON.parse(
    JSON.stringify(planData(planBox(await planInput({}, { pids: "64", env: ["A=1"] })))),
  );
  assert.equal(plan.limits.from, "--pids flag");
  assert.equal(plan.security.from, "default");
  assert.equal(plan.env.A.from, "-e flag");
  assert.ok(plan.mounts.every(({ from }: { from: unknown }) => typeof from === "string"));
});

Deno.test("a box of no project is planned with any folder, and with none of this host", async () => {
  const { metadata: _metadata, ...given } = await planInput({ hideVault: false });
  const scratch = (workspace: BoxIdentity["workspace"]): BoxIdentity => ({
    id: "kanibako-scratch-1",
    role: "scratch",
    name: "scratch",
    workspace,
    home: "/state/scratch-1/home",
    state: "/state/scratch-1",
  });
  const at = (plan: BoxSpec) =>
    plan.mounts.find(({ destination }) => destination === "/home/agent/workspace");
  const there = planBox({ ...given, box: scratch({ path: "/any/folder" }) });
  const mount = at(there);
  assert.ok(mount?.type === "bind" && mount.source === "/any/folder");
  assert.deepEqual([there.name, there.hostname], ["kanibako-scratch-1", "scratch"]);
  assert.equal(there.mounts.some(({ destination }) => destination.includes("share-")), false);
  const nowhere = planBox({ ...given, box: scratch(undefined), nested: new Map() });
  assert.deepEqual([at(nowhere)?.type, at(nowhere)?.readOnly], ["tmpfs", false]);
});

Deno.test("T01-protect planBox() mounts protected places read-only, where nothing else covers them", async () => {
  const given = await planInput();
  const places = [".git/config", ".git/hooks", "vault/rw/.envrc", "in/two/.envrc", "a\nb.mk"];
  const share = bind("/d", "/home/agent/workspace/in/two", keyOf(fromFile("box", "config"), "a share"), {});
  const plan = planBox({
    ...given,
    shared: { shares: [share], caches: [] },
    protection: {
      places: places.map((path, at) => ({ path, source: `/state/protect/run/${at}/x` })),
      from: fromFile("box", "config"),
    },
  });
  const found = plan.mounts.filter(({ type, destination }) =>
    type === "bind" && destination.startsWith("/home/agent/workspace/") && destination !== share.destination
  );
  assert.deepEqual(
    found,
    [".git/config", ".git/hooks"].map((path, at) => ({
      type: "bind",
      source: `/state/protect/run/${at}/x`,
      destination: `/home/agent/workspace/${path}`,
      readOnly: true,
      relabel: "private",
      from: fromFile("box", "config"),
    })),
  );
  assert.ok(isSealed(plan, "/src/app", ".git/hooks"));
  assert.ok(!isSealed(plan, "/src/app", "in/two/.envrc"));
  // What another mount shows as well can be written there.
  const around = { ...share, source: "/src", destination: "/home/agent/all", readOnly: false };
  assert.ok(!isSealed({ ...plan, mounts: [...plan.mounts, around] }, "/src/app", ".git/hooks"));
  const inside = { ...around, source: "/src/app/.git/hooks/deep" };
  assert.ok(!isSealed({ ...plan, mounts: [...plan.mounts, inside] }, "/src/app", ".git/hooks"));
  const nested = { ...plan, security: chooseSecurity({ ...given.settings.security, value: "nested" }, true) };
  assert.ok(!isSealed(nested, "/src/app", ".git/hooks"));
});

Deno.test("H8: where each user of a box is counted apart, nobody becomes another one in a box with a limit of its own", async () => {
  const privileges = async (flags: Parameters<typeof planInput>[1], countsEachUser: boolean) => {
    const input = await planInput({}, flags);
    return planBox({ ...input, security: { ...input.security, noNewPrivileges: false }, countsEachUser })
      .security
      .noNewPrivileges;
  };
  assert.equal(await privileges({ pids: "64" }, true), true);
  assert.equal(await privileges({ pids: "64" }, false), false);
  assert.equal(await privileges({}, true), false);
});
