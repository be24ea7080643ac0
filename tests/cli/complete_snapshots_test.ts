import assert from "node:assert/strict";
import { inTime } from "../../lib/commands/complete_action.ts";
import { snapshotQuestion } from "../../lib/commands/complete_snapshots.ts";
import { run } from "../../lib/host/process.ts";
import { denoDir } from "../support/deno_dir.ts";
import { VaultWorld } from "../vault/world.ts";

const cli = new URL("../../cli.ts", import.meta.url).pathname;
const asked = (...typed: string[]) => snapshotQuestion(typed);

/** What the program answers a shell, as words. */
async function answers(world: VaultWorld, cwd: string, ...typed: string[]): Promise<string[]> {
  const env = { ...world.sandbox.env(), PATH: Deno.env.get("PATH")!, DENO_DIR: denoDir() };
  const argv = [Deno.execPath(), "run", "-A", "--no-check", cli, "__complete", ...typed];
  const { code, stdout, stderr } = await run(argv, { env, cwd });
  assert.deepEqual([code, stderr], [0, ""]);
  return stdout.split("\n").filter((line) => line !== "").map((line) => line.slice(0, line.indexOf("\t")));
}

Deno.test("snapshotQuestion() asks where a word names a snapshot, by whichever spelling", () => {
  const here = { project: undefined, named: [] };
  for (const verb of ["diff", "restore", "verify", "export"]) {
    assert.deepEqual(asked("box", "vault", verb, ""), here, verb);
    assert.deepEqual(asked("vault", verb, "be"), here, verb);
  }
  assert.deepEqual(asked("-v", "box", "vault", "restore", "--force", ""), here);
  assert.deepEqual(asked("box", "vault", "diff", "one", ""), { project: undefined, named: ["one"] });
  for (const words of [["-p", "app"], ["-papp"], ["--project", "app"], ["--project=app"]]) {
    assert.deepEqual(asked("box", "vault", "restore", ...words, ""), { project: "app", named: [] });
  }
});

Deno.test("snapshotQuestion() does not ask where no word names a snapshot", () => {
  for (
    const words of [
      ["box", "vault", "restore"],
      ["box", "vault", "list", ""],
      ["box", "vault", "restore", "--pro"],
      ["box", "vault", "restore", "-p", ""],
      ["box", "vault", "restore", "one", ""],
      ["box", "vault", "diff", "one", "two", ""],
      ["box", "vault", "export", "one", ""],
      ["box", "vault", "import", ""],
      ["box", "vault", "restore", "--nonsense", ""],
      ["box", "restore", ""],
      ["start", ""],
      [""],
    ]
  ) assert.equal(asked(...words), undefined, words.join(" "));
});

Deno.test("complete: snapshots of the project meant, the newest first, and nothing is written", async () => {
  await using world = await VaultWorld.make();
  const { path, name } = world.project;
  for (const snapshot of ["b-first", "c-second", "a-third"]) {
    await Deno.writeTextFile(`${world.live}/file`, snapshot);
    await world.snapshot({}, { name: snapshot });
  }
  const before = await stamps(world.sandbox.root);
  assert.deepEqual(await answers(world, path, "box", "vault", "restore", ""), [
    "a-third",
    "c-second",
    "b-first",
  ]);
  assert.deepEqual(await answers(world, path, "box", "vault", "diff", "a-third", ""), [
    "c-second",
    "b-first",
  ]);
  assert.deepEqual(await answers(world, "/", "box", "vault", "verify", "-p", name, "b"), ["b-first"]);
  assert.deepEqual(await stamps(world.sandbox.root), before);
});

Deno.test("complete: where there is no project, no vault or no snapshot nothing is offered, without an error", async () => {
  await using world = await VaultWorld.make({ vault: false });
  assert.deepEqual(await answers(world, world.project.path, "box", "vault", "restore", ""), []);
  assert.deepEqual(await answers(world, "/", "box", "vault", "restore", ""), []);
  assert.deepEqual(await answers(world, "/", "box", "vault", "restore", "-p", "nobody", ""), []);
  await using other = await VaultWorld.make();
  assert.deepEqual(await answers(other, other.project.path, "box", "vault", "restore", ""), []);
});

Deno.test("inTime() answers nothing in place of an error or of an answer that does not come", async () => {
  assert.deepEqual(await inTime(Promise.resolve(["one"]), 60_000), ["one"]);
  assert.deepEqual(await inTime(Promise.reject(new Error("no")), 60_000), []);
  assert.deepEqual(await inTime(new Promise<never>(() => {}), 1), []);
});

/** Every path below a folder with the time it was changed. */
async function stamps(folder: string): Promise<string[]> {
  const { stdout } = await run(["find", folder, "-printf", "%p %C@\\n"]);
  return stdout.split("\n").sort();
}
