/**
 * What a box might do so that something a machine runs is missing from a report, or that a look takes long.
 *
 * @module
 */

import assert from "node:assert/strict";
import { gitConfigKeys } from "../../lib/report/keys/git_config.ts";
import { run, TestProject, words } from "./support.ts";

Deno.test("T07 what git reads of a configuration is read, however it is written", () => {
  const config = {
    "a comment does not go on in the next line": "[core]\n# a \\\nfsmonitor = x\n",
    "nor does one after a value": "[core]\nbare = false ; a \\\nfsmonitor = x\n",
    "the last of several sections in a line counts": "[user] [core] fsmonitor = x\n",
    "a quoted comment sign begins no comment": '[core]\nbare = "#" \\\n\nfsmonitor = x\n',
  };
  for (const [what, text] of Object.entries(config)) {
    assert.deepEqual(Object.keys(gitConfigKeys(text)), ["core.fsmonitor"], what);
  }
  assert.deepEqual(gitConfigKeys("[alias]\nx = !a \\\n  b # c\n"), { "alias.x": "!a   b" });
  assert.deepEqual(Object.keys(gitConfigKeys("[gc]\nrecentObjectsHook = x\n")), ["gc.recentObjectsHook"]);
});

Deno.test("T07 very many lines of a configuration take no time", async () => {
  await using project = await TestProject.make();
  const findings = await project.after(async () => {
    for (let n = 0; n < 20; n++) {
      await project.write(`.git/modules/m${n}/config`, `[a]\n${"b\n".repeat(100_000)}`);
    }
    await project.write(".git/config", `[core]\n${"b\n".repeat(4000)}fsmonitor = x\n`);
  });
  assert(words(findings).includes(".git/config new (core.fsmonitor) [git-config]"));
  // What is too long to be read counts as a whole.
  assert(words(findings).includes(".git/modules/m0/config new [git-submodule-config]"));
  const began = performance.now();
  await project.look();
  assert(performance.now() - began < 2000);
});

Deno.test("T07 links to very deep folders take no time, and the look says that it did not follow them", async () => {
  await using project = await TestProject.make();
  await run([
    "sh",
    "-c",
    `cd "$1"; i=0; while [ $i -lt 1000 ]; do mkdir a && cd -P a; i=$((i+1)); done`,
    "sh",
    project.path,
  ]);
  for (let n = 0; n < 50; n++) await project.link("a/".repeat(1000), `link-${n}`);
  const began = performance.now();
  const look = await project.look();
  assert(performance.now() - began < 2000);
  assert(look.bounds.includes(""));
});

Deno.test("T07 a chain of as many links as a kernel follows is followed", async () => {
  await using project = await TestProject.make();
  const findings = await project.after(async () => {
    for (let n = 0; n < 35; n++) {
      await project.link(n === 0 ? "/etc/passwd" : `.x/${n - 1}`.replace(".x/", ""), `.x/${n}`);
    }
    await project.link(".x/34", "notes");
  });
  assert(words(findings).includes("notes new [link-out]"));
});
