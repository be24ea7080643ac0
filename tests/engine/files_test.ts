// Files in a box, read, written and listed by a script: odd names, odd things, and nothing half done.

import assert from "node:assert/strict";
import { until, User } from "../support/program.ts";
import { runScript, script } from "../support/script.ts";

Deno.test("files of any name are written whole, read exactly and listed", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const said = await runScript(
    user,
    cwd,
    `await using box = await openBox();
const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 11 + (at >> 8)) & 255);
await box.files.write("some/folder/bytes", bytes);
say(await sha(await box.files.read("some/folder/bytes")) === await sha(bytes));
say(await sha(await Deno.readFile("some/folder/bytes")) === await sha(bytes));
const names = ["-rf", "a b", "two\\nlines", "quote'\\"$HOME", "*", "ü", "--", ".hidden"];
for (const name of names) await box.files.write("odd/" + name, "of " + name);
for (const name of ["-rf", "--"]) await box.files.write(name, "top");
say((await Promise.all(names.map((name) => box.files.readText("odd/" + name)))).every((text, at) => text === "of " + names[at]));
say(await box.files.readText("-rf"));
say((await box.files.list("odd")).map(({ name }) => name).sort().join() === names.toSorted().join());
await box.files.write("empty", "");
say((await box.files.read("empty")).length);
await box.files.write("/tmp/elsewhere", new ReadableStream({
  start(controller) { for (const part of ["of ", "a ", "stream"]) controller.enqueue(new TextEncoder().encode(part)); controller.close(); },
}));
say(await box.files.readText("/tmp/elsewhere"));
await box.files.write("run.sh", "echo run", { mode: 0o750 });
await box.exec(["sh", "-c", "ln -s run.sh link; mkfifo fifo; touch -d 1960-01-01 old; mkdir folder; printf x >$(printf 'bad\\\\377name')"]).text();
say((await box.files.list()).filter(({ name }) => ["run.sh", "link", "fifo", "old", "folder"].includes(name))
  .map(({ name, kind, mode, sizeBytes, modifiedMs }) => [name, kind, kind === "link" || kind === "folder" ? 0 : mode, kind === "file" ? sizeBytes : 0, modifiedMs < 0]));
say((await box.files.list()).some(({ name }) => name.startsWith("bad")));
// A link is replaced, not followed.
await box.files.write("link", "through");
say([await box.files.readText("link"), await box.files.readText("run.sh")]);
`,
  );
  assert.deepEqual(said, [
    true,
    true,
    true,
    "top",
    true,
    0,
    "of a stream",
    [
      ["fifo", "other", 0o644, 0, false],
      ["folder", "folder", 0, 0, false],
      ["link", "link", 0, 0, false],
      ["old", "file", 0o644, 0, true],
      ["run.sh", "file", 0o750, 8, false],
    ],
    false,
    ["through", "echo run"],
  ]);
});

Deno.test("what is no file, is missing or too large is an error with its reason, and a write that fails changes nothing", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const said = await runScript(
    user,
    cwd,
    `await using box = await openBox();
const why = async (what: () => Promise<unknown>) => say(await what().then(() => "done", (error) => [codeOf(error), error.message]));
await box.exec(["sh", "-c", "mkfifo fifo; mkdir folder; printf 12345 >five; printf before >kept; mkdir closed; touch closed/in; chmod 0 closed"]).text();
await why(() => box.files.read("missing"));
await why(() => box.files.read("folder"));
await why(() => box.files.read("fifo"));
await why(() => box.files.read("five", { maxBytes: 4 }));
say((await box.files.read("five", { maxBytes: 5 })).length);
await why(() => box.files.read("five", { maxBytes: Infinity }));
await why(() => box.files.list("missing"));
await why(() => box.files.list("five"));
await why(() => box.files.write("folder", "x"));
await why(() => box.files.write("five/below", "x"));
await why(() => box.files.write("/proc/x", "x"));
const broken = () => new ReadableStream<Uint8Array>({
  async pull(controller) {
    controller.enqueue(new TextEncoder().encode("half"));
    await pause(300);
    controller.error(new Error("the source is gone"));
  },
});
await why(() => box.files.write("kept", broken()));
await why(() => box.files.write("new", broken()));
say(await box.files.readText("kept"));
say((await box.files.list()).map(({ name }) => name).filter((name) => /kept|new|part/.test(name)));
`,
  );
  const codes = said.map((one) => Array.isArray(one) && one.length === 2 ? one[0] : one);
  assert.deepEqual(codes.slice(0, 13), [
    "box-file",
    "box-file",
    "box-file",
    "too-large",
    5,
    "bad-value",
    ...Array(5).fill("box-file"),
    "Error: the source is gone",
    "Error: the source is gone",
  ]);
  assert.deepEqual(said.slice(13), ["before", ["kept"]]);
  assert.match(JSON.stringify(said[0]), /No such file/);
  assert.match(JSON.stringify(said[1]), /not a regular file/);
  assert.match(JSON.stringify(said[2]), /not a regular file/);
  assert.match(JSON.stringify(said[8]), /it is a folder/);
});

Deno.test("a script that is killed while it writes a file leaves the file as it was", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  await Deno.writeTextFile(`${cwd}/kept`, "before");
  await Deno.chmod(`${cwd}/kept`, 0o666);
  const call = user.spawn(
    await script(
      user,
      `await using box = await openBox();
await box.files.write("kept", new ReadableStream({
  async pull(controller) { controller.enqueue(new Uint8Array(100_000)); await pause(100); },
}));`,
    ),
    { cwd },
  );
  const parts = () =>
    [...Deno.readDirSync(cwd)].map(({ name }) => name).filter((name) => name.includes(".part."));
  await until(() => parts().length > 0);
  call.kill("SIGKILL");
  await until(async () => (await user.containers()).length === 0);
  await call.ended;
  assert.equal(await Deno.readTextFile(`${cwd}/kept`), "before");
});
