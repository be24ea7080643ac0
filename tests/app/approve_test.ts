import assert from "node:assert/strict";
import { answer } from "../../lib/commands/network/answer.ts";
import type { AnswerFlags } from "../../lib/commands/network/network.ts";
import type { Context } from "../../lib/commands/context.ts";
import { redirectOutput } from "../../lib/host/ui/terminal.ts";
import type { Choice } from "../../lib/spec/ui.ts";
import { letsOut, running, waiting } from "./network/world.ts";
import { AppWorld } from "./world.ts";

const FLAGS: AnswerFlags = { once: false, box: false, workset: false, system: false, json: false };
const QUESTION = {
  id: "a",
  host: "new.example",
  port: 443,
  since: 1,
  until: Date.now() + 60_000,
  waiting: 2,
};

/** Answers in a world with one question; what was asked, what was printed, and whether the door lets the name out. */
async function answered(
  said: string | undefined,
  { flags = {}, word, effect = "allow", attended = true, sure = false }: {
    flags?: Partial<AnswerFlags>;
    sure?: boolean;
    word?: string;
    effect?: "allow" | "refuse";
    attended?: boolean;
  } = {},
) {
  await using world = await AppWorld.make();
  const api = await running(world, "api");
  await waiting(api, QUESTION);
  const asked: Choice[] = [];
  const confirmed: string[] = [];
  const ui = {
    ...world.host.ui,
    note: world.ui.note.bind(world.ui),
    attended,
    confirm: ({ text }: { readonly text: string }) => {
      confirmed.push(text);
      return Promise.resolve(sure);
    },
    choose: <T extends string>(choice: Choice<T>) => {
      asked.push(choice);
      return Promise.resolve(said as T | undefined);
    },
  };
  const host = { ...world.host, ui };
  const context: Context = { rest: [], verbose: false, cwd: "/", host: () => Promise.resolve(host) };
  let text = "";
  const sink = { terminal: false, colour: false, write: (part: string) => void (text += part) };
  const back = redirectOutput({ stdout: sink, stderr: sink });
  let error: unknown;
  try {
    await answer(context, undefined, { ...FLAGS, ...flags }, { word, effect });
  } catch (cause) {
    error = cause;
  } finally {
    back();
  }
  return { asked, confirmed, text, error, door: await letsOut(api, QUESTION.host) };
}

Deno.test("approve without words shows the newest question on the terminal; the default answer allows nothing", async () => {
  const once = await answered("once");
  assert.equal(once.asked[0]?.text, "The box api asks for new.example:443.");
  assert.equal(once.asked[0]?.answers[0]?.[0], "refuse");
  assert.equal(once.text, "Allowed new.example for this run of box api.\n");
  assert.equal(once.door, "yes new.example");
  assert.equal((await answered("refuse")).door, "no !new.example");
  assert.equal((await answered("never")).text, "Refused new.example for box api.\n");
  assert.equal((await answered("workset")).text, "Allowed new.example for workset default.\n");
  const left = await answered(undefined);
  assert.equal((left.error as Error).name, "Aborted");
  assert.equal(left.door, "no");
});

Deno.test("approve asks nothing where the call says it all, and nobody where nobody is there", async () => {
  const box = await answered(undefined, { flags: { box: true }, word: "new.example" });
  assert.deepEqual([box.asked.length, box.confirmed.length, box.door], [0, 0, "yes new.example"]);
  const named = await answered(undefined, { word: "a", attended: false });
  assert.equal(named.text, "Allowed new.example for this run of box api.\n");
  const silent = await answered("once", { attended: false });
  assert.match(String(silent.error), /Nobody can be asked here/);
  assert.deepEqual([silent.asked.length, silent.door], [0, "no"]);
  const json = await answered(undefined, { word: "new.example", flags: { json: true }, effect: "refuse" });
  assert.deepEqual(JSON.parse(json.text), {
    box: "api",
    host: "new.example",
    port: 443,
    effect: "refuse",
    duration: "once",
    rule: "new.example",
  });
});

Deno.test("T35: what nobody named is never allowed unseen: the newest question may not be the one that was read", async () => {
  for (const duration of ["once", "box", "workset", "system"] as const) {
    const flags = { [duration]: true };
    const no = await answered(undefined, { flags });
    assert.match(no.confirmed[0]!, /^The box api asks for new\.example:443\. Allow it for /);
    assert.deepEqual([(no.error as Error).name, no.door], ["Aborted", "no"]);
    const unattended = await answered(undefined, { flags, attended: false });
    assert.match(String(unattended.error), /Nobody can be asked here/);
    assert.equal(unattended.door, "no");
    assert.equal((await answered(undefined, { flags, sure: true })).door, "yes new.example");
  }
  // What is refused need not be seen.
  const refused = await answered(undefined, { flags: { once: true }, effect: "refuse", attended: false });
  assert.equal(refused.door, "no !new.example");
});
