import assert from "node:assert/strict";
import { run } from "../../lib/host/process.ts";

/** Whether a process with these words runs. */
function runs(words: string): boolean {
  return [...Deno.readDirSync("/proc")].some(({ name }) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " ").trim() === words;
    } catch {
      return false;
    }
  });
}

/** A time to sleep that is nobody else's. */
function sleeper(): string {
  return `sleep ${100_000 + crypto.getRandomValues(new Uint32Array(1))[0]! % 900_000}`;
}

/** Whether no process with these words runs, a moment for the kernel included. */
async function gone(words: string): Promise<boolean> {
  for (let waitedMs = 0; runs(words) && waitedMs < 2000; waitedMs += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return !runs(words);
}

/** Runs a script with its family, and ends it once its sleeper runs. */
async function ended(script: string, words: string): Promise<{ code: number; stdout: string }> {
  const controller = new AbortController();
  const running = run(["sh", "-c", script], { signal: controller.signal, family: true });
  for (let waitedMs = 0; !runs(words) && waitedMs < 10_000; waitedMs += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(runs(words), "it never began");
  controller.abort();
  return await running;
}

Deno.test("a child that is ended with its family leaves nothing behind that has a session of its own", async () => {
  const words = sleeper();
  const { code } = await ended(`setsid sh -c 'exec ${words}' </dev/null >/dev/null 2>&1 & wait`, words);
  assert.equal(code, 143);
  assert.ok(await gone(words));
});

Deno.test("a child whose helper is ended first sees that, and cleans up as after any failure", async () => {
  const words = sleeper();
  const { code, stdout } = await ended(`${words} || echo "cleaning up after $?"; exit 7`, words);
  assert.deepEqual([code, stdout], [7, "cleaning up after 143\n"]);
});

Deno.test("a child that does not end is ended all the same", async () => {
  const words = sleeper();
  const { code } = await ended(`trap '' TERM; while :; do ${words}; done`, words);
  assert.equal(code, 137);
  assert.ok(await gone(words));
});

Deno.test("a child is left alone when nothing fires", async () => {
  const { signal } = new AbortController();
  const { code, stdout } = await run(["sh", "-c", "echo out; exit 3"], { signal, family: true });
  assert.deepEqual([code, stdout], [3, "out\n"]);
});
