import assert from "node:assert/strict";
import { spawn } from "../../lib/host/libc/spawn.ts";
import { open } from "../../lib/host/open_process.ts";
import { findExecutable, run } from "../../lib/host/process.ts";
import { until } from "../../lib/host/wait.ts";
import { inFolder } from "../support/trees.ts";

/** With input a child is started by the runtime, without by the C library; nobody should see a difference. */
const ways = [["by the runtime", { input: "" }], ["by the C library", {}]] as const;

for (const [name, way] of ways) {
  const shell = (script: string, ...words: string[]) => run(["/bin/sh", "-c", script, "sh", ...words], way);

  Deno.test(`${name}: words, output and exit code pass as they are`, async () => {
    const result = await shell('printf "%s|" "$@"; echo wrong >&2; exit 125', "a b", "", "ü'\"$x\n", "-n");
    assert.deepEqual(result, { code: 125, stdout: "a b||ü'\"$x\n|-n|", stderr: "wrong\n", timedOut: false });
  });

  Deno.test(`${name}: a signal that ends a child is its exit code`, async () => {
    assert.equal((await shell("kill -KILL $$")).code, 137);
    assert.equal((await shell("kill -TERM $$")).code, 143);
  });

  Deno.test(`${name}: a child gets the environment it needs, the root for its folder, and no input`, async () => {
    Deno.env.set("KANIBAKO_TEST_UNSEEN", "1");
    const { stdout } = await run(["/bin/sh", "-c", 'echo "$A:$HOME:$KANIBAKO_TEST_UNSEEN"; pwd; cat'], {
      ...way,
      env: { A: "1", HOME: undefined },
    });
    assert.equal(stdout, "1::\n/\n");
    Deno.env.delete("KANIBAKO_TEST_UNSEEN");
    assert.equal((await run(["/bin/pwd"], { ...way, cwd: "/usr" })).stdout, "/usr\n");
  });

  Deno.test(`${name}: a child is deaf to no signal, and holds no handle of ours`, async () => {
    using _file = await Deno.open("/etc/passwd");
    const { stdout } = await shell("grep -E '^Sig(Blk|Ign)' /proc/self/status; readlink /proc/$$/fd/*; true");
    const [blocked, ignored, ...handles] = stdout.trim().split(/\n/).map((line) => line.replace(/.*\t/, ""));
    assert.equal(BigInt(`0x${blocked}`), 0n);
    // Neither the runtime's SIGPIPE nor SIGCHLD.
    assert.equal(BigInt(`0x${ignored}`) & ((1n << 12n) | (1n << 16n)), 0n);
    assert.ok(handles.length >= 3, stdout);
    assert.ok(!handles.includes("/etc/passwd"), stdout);
  });

  Deno.test(`${name}: what cannot be started is an error that says why`, () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/text`, "no program", { mode: 0o644 });
      await assert.rejects(run([`${folder}/none`], way), {
        code: "cannot-start",
        message: `Cannot start ${folder}/none: the program does not exist`,
      });
      await assert.rejects(run([`${folder}/text`], way), { code: "cannot-start", message: /denied/ });
    }));

  Deno.test(`${name}: much output on both streams passes whole`, async () => {
    const { stdout, stderr } = await shell("head -c 900000 /dev/zero & head -c 900000 /dev/zero >&2; wait");
    assert.equal(stdout.length, 900_000);
    assert.equal(stderr.length, 900_000);
  });

  Deno.test(`${name}: a child that takes too long is ended, and one that has ended is not`, async () => {
    const slow = await run(["/bin/sleep", "60"], { ...way, timeoutMs: 50 });
    assert.deepEqual([slow.code, slow.timedOut], [143, true]);
    // podman does so: what it said until then is no answer.
    const polite = await run(["/bin/sh", "-c", "trap 'exit 0' TERM; sleep 1 & wait"], {
      ...way,
      timeoutMs: 300,
    });
    assert.deepEqual([polite.code, polite.timedOut], [143, true]);
    const quick = await run(["/bin/true"], { ...way, timeoutMs: 20_000 });
    assert.deepEqual([quick.code, quick.timedOut], [0, false]);
  });

  Deno.test(`${name}: what a shell runs is ended with it`, async () => {
    for (const script of ["sleep 60; true", "yes; true"]) {
      const begun = Date.now();
      const slow = await run(["/bin/sh", "-c", script], { ...way, timeoutMs: 100, timeoutEndsAll: true });
      assert.equal(slow.timedOut, true);
      assert.ok(Date.now() - begun < 20_000, script);
    }
  });
}

Deno.test("many children at once leave no handle and no process behind", async () => {
  const handles = () => [...Deno.readDirSync("/proc/self/fd")].length;
  await run(["/bin/true"]);
  const before = handles();
  const results = await Promise.all(
    Array.from({ length: 40 }, (_, n) => run(["/bin/sh", "-c", `echo ${n}; exit ${n}`])),
  );
  assert.deepEqual(results.map(({ code, stdout }) => [code, stdout]), results.map((_, n) => [n, `${n}\n`]));
  assert.equal(handles(), before);
  const { stdout } = await run(["/bin/sh", "-c", `ps -o stat= --ppid ${Deno.pid} | grep -c Z; true`]);
  assert.equal(stdout.trim(), "0");
});

Deno.test("an open child gets signals until it has ended", async () => {
  const child = open(["/bin/sh", "-c", "trap 'exit 7' USR1; echo up >&2; while :; do sleep 0.02; done"], {
    stdin: "null",
    stdout: "null",
  });
  for await (const piece of child.stderr) {
    assert.equal(new TextDecoder().decode(piece), "up\n");
    child.kill("SIGUSR1");
  }
  assert.equal(await child.exit, 7);
  child.kill("SIGKILL");
});

Deno.test("a detached child leads a session of its own, and is cleared away once it has ended", async () => {
  const request = {
    env: {},
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  } as const;
  const { pid } = spawn({ ...request, argv: ["/bin/sleep", "0.1"] })!;
  const stat = (await Deno.readTextFile(`/proc/${pid}/stat`)).split(" ");
  assert.equal(stat[5], String(pid), "its session");
  const state = () => Deno.readTextFile(`/proc/${pid}/stat`).then((text) => text.split(" ")[2], () => "gone");
  assert.ok(await until(async () => await state() === "Z", { everyMs: 20, forMs: 5000 }));
  spawn({ ...request, argv: ["/bin/true"] });
  assert.equal(await state(), "gone");
});

Deno.test("what cannot be started by the C library is left alone", () => {
  const request = { env: {}, cwd: "/", stdin: "null", stdout: "piped", stderr: "piped" } as const;
  assert.equal(spawn({ ...request, argv: ["true"] }), undefined);
  assert.equal(spawn({ ...request, argv: ["/bin/none"] }), undefined);
  assert.equal(spawn({ ...request, argv: ["/bin/true"], cwd: "/none" }), undefined);
  assert.equal(spawn({ ...request, argv: ["/bin/true", "a\0b"] }), undefined);
});

Deno.test("a program is looked for along PATH, past folders and files that are none", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/a/tool`, { recursive: true });
    await Deno.mkdir(`${folder}/b`);
    await Deno.writeTextFile(`${folder}/b/tool`, "", { mode: 0o644 });
    await Deno.mkdir(`${folder}/c`);
    await Deno.writeTextFile(`${folder}/c/real`, "", { mode: 0o755 });
    await Deno.symlink("real", `${folder}/c/tool`);
    await Deno.symlink("none", `${folder}/c/broken`);
    const path = `${folder}/none:relative:${folder}/a:${folder}/b:${folder}/c`;
    assert.equal(findExecutable("tool", path), `${folder}/c/tool`);
    assert.equal(findExecutable("broken", path), undefined);
    assert.equal(findExecutable(`${folder}/c/real`, ""), `${folder}/c/real`);
    assert.equal(findExecutable("to\0ol", path), undefined);
  }));
