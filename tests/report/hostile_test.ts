/**
 * Projects made by somebody who wants a look to fail, to wait, to leave the project, or to report what is not so. Made at random
 * from a seed, which is printed when a look is wrong.
 */

import assert from "node:assert/strict";
import { compareLooks } from "../../lib/report/compare.ts";
import { keysOf } from "../../lib/report/keys/keys.ts";
import { lookAt } from "../../lib/report/look_at.ts";
import { TABLE } from "../../lib/report/table.ts";
import { reportNote } from "../../lib/commands/report_lines.ts";
import { run, TestProject } from "./support.ts";

/** A generator of numbers below `limit`, the same for a seed. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
}

const NAMES = [...new Set(TABLE.flatMap(({ places }) => places.flatMap((place) => place.split("/"))))]
  .map((name) => name.replaceAll("*", "x"));
const ODD = [
  "-",
  " ",
  "a\nb",
  "\x1b[31m",
  "\u202e",
  "\u{1f600}",
  "x".repeat(255),
  "__proto__",
  "constructor",
  "...",
  "a'b\"c",
];
const CONTENTS = [
  "",
  "\0\xff",
  "[core]\npager = x",
  '{"scripts":{"__proto__":"x"}}',
  "[".repeat(20_000),
  '{"a":'.repeat(20_000),
  "gitdir: \x1b[31m",
  '[alias]\n"',
  "* filter=\x07",
  `[a "${"\\".repeat(999)}`,
];
const TARGETS = [
  "/",
  "/etc/passwd",
  "..",
  ".",
  "loop",
  "a/../../..",
  "\n",
  "/proc/self/fd/0",
  "x".repeat(255),
  "/dev/zero",
];

async function fill(project: TestProject, number: (limit: number) => number): Promise<void> {
  const folders = [""];
  for (let count = 0; count < 120; count++) {
    const folder = folders[number(folders.length)]!;
    const list = number(5) === 0 ? ODD : NAMES;
    const path = `${project.path}/${folder}${list[number(list.length)]}`;
    try {
      switch (number(6)) {
        case 0:
        case 1:
          await Deno.mkdir(path);
          folders.push(`${path.slice(project.path.length + 1)}/`);
          break;
        case 2:
          await Deno.symlink(TARGETS[number(TARGETS.length)]!, path);
          break;
        case 3:
          if (number(4) === 0) await run(["mkfifo", path]);
          break;
        default:
          // Never through a link: those above lead to files of this machine.
          await Deno.writeTextFile(path, CONTENTS[number(CONTENTS.length)]!, { createNew: true });
          await Deno.chmod(path, [0o644, 0o755, 0o000, 0o4755][number(4)]!);
      }
    } catch {
      // It is taken, or goes through a link: then nothing is made.
    }
  }
}

Deno.test("T07 whatever a box makes of its project, a look ends, stays in it, and sees the same twice", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    await using project = await TestProject.make();
    await fill(project, random(seed));
    const first = await lookAt(project.path);
    const second = await lookAt(project.path);
    const again = await lookAt(project.path);
    const says = `seed ${seed}`;
    assert.deepEqual(second.look.seen, first.look.seen, says);
    assert.deepEqual(again.look.seen, first.look.seen, says);
    assert.deepEqual(compareLooks(first.look, second.look), [], says);
    // What is kept as JSON says the same.
    assert.deepEqual(JSON.parse(JSON.stringify(first.look)), first.look, says);
    for (const content of first.contents.values()) {
      assert.ok(!new TextDecoder().decode(content).includes("root:"), `${says}: it read /etc/passwd`);
    }
    const empty = { ...first.look, seen: {} };
    const findings = compareLooks(empty, first.look);
    const lines = reportNote({
      name: "a",
      findings,
      bounds: [],
      sinceMs: 0,
      since: "start",
      late: false,
      full: true,
    });
    assert.ok(lines.length >= findings.length, says);
  }
});

Deno.test("T07 a folder that turns into a link between two looks, and a look under change, lead nowhere", async () => {
  await using project = await TestProject.make();
  await using other = await TestProject.make();
  await other.write("pre-push", "SECRET\n");
  await other.write("hooks/pre-push", "SECRET\n");
  await project.write(".git/hooks/pre-push", "own\n");
  const swap = async (stop: () => boolean) => {
    while (!stop()) {
      await Deno.rename(`${project.path}/.git/hooks`, `${project.path}/.git/kept`).catch(() => {});
      await Deno.symlink(`${other.path}/hooks`, `${project.path}/.git/hooks`).catch(() => {});
      await Deno.remove(`${project.path}/.git/hooks`).catch(() => {});
      await Deno.rename(`${project.path}/.git/kept`, `${project.path}/.git/hooks`).catch(() => {});
    }
  };
  let stopped = false;
  const swapping = swap(() => stopped);
  for (let round = 0; round < 300; round++) {
    const { contents } = await lookAt(project.path);
    for (const content of contents.values()) assert.equal(new TextDecoder().decode(content), "own\n");
    await new Promise((done) => setTimeout(done, 0));
  }
  stopped = true;
  await swapping;
});

Deno.test("keys of any content are few and short, and nobody's prototype", () => {
  for (const { counts } of TABLE) {
    for (const content of [...CONTENTS, "a = b\n".repeat(10_000), `[alias]\n${"a = b\n".repeat(10_000)}`]) {
      const keys = keysOf(counts, new TextEncoder().encode(content)) ?? {};
      assert.ok(Object.keys(keys).length <= 201, counts);
      assert.ok(Object.values(keys).every((value) => value.length < 400), counts);
      assert.equal(Object.getPrototypeOf(keys), Object.prototype);
    }
  }
  const many = Array.from({ length: 500 }, (_, number) => `a${number} = b`).join("\n");
  const keys = keysOf("git-config", new TextEncoder().encode(`[alias]\n${many}`))!;
  assert.equal(Object.keys(keys).length, 201);
  const other = keysOf("git-config", new TextEncoder().encode(`[alias]\n${many}x`))!;
  assert.notEqual(keys["..."], other["..."]);
});
