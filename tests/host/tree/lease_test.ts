// The owner of a file may hold a lease on it: who opens it then waits, by default for 45 seconds, until that is given up.

import assert from "node:assert/strict";
import { copyTree } from "../../../lib/host/tree/copy.ts";
import { openPlain } from "../../../lib/host/tree/plain_file.ts";
import { openTree } from "../../../lib/host/tree/tree.ts";
import { inFolder } from "../../support/trees.ts";

/** Holds a lease on a file, as a program of a box could. */
async function leased(path: string): Promise<AsyncDisposable> {
  // F_SETLEASE and F_WRLCK. The kernel sends SIGIO to who is to give it up.
  const script = `$SIG{IO} = "IGNORE"; open(F, "+<", $ARGV[0]) or die; fcntl(F, 1024, 1) or die "lease: $!";
$| = 1; print "held\\n"; sleep 60`;
  const child = new Deno.Command("perl", { args: ["-e", script, path], stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  assert.ok((await reader.read()).value, "no lease was given");
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await reader.cancel();
      await child.status;
    },
  };
}

Deno.test("H6: a file on which a box holds a lease keeps nobody waiting, and is named or left out", () =>
  inFolder(async (folder) => {
    const from = `${folder}/from`;
    await Deno.mkdir(from);
    for (const name of ["a", "b"]) await Deno.writeTextFile(`${from}/${name}`, name);
    {
      await using _lease = await leased(`${from}/a`);
      const began = Date.now();
      using tree = openTree(from);
      assert.throws(() => tree.readFile("a", 10), { code: "cannot-read", message: /keeps it to itself/ });
      assert.throws(() => openPlain(`${from}/a`), { code: "cannot-read", message: /keeps it to itself/ });
      await assert.rejects(copyTree(from, `${folder}/refused`), { message: /keeps it to itself/ });
      const report = await copyTree(from, `${folder}/skipped`, { unreadable: "skip" });
      assert.equal(report.unreadable, 1);
      assert.deepEqual([...Deno.readDirSync(`${folder}/skipped`)].map(({ name }) => name), ["b"]);
      assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`);
    }
    await copyTree(from, `${folder}/all`);
    assert.equal(await Deno.readTextFile(`${folder}/all/a`), "a");
  }));
