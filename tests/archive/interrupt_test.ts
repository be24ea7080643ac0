import assert from "node:assert/strict";
import { packArchive } from "../../lib/archive/write.ts";
import { Scratch } from "./support.ts";

const writer = new URL("../../lib/archive/write.ts", import.meta.url).href;
const extractor = new URL("../../lib/archive/extract.ts", import.meta.url).href;

const config = new URL("../../deno.json", import.meta.url).pathname;

/** A program that says when it is in the middle of its work, and then waits to be ended. */
async function interrupted(script: string, signal: Deno.Signal, scratch: Scratch): Promise<number> {
  const path = scratch.file("script.ts", new TextEncoder().encode(script));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", "--config", config, path],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assert.match(new TextDecoder().decode(value), /begun/, value ? "" : await errors);
  child.kill(signal);
  await reader.cancel();
  const { code } = await child.status;
  await errors;
  await Deno.remove(path);
  return code;
}

const ENDING = `.catch((error) => Deno.exit(error.exitCode ?? 99));`;

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test(`nothing is left of an archive when ${signal} ends the program`, async () => {
    await using scratch = new Scratch();
    const script = `
      const { packArchive } = await import(${JSON.stringify(writer)});
      await packArchive(${JSON.stringify(`${scratch.path}/a`)}, "zst", async (writer) => {
        await writer.addText("a", "x".repeat(5_000_000));
        console.log("begun");
        while (true) {
          await new Promise((done) => setTimeout(done, 1));
          await writer.addText(crypto.randomUUID(), "x".repeat(100_000));
        }
      })${ENDING}`;
    assert.equal(await interrupted(script, signal, scratch), code);
    assert.deepEqual(scratch.names(), []);
  });
}

Deno.test("nothing is left of what was unpacked when a signal ends the program", async () => {
  await using scratch = new Scratch();
  await packArchive(`${scratch.path}/a`, "none", async (writer) => {
    for (let n = 0; n < 50; n++) await writer.addText(`${n}`, "y".repeat(200_000));
  });
  const script = `
    const { extractArchive } = await import(${JSON.stringify(extractor)});
    let reported = false;
    await extractArchive(${JSON.stringify(`${scratch.path}/a`)}, ${JSON.stringify(`${scratch.path}/out`)}, {
      onProgress: ({ files }) => {
        if (files < 3) return;
        if (!reported) console.log("begun");
        reported = true;
        // Slow enough for the signal to come, however fast the disk is.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      },
    })${ENDING}`;
  assert.equal(await interrupted(script, "SIGTERM", scratch), 143);
  assert.deepEqual(scratch.names(), ["a"]);
});

Deno.test("a compressor that is not there is named with its package, and one that fails leaves nothing", async () => {
  await using scratch = new Scratch();
  await Deno.mkdir(`${scratch.path}/bin`);
  const script = scratch.file(
    "script.ts",
    new TextEncoder().encode(`
    const { packArchive } = await import(${JSON.stringify(writer)});
    await packArchive(
      ${JSON.stringify(`${scratch.path}/a`)},
      "zst",
      (writer) => writer.addText("a", "x".repeat(3_000_000)),
    ).catch(({ code, message, hints, output }) => console.log(JSON.stringify({ code, message, hints, output })));`),
  );
  // In a process of its own: the search path belongs to all tests of this one.
  const pack = async () => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", "--config", config, script],
      env: { PATH: `${scratch.path}/bin` },
      stderr: "inherit",
    }).output();
    return JSON.parse(new TextDecoder().decode(stdout));
  };
  const missing = await pack();
  assert.equal(missing.code, "no-compressor");
  assert.match(missing.hints.join(), /zstd/);
  const full = "#!/bin/sh\nread -r _ line\necho 'No space left on device' >&2\nexit 1\n";
  await Deno.writeTextFile(`${scratch.path}/bin/zstd`, full, { mode: 0o755 });
  const noSpace = await pack();
  assert.deepEqual([noSpace.code, /no space left/.test(noSpace.message)], ["cannot-write", true]);
  await Deno.writeTextFile(`${scratch.path}/bin/zstd`, "#!/bin/sh\necho broken >&2\nexit 1\n");
  const broken = await pack();
  assert.deepEqual([broken.code, /broken/.test(broken.output)], ["cannot-write", true]);
  assert.deepEqual(scratch.names(), ["bin", "script.ts"]);
});
