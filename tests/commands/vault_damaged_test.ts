import assert from "node:assert/strict";
import { Sandbox } from "./program.ts";

Deno.test("vault prune --damaged: removes what has lost its record, and nothing else", async () => {
  await using sandbox = await Sandbox.make();
  const vault = `${sandbox.home}/work/vault`;
  const run = async (...words: string[]) => await sandbox.run(["box", "vault", ...words]);
  await sandbox.run(["create"]);
  const live = [...Deno.readDirSync(vault)].map(({ name }) => name).find((name) => name.endsWith("rw"))!;
  await Deno.writeTextFile(`${vault}/${live}/a`, "one");
  for (const name of ["good", "bad"]) assert.equal((await run("snapshot", "--name", name)).code, 0);
  await Deno.remove(`${vault}/.versions/bad/snapshot.json`);
  const refused = await run("restore", "bad", "--force");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /is damaged.*\n.*\.versions\/bad\n.*vault prune work --damaged/);
  const wanted = JSON.parse((await run("prune", "--damaged", "--dry-run", "--json")).stdout);
  assert.deepEqual(wanted, { removed: ["bad"], kept: 1, dry_run: true });
  const asked = await sandbox.run(["box", "vault", "prune", "--damaged"], { input: "n\n" });
  assert.equal(asked.code, 2);
  const { code, stdout } = await run("prune", "--damaged", "--force");
  assert.deepEqual([code, stdout], [0, "Removed 1 snapshot, kept 1.\n"]);
  assert.deepEqual((await run("list", "-q")).stdout, "good\n");
  assert.deepEqual((await run("prune", "--damaged", "--force")).stdout, "Nothing to prune.\n");
});
