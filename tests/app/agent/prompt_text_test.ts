import assert from "node:assert/strict";
import { promptFromFile, promptFromInput, usablePrompt } from "../../../lib/app/agent/prompt_text.ts";
import { makeFifo } from "../../../lib/host/fifo.ts";
import { createProject } from "../../../lib/project/create.ts";
import { AppWorld } from "../world.ts";

async function project(): Promise<{ world: AppWorld; path: string; secret: string } & AsyncDisposable> {
  const world = await AppWorld.make();
  const path = await world.folder("api");
  await createProject(world.host, { path, cwd: "/" });
  const secret = `${await world.folder("secrets")}/key`;
  await Deno.writeTextFile(secret, "the user's key");
  return { world, path, secret, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

Deno.test("a prompt is read from a file of the project, of elsewhere, and from a pipe", async () => {
  await using made = await project();
  const { world: { host }, path, secret } = made;
  await Deno.mkdir(`${path}/tasks`);
  await Deno.writeTextFile(`${path}/tasks/one.md`, "First.\n");
  assert.equal(await promptFromFile(host, "tasks/one.md", path), "First.\n");
  assert.equal(await promptFromFile(host, "../tasks/one.md", `${path}/tasks`), "First.\n");
  assert.equal(await promptFromFile(host, secret, path), "the user's key");
  await Deno.symlink(path, `${path}-link`);
  assert.equal(await promptFromFile(host, "tasks/one.md", `${path}-link`), "First.\n");
  const pipe = `${secret}.pipe`;
  await makeFifo(pipe, 0o600);
  const written = Deno.writeTextFile(pipe, "from a pipe");
  assert.equal(await promptFromFile(host, pipe, path), "from a pipe");
  await written;
});

Deno.test("a box cannot have a file of the host read as a prompt, by a symlink in its project", async () => {
  await using made = await project();
  const { world: { host }, path, secret } = made;
  await Deno.symlink(secret, `${path}/task.md`);
  await Deno.symlink(secret.slice(0, -"/key".length), `${path}/tasks`);
  await Deno.symlink(path, `${path}-link`);
  // A link of the user's own into the project, to what a box has replaced since.
  await Deno.symlink(`${path}/tasks`, `${path}-tasks`);
  const ways: readonly (readonly [file: string, cwd: string])[] = [
    ["task.md", path],
    ["tasks/key", path],
    [`${path}/tasks/key`, "/"],
    ["task.md", `${path}-link`],
    ["tasks/key", `${path}-link`],
    ["key", `${path}-tasks`],
    ["./tasks/../task.md", path],
  ];
  for (const [file, cwd] of ways) {
    await assert.rejects(promptFromFile(host, file, cwd), { code: "unsafe-tree" }, `${file} in ${cwd}`);
  }
  // A FIFO there would keep the call waiting for ever.
  await makeFifo(`${path}/pipe`, 0o600);
  await assert.rejects(promptFromFile(host, "pipe", path), { code: "unsafe-tree" });
});

Deno.test("a box cannot have a file of the host read as a prompt, by a symlink in what boxes share", async () => {
  await using made = await project();
  const { world: { host }, path, secret } = made;
  const shared = host.system.paths.comms;
  await Deno.mkdir(`${shared}/sub`, { recursive: true });
  await Deno.symlink(secret, `${shared}/task.md`);
  await Deno.symlink(secret.slice(0, -"/key".length), `${shared}/tasks`);
  await Deno.symlink(shared, `${path}-shared`);
  const ways = [
    `${shared}/task.md`,
    `${shared}/tasks/key`,
    `${path}-shared/task.md`,
    `${shared}/sub/../task.md`,
  ];
  for (const file of ways) {
    await assert.rejects(promptFromFile(host, file, "/"), { code: "unsafe-link" }, file);
  }
  await makeFifo(`${shared}/pipe`, 0o600);
  await assert.rejects(promptFromFile(host, `${shared}/pipe`, "/"), { code: "unsafe-tree" });
  await Deno.writeTextFile(`${shared}/plain.md`, "Do it.\n");
  assert.equal(await promptFromFile(host, `${path}-shared/plain.md`, "/"), "Do it.\n");
  await assert.rejects(promptFromFile(host, `${shared}/none`, "/"), { code: "cannot-read", message: /none/ });
});

Deno.test("what is no text, empty, too large or not there is no prompt", async () => {
  await using made = await project();
  const { world: { host }, path } = made;
  await Deno.writeFile(`${path}/bytes`, new Uint8Array([0xff, 0xfe, 0]));
  await assert.rejects(promptFromFile(host, "bytes", path), { code: "bad-prompt", message: /not UTF-8/ });
  await Deno.writeTextFile(`${path}/empty`, " \n");
  await assert.rejects(promptFromFile(host, "empty", path), { code: "bad-prompt", exitCode: 2 });
  await assert.rejects(promptFromFile(host, "none", path), { code: "cannot-read", message: /none/ });
  await Deno.mkdir(`${path}/folder`);
  await assert.rejects(promptFromFile(host, "folder", path), { code: "unsafe-tree" });
  await assert.rejects(promptFromFile(host, "..", path), { code: "cannot-read" });
  const file = await Deno.create(`${path}/large`);
  await file.truncate(9 * 1024 * 1024);
  file.close();
  await assert.rejects(promptFromFile(host, "large", path), { code: "too-large" });
  const endless = new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(new Uint8Array(1024 * 1024)) });
  await assert.rejects(promptFromInput(endless), { code: "too-large" });
  assert.equal(await promptFromInput(new Blob(["a", "b"]).stream()), "ab");
  assert.throws(() => usablePrompt("", "--prompt"), { code: "bad-prompt" });
});
