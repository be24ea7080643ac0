// A build that is asked to end leaves nothing of itself running.

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";

/** The processes with these words in their command line. */
async function running(words: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.replaceAll("\0", " ").trim() === words) found.push(name);
  }
  return found;
}

/** A rig whose build sleeps for a time that is its own. */
async function slowRig(user: User): Promise<{ readonly name: string; readonly step: string }> {
  const name = `t${crypto.randomUUID().slice(0, 8)}`;
  const step = `sleep ${100_000 + crypto.getRandomValues(new Uint32Array(1))[0]! % 900_000}`;
  await Deno.mkdir(`${user.data}/containers`, { recursive: true });
  await Deno.writeTextFile(
    `${user.data}/containers/Containerfile.${name}`,
    `FROM localhost/kanibako-base:trixie\nRUN ${step}\n`,
  );
  return { name, step };
}

for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130], ["SIGHUP", 129]] as const) {
  Deno.test(`rig prep ended by ${signal} leaves no build running`, async () => {
    await using user = await User.make();
    const { name, step } = await slowRig(user);
    const call = user.start(["rig", "prep", name]);
    await until(async () => (await running(step)).length > 0, 60_000, "the build never began");
    call.kill(signal);
    const { code: ended, stderr } = await call.ended;
    assert.equal(ended, code, stderr);
    await until(async () => (await running(step)).length === 0, 15_000, "the build goes on");
  });
}

Deno.test("rig prep that is left alone builds to the end", async () => {
  await using user = await User.make();
  const name = `t${crypto.randomUUID().slice(0, 8)}`;
  await Deno.mkdir(`${user.data}/containers`, { recursive: true });
  await Deno.writeTextFile(
    `${user.data}/containers/Containerfile.${name}`,
    "FROM localhost/kanibako-base:trixie\nRUN true\n",
  );
  await user.ok(["rig", "prep", name]);
  await user.engine("image", "rm", `localhost/kanibako-${name}:latest`);
});
