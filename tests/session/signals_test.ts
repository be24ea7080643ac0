import assert from "node:assert/strict";
import { until } from "../../lib/host/wait.ts";
import type { BoxSignal } from "../../lib/runtime/runtime.ts";
import { catchSignals, MOST_SIGNALS } from "../../lib/session/signals.ts";

const PATIENCE = { everyMs: 5, forMs: 5000 };

function target(): { signal(signal: BoxSignal): Promise<void>; got: string[] } {
  const got: string[] = [];
  return { got, signal: (signal) => Promise.resolve(void got.push(signal)) };
}

Deno.test("a signal that comes before the command has begun reaches it when it begins", async () => {
  const to = target();
  {
    await using signals = catchSignals(false);
    Deno.kill(Deno.pid, "SIGTERM");
    assert.ok(await until(() => signals.received === "SIGTERM", PATIENCE));
    assert.deepEqual(to.got, []);
    signals.passTo(to);
    assert.deepEqual(to.got, ["SIGTERM"]);
    Deno.kill(Deno.pid, "SIGHUP");
    assert.ok(await until(() => to.got.length === 2, PATIENCE));
  }
  assert.deepEqual(to.got, ["SIGTERM", "SIGHUP"]);
});

/** Runs a script that has `catchSignals` and `kill`, in a process of its own: signals to this one end the tests. */
async function script(body: string): Promise<{ code: number; said: string }> {
  const module = new URL("../../lib/session/signals.ts", import.meta.url).href;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `import { catchSignals } from ${JSON.stringify(module)};
       const kill = (signal) => Deno.kill(Deno.pid, signal);
       const soon = async (check) => { while (!check()) await new Promise((resolve) => setTimeout(resolve, 5)); };
       ${body}`,
    ],
    stderr: "inherit",
  }).output();
  return { code, said: new TextDecoder().decode(stdout) };
}

Deno.test("SIGINT is passed on without a terminal, and left to the terminal where there is one", async () => {
  for (const terminal of [false, true]) {
    const { code, said } = await script(`
      const got = [];
      const signals = catchSignals(${terminal});
      signals.passTo({ signal: async (signal) => void got.push(signal) });
      kill("SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 200));
      kill("SIGTERM");
      await soon(() => got.includes("SIGTERM"));
      console.log(got.join(" "), signals.received);
      Deno.exit(0);`);
    assert.equal(code, 0);
    assert.equal(said, terminal ? "SIGTERM SIGTERM\n" : "SIGINT SIGTERM SIGINT\n");
  }
});

Deno.test("a second signal before the command has begun ends the process", async () => {
  const { code } = await script(`
    const signals = catchSignals(false);
    kill("SIGTERM");
    await soon(() => signals.received);
    kill("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 10_000));`);
  assert.equal(code, 143);
});

Deno.test("T45: a third signal ends a call, whatever becomes of the command", async () => {
  const { code, said } = await script(`
    const signals = catchSignals(false, ${MOST_SIGNALS});
    let got = 0;
    signals.passTo({ signal: async () => void got++ });
    for (const at of [1, 2]) {
      kill("SIGINT");
      await soon(() => got === at);
    }
    console.log(got);
    kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 10_000));`);
  assert.deepEqual([code, said], [130, "2\n"]);
});
