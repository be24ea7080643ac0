import assert from "node:assert/strict";
import type { SetupFlags } from "../../lib/commands/system/setup.ts";
import { Asking } from "../../lib/commands/system/setup/asking.ts";
import { setupNetwork } from "../../lib/commands/system/setup/network.ts";
import { parseConfig } from "../../lib/config/file.ts";
import { Aborted } from "../../lib/host/error.ts";
import { redirectOutput } from "../../lib/host/ui/terminal.ts";
import type { Choice } from "../../lib/spec/ui.ts";
import { Sandbox } from "../config/support.ts";

/** What `setup` prints about the network, and what the system's file says then. */
async function setUp(
  config: string,
  answer: string | undefined,
  attended = true,
  flags: Partial<SetupFlags> = {},
) {
  await using sandbox = await Sandbox.make();
  const opened = await sandbox.open(config);
  const asked: Choice[] = [];
  const ui = {
    ...opened.ui,
    attended,
    choose: <T extends string>(choice: Choice<T>) => {
      asked.push(choice);
      return Promise.resolve(answer as T | undefined);
    },
  };
  let text = "";
  const sink = { terminal: false, colour: false, write: (part: string) => void (text += part) };
  const back = redirectOutput({ stdout: sink, stderr: sink });
  try {
    // Who leaves ends it.
    await setupNetwork(new Asking({ ...opened, ui }, flags)).catch((error: unknown) => {
      if (!(error instanceof Aborted)) throw error;
      text += error.message;
    });
  } finally {
    back();
  }
  const { values } = await parseConfig(await Deno.readTextFile(sandbox.configFile), "f", "system");
  return { text, asked, network: values["box.network"], presets: values["network.presets"] };
}

Deno.test("setup asks for the network, recommends filtered, and sets what is chosen", async () => {
  const filtered = await setUp("", "filtered");
  assert.equal(filtered.asked[0]?.answers[0]?.[0], "filtered");
  assert.match(filtered.asked[0]!.answers[0]![1], /recommended/);
  assert.equal(filtered.network, "filtered");
  assert.equal(filtered.presets, undefined);
  const narrow = await setUp("", "agent-only");
  assert.deepEqual([narrow.network, narrow.presets], ["filtered", []]);
  assert.equal((await setUp("", "open")).network, "open");
});

Deno.test("setup changes nothing without an answer, without anybody to ask, or where it is decided", async () => {
  const left = await setUp("", undefined);
  assert.deepEqual([left.asked.length, left.network], [1, undefined]);
  assert.match(left.text, /Stopped\./);
  const nobody = await setUp("", "filtered", false);
  assert.deepEqual([nobody.asked.length, nobody.network], [0, undefined]);
  assert.match(nobody.text, /open \(default\)[\s\S]*setup --network filtered/);
  const decided = await setUp('network = "none"\n', "filtered");
  assert.deepEqual([decided.asked.length, decided.network], [0, "none"]);
  assert.match(decided.text, /none \(system config\)/);
});

Deno.test("setup takes an answer from the command line, asks again only if that is wanted, and not with --check", async () => {
  const given = await setUp("", "open", true, { network: "agent-only" });
  assert.deepEqual([given.asked.length, given.network, given.presets], [0, "filtered", []]);
  assert.equal((await setUp("", undefined, false, { network: "none" })).network, "none");
  const again = await setUp('network = "none"\n', "open", true, { again: true });
  assert.deepEqual([again.asked.length, again.network], [1, "open"]);
  const check = await setUp("", "filtered", true, { check: true });
  assert.deepEqual([check.asked.length, check.network], [0, undefined]);
});
