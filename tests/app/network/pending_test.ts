import assert from "node:assert/strict";
import { boxesOf } from "../../../lib/app/network/boxes.ts";
import { answerQuestion, questionNamed, questionsOf } from "../../../lib/app/network/pending.ts";
import { boxNetwork } from "../../../lib/app/network/scope.ts";
import { clearRun } from "../../../lib/run/record.ts";
import { AppWorld } from "../world.ts";
import { letsOut, running, waiting } from "./world.ts";

const LATER = Date.now() + 60_000;
const name = (id: string, host: string, more: { port?: number; since?: number; until?: number } = {}) => ({
  id,
  host,
  port: 443,
  since: 1000,
  until: LATER,
  waiting: 1,
  ...more,
});

Deno.test("questions are found by id, host or as the newest that waits, in one box or all", async () => {
  await using world = await AppWorld.make();
  const [api, web] = [await running(world, "api"), await running(world, "web")];
  await waiting(api, name("a", "one.example"), name("b", "late.example", { since: 9000, until: 1 }));
  await waiting(web, name("c", "two.example", { since: 2000 }), name("d", "one.example", { port: 5432 }));
  const all = await questionsOf(await boxesOf(world.host));
  assert.equal(questionNamed(all).host, "two.example");
  assert.equal(questionNamed(all, "b").open, false);
  assert.equal(questionNamed(all, "TWO.example.").box.name, "web");
  assert.equal(questionNamed(all, "one.example:5432").id, "d");
  assert.throws(
    () => questionNamed(all, "one.example"),
    /waits in 2 boxes: api, web|waits in 2 boxes: web, api/,
  );
  assert.throws(() => questionNamed(all, "other.example"), /No name other\.example waits/);
  assert.throws(() => questionNamed([]), /No name waits/);
  const ofApi = await questionsOf(await boxesOf(world.host, await boxNetwork(world.host, api.path, "/")));
  assert.deepEqual(ofApi.map(({ id }) => id), ["a", "b"]);
  await clearRun(api.state, "r1");
  assert.deepEqual(
    (await questionsOf(await boxesOf(world.host))).filter(({ open }) => open).map(({ id }) => id),
    [
      "c",
      "d",
    ],
  );
});

Deno.test("an answer is a rule with its source: for the run, the box, the workset or all boxes", async () => {
  await using world = await AppWorld.make();
  const [api, web] = [await running(world, "api"), await running(world, "web")];
  const { host } = world;
  await waiting(
    api,
    name("a", "once.example"),
    name("b", "box.example", { port: 5432 }),
    name("c", "group.example", { port: 0 }),
    name("d", "all.example"),
    name("e", "no.example"),
    name("f", "never.example", { port: 22 }),
  );
  const all = await questionsOf(await boxesOf(host));
  const say = (id: string, effect: "allow" | "refuse", duration: "once" | "box" | "workset" | "system") =>
    answerQuestion(host, questionNamed(all, id), effect, duration);
  assert.deepEqual(await say("a", "allow", "once"), { rule: "once.example", at: "this run of box api" });
  assert.deepEqual(await say("b", "allow", "box"), { rule: "box.example:5432", at: "box api" });
  assert.deepEqual(await say("c", "allow", "workset"), { rule: "group.example", at: "workset default" });
  assert.deepEqual(await say("d", "allow", "system"), { rule: "all.example", at: "the system" });
  await say("e", "refuse", "once");
  await say("f", "refuse", "box");
  const names = ["once", "group", "all", "no", "never"];
  const of = async (project: typeof api) =>
    await Promise.all(names.map((one) => letsOut(project, `${one}.example`)));
  assert.deepEqual(await of(api), [
    "yes once.example",
    "yes group.example",
    "yes all.example",
    "no !no.example",
    "no !never.example",
  ]);
  assert.deepEqual(await of(web), ["no", "yes group.example", "yes all.example", "no", "no"]);
  assert.equal(await letsOut(api, "box.example", 5432), "yes box.example:5432");
  assert.equal(await letsOut(api, "box.example"), "no", "only the port that was asked for");
  await clearRun(api.state, "r1");
  await assert.rejects(say("a", "allow", "once"), /does not run/);
});

Deno.test("T10: a name that nobody may allow is not allowed by an answer either", async () => {
  await using world = await AppWorld.make();
  const api = await running(world, "api");
  await waiting(api, name("a", "localhost"), name("b", "co.uk"), name("c", "host.kanibako", { port: 0 }));
  for (const question of await questionsOf(await boxesOf(world.host))) {
    await assert.rejects(answerQuestion(world.host, question, "allow", "once"), /Cannot use/, question.host);
  }
});
