// Commands that a script calls into its box: where they run, what they get, what comes back, and what ends them.

import assert from "node:assert/strict";
import { User } from "../support/program.ts";
import { runScript } from "../support/script.ts";

/** One box for many commands: `body` has it as `box`. */
async function inBox(body: string): Promise<unknown[]> {
  await using user = await User.make();
  const said = await runScript(user, await user.folder(), `await using box = await openBox();\n${body}`);
  assert.deepEqual(await user.containers(), []);
  assert.deepEqual(await user.runRecords(), []);
  return said;
}

Deno.test("a command gets its folder, its variables and its input, and a wrong one is an error", async () => {
  const said = await inBox(`
await Deno.mkdir("sub dir");
say(await box.exec(["pwd"], { cwd: "sub dir" }).text());
say(await box.exec(["pwd"], { cwd: "/tmp" }).text());
say(await box.exec(["true"], { cwd: "no-such-folder" }).then(({ code }) => code, codeOf));
const odd = { A: "two\\nlines", B: "", C: "'\\"$HOME \\\\", D: "ü" };
say(await box.exec(["sh", "-c", 'printf "%s|" "$A" "$B" "$C" "$D"'], { env: odd }).text());
say(await box.exec(["sh", "-c", 'echo "[$A]"']).text());
for (const name of ["KANIBAKO_RUN", "A B", ""]) {
  try { await box.exec(["true"], { env: { [name]: "1" } }); say("ran"); } catch (error) { say(codeOf(error)); }
}
const parts = ["one ", "two ", "three"];
const stdin = new ReadableStream<Uint8Array>({
  async pull(controller) {
    await pause(50);
    const next = parts.shift();
    if (next === undefined) controller.close(); else controller.enqueue(new TextEncoder().encode(next));
  },
});
say(await box.exec(["cat"], { stdin }).text());
say(await box.exec(["wc", "-c"], { stdin: new Uint8Array(5_000_000) }).text());
say((await box.exec(["true"], { stdin: new Uint8Array(5_000_000) })).code);
say(await box.exec(["cat"]).text());
`);
  assert.deepEqual(said.slice(0, 2), ["/home/agent/workspace/sub dir\n", "/tmp\n"]);
  assert.equal(said[2], "exec");
  assert.deepEqual(said.slice(3, 5), ["two\nlines||'\"$HOME \\|ü|", "[]\n"]);
  for (const code of said.slice(5, 8)) assert.notEqual(code, "ran");
  assert.deepEqual(said.slice(8), ["one two three", "5000000\n", 0, ""]);
});

Deno.test("exit codes are the command's, also those that engines use themselves, and so is the lack of a command", async () => {
  const said = await inBox(`
for (const code of [0, 125, 126, 127, 137, 255]) say((await box.exec(["sh", "-c", "exit " + code])).code);
say((await box.exec(["no-such-command"])).code);
say((await box.exec(["/etc/passwd"])).code);
say((await box.exec(["/"])).code);
say((await box.exec(["sh", "-c", "kill -9 $$"])).code);
say(await box.exec(["sh", "-c", "echo why >&2; exit 3"]).text().catch((error) => [codeOf(error), error.output]));
`);
  assert.deepEqual(said, [0, 125, 126, 127, 137, 255, 127, 126, 126, 137, ["failed", "why\n"]]);
});

Deno.test("output is exact to the byte, is read as slowly as the reader likes, and says when it was cut", async () => {
  const said = await inBox(`
const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >> 8)) & 255);
await Deno.writeFile("bytes", bytes);
const exact = await box.exec(["sh", "-c", "cat bytes; cat bytes >&2"]);
say([await sha(exact.stdout) === await sha(bytes), await sha(exact.stderr) === await sha(bytes), exact.truncated]);
const piped = await box.exec(["cat"], { stdin: bytes });
say(await sha(piped.stdout) === await sha(bytes));
const cut = await box.exec(["sh", "-c", "printf start; head -c 100000 /dev/zero; printf end"], { maxOutputBytes: 1000 });
const text = new TextDecoder().decode(cut.stdout);
say([cut.truncated, cut.stdout.length, text.startsWith("start"), text.endsWith("end")]);

const many = box.exec(["sh", "-c", "head -c 50000000 /dev/zero; touch written; echo done >&2"]);
const reader = many.stdout.getReader();
let length = (await reader.read()).value!.length;
await pause(1500);
say(await Deno.stat("written").then(() => "not held back", () => "held back"));
for (let part = await reader.read(); !part.done; part = await reader.read()) length += part.value.length;
const end = await many;
say([length, end.code, end.stdout.length, new TextDecoder().decode(end.stderr)]);

// A reader that goes away does not end the command, nor does one that comes late lose anything.
const left = box.exec(["sh", "-c", "head -c 1000000 /dev/zero; exit 4"]);
await left.stdout.cancel();
say((await left).code);
const late = box.exec(["sh", "-c", "echo early; sleep 1; echo late"]);
await pause(700);
const whole = await new Response(late.stdout).text();
say([whole, (await late).stdout.length]);
`);
  assert.deepEqual(said, [
    [true, true, false],
    true,
    [true, 1000, true, true],
    "held back",
    [50_000_000, 0, 0, "done\n"],
    4,
    ["early\nlate\n", 0],
  ]);
});

