import assert from "node:assert/strict";
import { usageFrom } from "../../lib/run/usage_inside.ts";

const stat = (pid: number, name: string, parent: number, ticks: readonly number[], pages: number) =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 1 0 0 0 ${ticks.join(" ")} 20 0 1 0 100 1000 ${pages} 99`;

Deno.test("what a box uses is added up from its processes, without those that ask", () => {
  const text = [
    "40",
    stat(1, "sh", 0, [1, 2, 3, 4], 10),
    // A name can look like the rest of a line.
    stat(7, "a) S 40 (b", 1, [10, 0, 0, 0], 5),
    stat(40, "sh", 0, [100, 100, 100, 100], 100),
    stat(41, "cat", 40, [100, 100, 100, 100], 100),
    "Inter-|   Receive",
    "    lo: 1 0 0 0 0 0 0 0 1 0",
    "  eth0: 30 0 0 0 0 0 0 0 40 0",
  ].join("\n");
  assert.deepEqual(usageFrom(text, 4096), {
    cpuMs: 200,
    memoryBytes: 15 * 4096,
    processes: 2,
    receivedBytes: 30,
    sentBytes: 40,
  });
});

Deno.test("a box that answers nonsense is said to use nothing that is known", () => {
  assert.deepEqual(usageFrom("", 4096), {});
  assert.deepEqual(usageFrom("\x1b[2J\n1 (x S 2\n99999999999 (x) S 0 1", 4096), {});
  const odd = usageFrom(`9\n${stat(1, "x", 0, [Number.MAX_VALUE, -1, 0, 0], 1e300)}`, 4096);
  assert.deepEqual(odd, { cpuMs: 0, memoryBytes: 0, processes: 1 });
});

Deno.test("H6: words that a box makes slow to read as numbers of its use take no time", () => {
  const begun = performance.now();
  const many = 300_000;
  for (
    const line of [
      `1 (${") a ".repeat(many)}\r`,
      `e:${" ".repeat(many)}a\rb`,
      `${" ".repeat(many)}\r`,
      `1 (${")".repeat(many)}`,
    ]
  ) usageFrom(`40\n${line}`, 4096);
  assert.ok(performance.now() - begun < 2000, `${performance.now() - begun} ms`);
});
