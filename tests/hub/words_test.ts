import assert from "node:assert/strict";
import { helpersSocket } from "../../lib/config/box_state.ts";
import type { Check } from "../../lib/host/light_schema.ts";
import { LOG_ENTRY } from "../../lib/hub/log_entry.ts";
import { CHANGE, RESULT } from "../../lib/hub/launcher.ts";
import { BUDGET, GRANT, HELPER, WORKSPACE } from "../../lib/hub/record.ts";
import { readHubOptions } from "../../lib/hub/options.ts";
import { readHelpers, writeHelpers } from "../../lib/hub/state.ts";
import { ACTION_NAMES, ANSWERS, MESSAGE, questionOf, STATUS } from "../../lib/hub/words.ts";
import { HELPER_SOCKET, HUB_SOCKET } from "../../lib/spec/box_paths.ts";
import { aGrant, aHelper } from "./example.ts";

const fits = <T>(check: Check<T>, value: unknown) => {
  const result = check(value);
  return result.ok ? "" : `${result.path.map(String).join(".")}: ${result.message}`;
};
const asked = (value: unknown, others: "refused" | "ignored" = "refused") =>
  fits((one) => questionOf(one, others), value);

Deno.test("questionOf: each action with its fields is understood", () => {
  const questions = [
    { action: "register", helper_num: 0 },
    { action: "spawn", task: "Fix it", memory_bytes: 1e9, secrets: { TOKEN: "" }, depth: -1 },
    { action: "stop", container_name: "kanibako-a-helper-1" },
    { action: "send", to: 2, payload: { text: "hi" } },
    { action: "send", to: "parent", payload: null },
    { action: "recv", wait_ms: 0, from: "lint", max: 1 },
    { action: "wait", helpers: [1, "lint"], any: true },
    { action: "land", helper: 1, paths: ["a\nb"], plan: true },
  ];
  for (const question of questions) assert.equal(asked(question), "", JSON.stringify(question));
});

Deno.test("questionOf: what does not fit is refused, with the field it is about", () => {
  assert.equal(asked({ action: "fly" }), "action: unknown action");
  assert.equal(asked({ action: "__proto__" }), "action: unknown action");
  assert.equal(asked({}), "action: unknown action");
  assert.equal(asked(null), "action: unknown action");
  assert.equal(asked({ action: "send", to: 1 }), "payload: expected a value");
  assert.equal(asked({ action: "send", to: -1, payload: 1 }), "to: expected a whole number from 0");
  assert.equal(asked({ action: "spawn", memory_bytes: 0 }), "memory_bytes: expected a number above 0");
  assert.equal(asked({ action: "spawn", depth: 1.5 }), "depth: expected a whole number from -1");
  assert.equal(asked({ action: "spawn", workspace: "all" }).startsWith("workspace: expected empty"), true);
});

Deno.test("questionOf: an unknown field is refused in frames and ignored in lines", () => {
  const question = { action: "spawn", helper_num: 1, helpers_dir: "/x" };
  assert.equal(asked(question), "helpers_dir: unknown key");
  assert.equal(asked(question, "ignored"), "");
});

Deno.test("ANSWERS: there is one for each action, and what a hub answers fits", () => {
  assert.deepEqual(Object.keys(ANSWERS).sort(), [...ACTION_NAMES].sort());
  const view = { ...aHelper(1), peers: [2], connected: true, waiting: 0 };
  assert.equal(fits(ANSWERS.list, { helpers: [view] }), "");
  assert.equal(fits(ANSWERS.list, { helpers: [aHelper(1)] }), "helpers.0.peers: expected a list");
  assert.equal(fits(STATUS, { status: "error", message: "no" }), "");
  assert.equal(fits(MESSAGE, { from: 1, payload: "x", at: 1 }), "");
  assert.equal(
    fits(LOG_ENTRY, { type: "message", from: 0, to: "all", payload: {}, ts: "2026-01-01T00:00:00Z" }),
    "",
  );
  assert.equal(fits(LOG_ENTRY, { type: "other" }).startsWith("type"), true);
  assert.equal(fits(RESULT, { status: "done", changes: [{ path: "a", change: "added" }] }), "");
  assert.equal(fits(CHANGE, { path: "a", change: "moved" }).startsWith("change: expected"), true);
});

Deno.test("records: what is there is read as it was written, and a bad one is an error", async () => {
  const state = await Deno.makeTempDir();
  try {
    assert.deepEqual(await readHelpers(state), []);
    await writeHelpers(state, [aHelper(1), aHelper(2, { parent: 1, depth: 2 })]);
    assert.deepEqual(await readHelpers(state), [aHelper(1), aHelper(2, { parent: 1, depth: 2 })]);
    await Deno.writeTextFile(`${state}/helpers.json`, '{"helpers":[{"number":"1"}]}');
    await assert.rejects(readHelpers(state), /helpers\.0\.number: expected a whole number/);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

Deno.test("records: each part has its check", () => {
  assert.equal(fits(HELPER, aHelper(1)), "");
  assert.equal(fits(GRANT, { ...aGrant(), network: "wide" }).startsWith("network: expected none"), true);
  assert.equal(fits(BUDGET, { depth: 1 }), "breadth: expected a whole number");
  assert.equal(fits(WORKSPACE, "copy"), "");
});

Deno.test("the sockets have the names that scripts know", () => {
  assert.deepEqual([HUB_SOCKET, HELPER_SOCKET], ["hub", "helper.sock"]);
  assert.equal(helpersSocket("/state"), "/state/helpers");
});

Deno.test("readHubOptions: reads what a plan has, and nothing else", () => {
  const grant = aGrant();
  const options = { grant: JSON.stringify(grant), limits: '{"total":3}' };
  assert.deepEqual(readHubOptions(options), { grant, limits: { total: 3 } });
  assert.deepEqual(readHubOptions({ grant: options.grant }).limits, {});
  assert.equal(readHubOptions({ ...options, crab: "claude" }).crab, "claude");
  assert.throws(
    () => readHubOptions({ ...options, limits: '{"total":"3"}' }),
    /total: expected a whole number/,
  );
  assert.throws(() => readHubOptions({ limits: "{}" }));
});
