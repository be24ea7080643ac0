import assert from "node:assert/strict";
import { run } from "../../lib/host/process.ts";
import { after, every, pause } from "../../lib/host/timer.ts";

Deno.test("pause waits for as long as it is asked to", async () => {
  const started = performance.now();
  await pause(30);
  const waited = performance.now() - started;
  assert.ok(waited >= 29 && waited < 2000, `${waited} ms`);
});

Deno.test("after calls once, and not at all when it is taken back", async () => {
  const calls: string[] = [];
  after(1, () => calls.push("kept"));
  const cancel = after(1, () => calls.push("taken back"));
  cancel();
  await pause(40);
  assert.deepEqual(calls, ["kept"]);
});

Deno.test("every calls until it is taken back, also from within", async () => {
  let calls = 0;
  const cancel = every(2, () => {
    if (++calls === 3) cancel();
  });
  await pause(60);
  assert.equal(calls, 3);
});

Deno.test("a timer keeps the process alive until it is taken back", async () => {
  const module = new URL("../../lib/host/timer.ts", import.meta.url).href;
  const program = (text: string) => run([Deno.execPath(), "eval", "--quiet", text], { timeoutMs: 20_000 });
  const alive = await program(`import { after } from "${module}"; after(50, () => console.log("called"));`);
  assert.equal(alive.stdout, "called\n");
  const started = performance.now();
  const gone = await program(`import { after } from "${module}"; after(15_000, () => {})();`);
  assert.equal(gone.code, 0);
  assert.ok(performance.now() - started < 10_000);
});
