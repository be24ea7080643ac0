import assert from "node:assert/strict";
import { packArchive } from "../../lib/archive/write.ts";
import { Scratch } from "./support.ts";

const writer = new URL("../../lib/archive/write.ts", import.meta.url).href;

const config = new URL("../../deno.json", import.meta.url).pathname;

/** A process that is in the middle of writing an archive, and waits. */
async function writing(scratch: Scratch, name: string): Promise<Deno.ChildProcess> {
  const script = `
    const { packArchive } = await import(${JSON.stringify(writer)});
    await packArchive(${JSON.stringify(`${scratch.path}/${name}`)}, "zst", async (writer) => {
      await writer.addText("a", "text");
      console.log("begun");
      await new Response(Deno.stdin.readable).text();
    });`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", config, "--ext=ts", script],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assert.match(new TextDecoder().decode(value), /begun/);
  await reader.cancel();
  return child;
}

const pack = (scratch: Scratch, name: string) =>
  packArchive(`${scratch.path}/${name}`, "none", (writer) => writer.addText("one", "text"));

Deno.test("what a killed process left of an archive is removed by the next one that writes there", async () => {
  await using scratch = new Scratch();
  const child = await writing(scratch, "a");
  child.kill("SIGKILL");
  await child.status;
  await child.stdin.close().catch(() => {});
  assert.match(scratch.names().join(), /^\.kanibako-\d+-[0-9a-f]{8}\.tmp$/);
  await pack(scratch, "b");
  assert.deepEqual(scratch.names(), ["b"]);
});

Deno.test("what another process is writing stays, also when its number is that of no process here", async () => {
  for (const inBox of [false, true]) {
    await using scratch = new Scratch();
    const child = await writing(scratch, "a");
    const [name] = scratch.names();
    // The number a process has in a box is none of the host's; a lock is seen everywhere.
    const seen = inBox ? name!.replace(/\d+/, `${2 ** 30}`) : name!;
    await Deno.rename(`${scratch.path}/${name}`, `${scratch.path}/${seen}`);
    await pack(scratch, "b");
    assert.deepEqual(scratch.names(), [seen, "b"]);
    await Deno.rename(`${scratch.path}/${seen}`, `${scratch.path}/${name}`);
    await child.stdin.close();
    assert.equal((await child.status).code, 0);
    assert.deepEqual(scratch.names(), ["a", "b"]);
  }
});

Deno.test("what only looks like an unfinished archive stays: a FIFO, a link, a folder, another name", async () => {
  await using scratch = new Scratch();
  const gone = 2 ** 30;
  const kept = scratch.file("kept");
  await Deno.symlink(kept, `${scratch.path}/.kanibako-${gone}-00000001.tmp`);
  await Deno.mkdir(`${scratch.path}/.kanibako-${gone}-00000002.tmp`);
  await new Deno.Command("mkfifo", { args: [`${scratch.path}/.kanibako-${gone}-00000003.tmp`] }).output();
  scratch.file(`.kanibako-${gone}-00000004.tmp.txt`);
  scratch.file(`.kanibako-${Deno.pid}-00000005.tmp`);
  const before = scratch.names();
  scratch.file(`.kanibako-${gone}-00000006.tmp`);
  scratch.file(`.kanibako-${gone}-00000007.tmp.list`);
  await pack(scratch, "out");
  assert.deepEqual(scratch.names(), [...before, "out"].sort());
});
