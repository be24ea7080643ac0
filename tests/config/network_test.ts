/** Where the settings of a filtered network stand in a file, beside the older `network = "..."`. */

import assert from "node:assert/strict";
import { setSetting } from "../../lib/config/change.ts";
import { parseConfig } from "../../lib/config/file.ts";
import { systemPlace } from "../../lib/config/place.ts";
import { settingNamed } from "../../lib/config/setting_name.ts";
import { KanibakoError } from "../../lib/host/error.ts";
import { Sandbox } from "./support.ts";

const NO_FACTS = { settings: [], resources: [] };

Deno.test("a rule beside network = ... moves the value to its own place, and both are read", async () => {
  await using sandbox = await Sandbox.make();
  const host = await sandbox.open('# mine\nnetwork = "filtered"\nmemory = "2g"\n');
  const place = systemPlace(host);
  await setSetting(place, settingNamed("network.rule.github.com:22", "system"), "allow", NO_FACTS);
  const text = await Deno.readTextFile(sandbox.configFile);
  assert.match(text, /^# mine\nmemory = "2g"\n/);
  const { values, allow } = await parseConfig(text, "f", "system");
  assert.equal(values["box.network"], "filtered");
  assert.equal(values["box.memory"], 2 ** 31);
  assert.deepEqual({ ...allow }, { "github.com:22": "allow" });
});

Deno.test("a file with network both as a value and as a table is refused with what to write", async () => {
  for (
    const text of [
      'network = "filtered"\n[network.rule]\n"example.com" = "allow"\n',
      'network = "filtered"\n[network]\nwait = 3\n',
      'network = "filtered"\nnetwork.wait = 3\n',
    ]
  ) {
    await assert.rejects(parseConfig(text, "f", "system"), (error) => {
      assert.ok(error instanceof KanibakoError);
      assert.ok(
        error.hints.some((hint) => hint.includes('Write the value as: box.network = "filtered"')),
        text,
      );
      return true;
    });
  }
  const { values } = await parseConfig('box.network = "filtered"\n[network]\nwait = 3\n', "f", "system");
  assert.equal(values["box.network"], "filtered");
});

Deno.test("rules are read from any form that TOML has for them", async () => {
  for (
    const text of [
      '[network.rule]\n"db.example.com:5432" = "allow"\n"x.example.com" = "refuse"\n',
      '[network.rule]\n"db.example.com:5432" = "allow"\nx.example.com = "refuse"\n',
      'network.rule."db.example.com:5432" = "allow"\nnetwork.rule.x.example.com = "refuse"\n',
      '[network]\nrule = { "db.example.com:5432" = "allow", "x.example.com" = "refuse" }\n',
    ]
  ) {
    const { allow } = await parseConfig(text, "f", "box");
    assert.deepEqual({ ...allow }, { "db.example.com:5432": "allow", "x.example.com": "refuse" }, text);
  }
  await assert.rejects(parseConfig('[network.rule]\n"example.com" = "yes"\n', "f", "box"), /allow/);
});
