import assert from "node:assert/strict";
import { copyTree } from "../../../lib/host/tree/copy.ts";
import { walkTree } from "../../../lib/host/tree/walk.ts";
import { command, inFolder } from "../../support/trees.ts";

/**
 * Another process that swaps a folder and a file for symlinks to a secret, and a FIFO, as fast as it can, until it is
 * asked to stop.
 */
const SWAPPER = `
const [root, outside] = Deno.args;
let n = 0;
console.log("swapping");
while (true) {
  for (const [name, target] of [["folder", outside], ["file", outside + "/secret"]]) {
    const real = root + "/" + name, aside = root + "/." + name, link = root + "/link-" + name;
    try { Deno.symlinkSync(target, link); } catch { /* it is there */ }
    Deno.renameSync(real, aside);
    Deno.renameSync(link, real);
    Deno.removeSync(real);
    Deno.renameSync(aside, real);
  }
  if (++n % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
}`;

Deno.test("T18 while names are swapped for symlinks to a secret, no copy and no walk ever brings it", () =>
  inFolder(async (base) => {
    const root = `${base}/root`;
    const outside = `${base}/outside`;
    await Deno.mkdir(`${root}/folder`, { recursive: true });
    await Deno.mkdir(outside);
    await Deno.writeTextFile(`${outside}/secret`, "SECRET");
    await Deno.writeTextFile(`${root}/folder/secret`, "harmless");
    await Deno.writeTextFile(`${root}/file`, "harmless");
    const swapper = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-config", SWAPPER, root, outside],
      stdout: "piped",
    }).spawn();
    const output = swapper.stdout.getReader();
    try {
      await output.read();
      const seen = { links: 0, real: 0, vanished: 0 };
      // However slow the machine is: until both sides of the race were met, and often enough.
      for (let round = 0; round < 50 || round < 5000 && (seen.links === 0 || seen.real === 0); round++) {
        const to = `${base}/to-${round}`;
        const report = await copyTree(root, to);
        seen.vanished += report.skippedCount;
        seen.links += report.symlinks;
        seen.real += report.files;
        walkTree(root, (entry) => {
          const { parent } = entry;
          // What is below a folder must be in it, not where a symlink of its name led.
          if (parent?.path === "folder") assert.equal(entry.size, "harmless".length);
        });
        await command("sh", "-c", '! grep -rlq SECRET "$1"', "sh", to);
        await Deno.remove(to, { recursive: true });
      }
      // Or nothing was tried.
      assert(seen.links > 0 && seen.real > 0, JSON.stringify(seen));
    } finally {
      output.releaseLock();
      swapper.kill("SIGKILL");
      await swapper.stdout.cancel();
      await swapper.status;
    }
  }));

Deno.test("what grows, shrinks or goes away while it is copied does not end the copy", () =>
  inFolder(async (base) => {
    const root = `${base}/root`;
    await Deno.mkdir(root);
    await Deno.writeFile(`${root}/grows`, new Uint8Array(1000).fill(1));
    const names = [..."abcdefgh"];
    for (const name of names) await Deno.writeFile(`${root}/${name}`, new Uint8Array(1000).fill(1));
    let changed = 0;
    const report = await copyTree(root, `${base}/to`, {
      onFile: ({ path }) => {
        if (changed++ > 0) return;
        // All names are listed by now, and all but one still to come.
        Deno.writeFileSync(`${root}/grows`, new Uint8Array(5000).fill(2), { append: true });
        for (const name of names.filter((other) => other !== path)) Deno.removeSync(`${root}/${name}`);
      },
    });
    assert.equal(report.skippedCount, report.skipped.length);
    assert(report.skipped.length >= 7 && report.skipped.every(({ kind }) => kind === "vanished"));
    assert.equal(report.files + report.skippedCount, 9);
  }));
