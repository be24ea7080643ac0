import assert from "node:assert/strict";
import {
  contextDigest,
  copiedDigest,
  copyContext,
  readBuildFiles,
} from "../../lib/devcontainer/build/context.ts";
import { copyLocalFeature } from "../../lib/devcontainer/features/local.ts";
import { openTree } from "../../lib/host/tree/tree.ts";
import { command } from "../support/trees.ts";
import { ProjectFolder } from "./project_folder.ts";

const build = (context: string) => ({
  dockerfile: "Dockerfile",
  context,
  args: {},
  cacheFrom: [],
  options: [],
});

async function copied(dockerfile: string, context = ""): Promise<readonly string[]> {
  await using project = await ProjectFolder.create({
    "Dockerfile": dockerfile,
    ".dockerignore": context === "" ? "node_modules\n" : "",
    "a/one": "1",
    "a/two": "2",
    "b/three": "3",
    "node_modules/x/y": "",
  });
  await Deno.symlink("/etc/passwd", `${project.path}/a/out`);
  await Deno.symlink("one", `${project.path}/a/in`);
  await command("mkfifo", `${project.path}/a/fifo`);
  await using elsewhere = await ProjectFolder.create({});
  using tree = openTree(project.path);
  const files = readBuildFiles(tree, build(context));
  await copyContext(tree, files, `${elsewhere.path}/copy`);
  assert.equal(copiedDigest(files, `${elsewhere.path}/copy`), contextDigest(tree, files));
  const found = await new Deno.Command("find", {
    args: [".", "!", "-type", "d"],
    cwd: `${elsewhere.path}/copy`,
  }).output();
  return new TextDecoder().decode(found.stdout).trim().split("\n").map((path) => path.slice(2)).sort();
}

Deno.test("a build's context has what the Dockerfile takes, without links that lead out and what is no file", async () => {
  assert.deepEqual(await copied("FROM x\nCOPY a /a\n"), ["a/in", "a/one", "a/two"]);
  assert.deepEqual(await copied("FROM x\nCOPY a/one b /a/\n"), ["a/one", "b/three"]);
  assert.deepEqual(await copied("FROM x\nCOPY . /a\n", "a"), ["in", "one", "two"]);
});

Deno.test("a build that may take all has all but what .dockerignore names", async () => {
  assert.deepEqual(await copied("FROM x\nCOPY *.c /a\n"), [
    ".dockerignore",
    "Dockerfile",
    "a/in",
    "a/one",
    "a/two",
    "b/three",
  ]);
});

Deno.test("a local feature is copied without links that lead out of it", async () => {
  await using project = await ProjectFolder.create({ ".devcontainer/f/install.sh": "echo", "secret": "s" });
  await Deno.symlink("../../secret", `${project.path}/.devcontainer/f/link`);
  using tree = openTree(project.path);
  await copyLocalFeature(tree, ".devcontainer/f", `${project.path}/copy`);
  assert.deepEqual([...Deno.readDirSync(`${project.path}/copy`)].map(({ name }) => name), ["install.sh"]);
  await assert.rejects(() => copyLocalFeature(tree, ".devcontainer/g", `${project.path}/other`), {
    code: "bad-feature",
  });
});

Deno.test("what a build copies by name is compared, unless it is too much to be read at each start", async () => {
  await using project = await ProjectFolder.create({ "Dockerfile": "FROM x\nCOPY a /a\n", "a/one": "1" });
  using tree = openTree(project.path);
  const digest = () => contextDigest(tree, readBuildFiles(tree, build("")));
  assert.match(digest()!, /^[0-9a-f]{64}$/);
  for (let number = 0; number < 10_001; number++) Deno.mkdirSync(`${project.path}/a/${number}`);
  assert.equal(digest(), undefined);
});

Deno.test("what a tree's digest reads is bounded, whatever names and holes its files have", async () => {
  await using project = await ProjectFolder.create({ "Dockerfile": "FROM a\nCOPY d /\n", "d/0": "" });
  using tree = openTree(project.path);
  const digest = () => contextDigest(tree, readBuildFiles(tree, build("")));
  const size = 32 * 2 ** 20;
  await Deno.truncate(`${project.path}/d/0`, size);
  const one = digest();
  for (let at = 1; at < 200; at++) await Deno.link(`${project.path}/d/0`, `${project.path}/d/${at}`);
  const began = Date.now();
  const linked = digest();
  assert.ok(Date.now() - began < 3000);
  assert.ok(one !== undefined && linked !== undefined && one !== linked);
  for (const name of ["x", "y"]) {
    await Deno.writeTextFile(`${project.path}/d/${name}`, "");
    await Deno.truncate(`${project.path}/d/${name}`, size);
  }
  assert.equal(digest(), undefined);
});
