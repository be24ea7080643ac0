import assert from "node:assert/strict";
import { staysInside, unpackStream } from "../../lib/archive/unpack_stream.ts";
import { openFolder } from "../../lib/host/tree/folder.ts";

/** What a program of the box might send: an archive of a folder. */
async function sent(folder: string, ...words: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const { stdout, success } = await new Deno.Command("tar", {
    args: ["-cf", "-", "-C", folder, ...words, "."],
  }).output();
  assert.ok(success);
  return stdout as Uint8Array<ArrayBuffer>;
}

async function unpacked(bytes: Uint8Array<ArrayBuffer>, to: string, limits = {}) {
  using folder = openFolder(to);
  return await unpackStream(new Blob([bytes]).stream(), { folder, name: "out" }, {
    subject: "what the box sends",
    limits,
  });
}

async function folder(): Promise<string> {
  return await Deno.realPath(await Deno.makeTempDir({ prefix: "kanibako-unit-" }));
}

Deno.test("a folder that a box sends is made with its modes, names and inner links; links that lead out are left out", async () => {
  const [from, to] = [await folder(), await folder()];
  await Deno.mkdir(`${from}/sub/deep`, { recursive: true });
  await Deno.writeTextFile(`${from}/sub/run.sh`, "x", { mode: 0o755 });
  await Deno.writeTextFile(`${from}/back\\slash`, "y");
  await Deno.link(`${from}/sub/run.sh`, `${from}/again`);
  for (
    const [name, target] of [
      ["inner", "sub/run.sh"],
      ["sub/up", "../again"],
      ["absolute", "/etc/passwd"],
      ["sub/out", "../../x"],
      // Only together with another one it leads out.
      ["through", "sub/deep/../../../x"],
    ]
  ) await Deno.symlink(target!, `${from}/${name}`);
  const counts = await unpacked(await sent(from), to);
  assert.deepEqual([...counts.leading].sort(), ["absolute", "sub/out", "through"]);
  assert.equal(Deno.statSync(`${to}/out/sub/run.sh`).mode! & 0o777, 0o755);
  assert.equal(await Deno.readTextFile(`${to}/out/back\\slash`), "y");
  assert.equal(await Deno.readTextFile(`${to}/out/inner`), "x");
  assert.equal(await Deno.readLink(`${to}/out/sub/up`), "../again");
  await assert.rejects(Deno.lstat(`${to}/out/absolute`), Deno.errors.NotFound);
  for (const path of [from, to]) await Deno.remove(path, { recursive: true });
});

Deno.test("what a box sends that is cut off, too large or leads elsewhere leaves nothing behind", async () => {
  const [from, to] = [await folder(), await folder()];
  await Deno.writeTextFile(`${from}/a`, "a".repeat(20_000));
  const whole = await sent(from);
  await assert.rejects(unpacked(whole.subarray(0, 4096), to), { code: "bad-archive" });
  await assert.rejects(unpacked(await sent(from, "-P", "--transform=s,^./a,../evil,"), to), {
    code: "unsafe-archive",
  });
  await assert.rejects(unpacked(await sent(from, "-P", "--transform=s,^./a,/tmp/evil,"), to), {
    code: "unsafe-archive",
  });
  await assert.rejects(unpacked(whole, to, { bytes: 1000 }), (error: Error & { hints: string[] }) => {
    assert.doesNotMatch(error.hints.join(" "), /any-size/);
    return true;
  });
  assert.deepEqual([...Deno.readDirSync(to)], []);
  await unpacked(whole, to);
  for (const path of [from, to]) await Deno.remove(path, { recursive: true });
});

Deno.test("a link stays inside where it goes up no farther than its folder is deep, and then only down", () => {
  for (
    const [path, target] of [["a", "b/c"], ["a/b", "../c"], ["a/b", "../"], ["a", "."], ["x/y/z", "../../q"]]
  ) {
    assert.ok(staysInside({ path: path!, target: target! }), target);
  }
  for (
    const [path, target] of [["a", ".."], ["a", "/b"], ["a/b", "../../c"], ["a", "b/../c"], [
      "a/b",
      "c/../../..",
    ]]
  ) {
    assert.ok(!staysInside({ path: path!, target: target! }), target);
  }
});
