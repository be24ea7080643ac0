import assert from "node:assert/strict";
import { narrowed, stricter } from "../../lib/plan/narrow.ts";
import type { Contribution } from "../../lib/plan/parts/contribution.ts";
import type { Part, PlanInput } from "../../lib/plan/parts/part.ts";
import { PARTS, planBox } from "../../lib/plan/plan.ts";
import { maskedPlan, planData } from "../../lib/plan/masked.ts";
import { bind } from "../../lib/plan/parts/part.ts";
import type { BoxSpec, HandedFile, Network } from "../../lib/spec/box_spec.ts";
import { fromFile, fromPart } from "../../lib/spec/source.ts";
import { someSpec } from "../support/spec.ts";
import { planInput } from "../support/plan_input.ts";

const FROM = fromPart("a test");

function part(contribution: Contribution, changes: Partial<Part> = {}): Part {
  return { name: "egress", contribute: () => contribution, ...changes };
}

async function planWith(parts: readonly Part[], changes: Partial<PlanInput> = {}): Promise<BoxSpec> {
  return planBox(await planInput(changes), [...PARTS, ...parts]);
}

function handedIn(plan: BoxSpec): ReadonlyMap<string, HandedFile> {
  const mount = plan.mounts.find(({ destination }) => destination === "/run/kanibako/in");
  assert.ok(mount?.type === "files");
  return mount.files;
}

Deno.test("a part brings services, labels, a stricter network and less security without a change to others", async () => {
  const service = { name: "proxy", options: { allow: ["example.org"] } };
  const plan = await planWith([
    part({
      services: [service],
      labels: { "kanibako.egress": "proxy" },
      network: { kind: "none", from: FROM },
      security: { dropped: ["KILL"], noNewPrivileges: true, readOnlyRoot: true },
    }),
  ], { labels: { "kanibako.box": "kanibako-app" }, mailbox: false });
  assert.deepEqual(plan.services, [service]);
  assert.deepEqual(plan.labels, { "kanibako.box": "kanibako-app", "kanibako.egress": "proxy" });
  assert.deepEqual(plan.network, { kind: "none", from: FROM });
  assert.equal(plan.security.boundingSet.includes("KILL"), false);
  assert.equal(plan.security.boundingSet.includes("CHOWN"), true);
  assert.deepEqual([plan.security.noNewPrivileges, plan.security.readOnlyRoot], [true, true]);
  const without = await planWith([], { mailbox: false });
  assert.deepEqual([without.services, without.network.kind], [[], "open"]);
  assert.equal(without.security.boundingSet.includes("KILL"), true);
});

Deno.test("two parts with one service, label or process inside are a conflict", async () => {
  const process = { name: "one", argv: ["true"], env: {} };
  for (
    const contribution of [
      { services: [{ name: "one", options: {} }] },
      { labels: { one: "x" } },
      { inside: [process] },
    ] satisfies Contribution[]
  ) {
    await planWith([part(contribution)]);
    await assert.rejects(planWith([part(contribution), part(contribution, { name: "other" })]), {
      code: "plan-conflict",
      message: /egress and other/,
    });
  }
});

Deno.test("the stricter network counts, and two of one strictness that differ are a conflict", () => {
  const none: Network = { kind: "none", from: FROM };
  const open: Network = { kind: "open", from: fromFile("box", "config") };
  assert.equal(stricter(none, open), none);
  assert.equal(stricter(open, none), none);
  assert.equal(stricter(none, { kind: "none", from: fromFile("box", "config") }), none);
  const other = { kind: "open", from: FROM, door: "another" } as unknown as Network;
  assert.throws(() => stricter(open, other), { code: "plan-conflict", message: /box config and a test/ });
});

Deno.test("security only becomes narrower", () => {
  const { security } = someSpec();
  const strict = { ...security, boundingSet: ["CHOWN"], noNewPrivileges: true, readOnlyRoot: true };
  assert.deepEqual(narrowed(strict, {}), strict);
  assert.deepEqual(narrowed(strict, { dropped: ["CHOWN", "KILL"] }).boundingSet, []);
});

Deno.test("a place is its owner's, whether or not the owner contributes; the innermost owner decides", async () => {
  const mount = (at: string) => ({ mounts: [bind("/x", at, FROM)] });
  const owner = (name: string, ...owns: string[]) => part({}, { name, owns });
  await assert.rejects(planWith([part(mount("/srv/a")), owner("other", "/srv")]), { code: "reserved-mount" });
  assert.ok(await planWith([part(mount("/srv/a")), owner("other", "/srv/b")]));
  await assert.rejects(planWith([part(mount("/etc/ssl/x"))]), { code: "reserved-mount" });
  assert.ok(await planWith([part(mount("/etc/ssl/x"), { owns: ["/etc/ssl"] })]));
  await assert.rejects(planWith([owner("one", "/srv"), owner("two", "/srv")]), /both own/);
});

Deno.test("what is handed in is in the plan: the script, the variables, processes inside and what a run delivers", async () => {
  const todo = new Map<string, HandedFile>([["todo", { content: "todo-1\n", mode: 0o600 }]]);
  const inside = [{ name: "door", argv: ["socat", "a b"], env: {} }];
  const variables = { TOKEN: { value: "s3cret", secret: true, from: fromFile("box", "env") } };
  const given = await planInput({ handIn: todo, mailbox: true });
  const plan = planBox({ ...given, settings: { ...given.settings, env: variables } }, [
    ...PARTS,
    part({ inside }),
  ]);
  const files = handedIn(plan);
  assert.deepEqual([...files.keys()], ["enter", "env", "inside", "todo"]);
  assert.equal(files.get("enter")!.mode, 0o755);
  assert.match(String(files.get("enter")!.content), /^#!\/bin\/sh/);
  assert.deepEqual(files.get("env"), { content: "export TOKEN='s3cret'\n", mode: 0o600 });
  assert.equal(files.get("inside")!.content, "beside 'door' -- 'socat' 'a b'\n");
  assert.ok(
    plan.mounts.some(({ type, destination }) => type === "mailbox" && destination === "/run/kanibako/out"),
  );
  const shown = JSON.stringify([planData(plan), [...handedIn(maskedPlan(plan))]]);
  assert.equal(shown.includes("s3cret"), false);
  assert.ok(shown.includes('"files":["enter","env","inside","todo"]'));
});

Deno.test("a run that hands nothing over and takes nothing out has the script and no mailbox", async () => {
  const plan = await planWith([], { handIn: new Map(), mailbox: false });
  assert.deepEqual([...handedIn(plan).keys()], ["enter", "env"]);
  assert.equal(plan.mounts.some(({ type }) => type === "mailbox"), false);
  const enter: HandedFile = { content: "", mode: 0o600 };
  await assert.rejects(planWith([], { handIn: new Map([["enter", enter]]) }), /twice/);
});