Deno.test("a time limit and an abort end a command, whatever it does about it and whoever reads", async () => {
  const said = await inBox(`
const took = async (what: () => Promise<unknown>, mostMs: number) => {
  const began = Date.now();
  const result = await what();
  const ms = Date.now() - began;
  say([result, ms < mostMs ? "in time" : ms]);
};
const limit = { timeoutMs: 500 };
await took(async () => { const { code, timedOut } = await box.exec(["sleep", "600"], limit); return [code, timedOut]; }, 6000);
await took(async () => { const { code, timedOut } = await box.exec(["sh", "-c", "trap '' TERM; while :; do sleep 1; done"], limit); return [code, timedOut]; }, 12_000);
// What it left behind has its output open: that is waited for as long as the engine does, and no longer than the limit.
await took(async () => (await box.exec(["sh", "-c", "echo out; setsid sleep 600 & exit 0"], limit)).stdout.length, 20_000);
// Nobody reads.
await took(async () => { const command = box.exec(["cat", "/dev/zero"], limit); void command.stdout; return (await command).timedOut; }, 20_000);
const controller = new AbortController();
setTimeout(() => controller.abort(), 300);
await took(async () => (await box.exec(["sleep", "600"], { signal: controller.signal })).code, 6000);
try { box.exec(["touch", "ran"], { signal: AbortSignal.abort() }); say("ran"); } catch (error) { say(codeOf(error)); }
say(await Deno.stat("ran").then(() => "ran", () => "did not run"));
const command = box.exec(["sh", "-c", "trap 'exit 9' HUP; while :; do sleep 0.1; done"]);
await pause(800);
await command.kill("SIGHUP");
say((await command).code);
await command.kill();
say((await box.exec(["echo", "in time"], { timeoutMs: 60_000 })).timedOut);
say((await box.exec(["pgrep", "-x", "sleep"])).code === 0);
`);
  assert.deepEqual(said, [
    [[143, true], "in time"],
    [[137, true], "in time"],
    [4, "in time"],
    [true, "in time"],
    [143, "in time"],
    "aborted",
    "did not run",
    9,
    false,
    true,
  ]);
});

Deno.test("fifty commands at once each get their own result", async () => {
  const said = await inBox(`
const results = await Promise.all(Array.from({ length: 50 }, (_, n) =>
  box.exec(["sh", "-c", "cat; exit " + n], { stdin: "input " + n })));
say(results.map(({ code, stdout }) => [code, new TextDecoder().decode(stdout)]));
`);
  assert.deepEqual(said, [Array.from({ length: 50 }, (_, n) => [n, `input ${n}`])]);
});

Deno.test("an input that fails, and a listener that does, fail the call and end the command", async () => {
  const said = await inBox(`
const broken = new ReadableStream<Uint8Array>({
  async pull(controller) {
    controller.enqueue(new TextEncoder().encode("half"));
    await pause(300);
    controller.error(new Error("the disk is gone"));
  },
});
say(await box.exec(["sh", "-c", "cat >half; touch whole"], { stdin: broken }).then(() => "ended", (error) => error.message));
await pause(300);
say(await Deno.stat("whole").then(() => "went on", () => "ended"));
const listens = "echo $$ >pid; echo x; until [ -e go ]; do sleep 0.1; done; touch later";
say(await box.exec(["sh", "-c", listens], { onOutput: () => { throw new Error("no more"); } }).then(() => "ended", (error) => error.message));
const runs = async () => (await box.exec(["sh", "-c", 'kill -0 "$(cat pid)"'])).code === 0;
for (let tries = 0; tries < 300 && await runs(); tries++) await pause(100);
await Deno.writeTextFile("go", "");
await pause(300);
say(await Deno.stat("later").then(() => "went on", () => "ended"));
say((await box.run(["echo", "still here"])).stdout);
`);
  assert.deepEqual(said, ["the disk is gone", "ended", "no more", "ended", "still here\n"]);
});

Deno.test("the process that starts the commands stays small, however many it has started", async () => {
  const said = await inBox(`
for (let call = 0; call < 200; call++) await box.exec(["true"]);
say(await box.exec(["sh", "-c", 'grep Private_Dirty "/proc/$PPID/smaps_rollup"']).text());
`);
  const [, kilobytes] = /^Private_Dirty: +(\d+) kB\n$/.exec(String(said[0]))!;
  assert.ok(Number(kilobytes) <= 18 * 1024, `${said[0]}`);
});
