import assert from "node:assert/strict";

const tests = decodeURIComponent(new URL("..", import.meta.url).pathname);

/** Tests that replace PATH, which all tests of one process share, are run in processes of their own: those of these folders. */
const APART = /^(app|e2e|engine|escape|support)\//;
const REPLACES_PATH =
  /Deno\.env\.set\("PATH", (?!`[^`]*\$\{path\}`|path\)|this\.#path\))|["'][^"']*\bapp\/world\.ts["']/;

async function* files(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(tests + folder)) {
    if (isDirectory) yield* files(`${folder}${name}/`);
    else if (name.endsWith(".ts")) yield folder + name;
  }
}

Deno.test("a test that replaces PATH has a process of its own", async () => {
  const found: string[] = [];
  for await (const path of files("")) {
    if (APART.test(path) || path === "gate/own_process_test.ts") continue;
    if (REPLACES_PATH.test(await Deno.readTextFile(tests + path))) found.push(path);
  }
  assert.deepEqual(found, []);
  assert.match('Deno.env.set("PATH", bin);', REPLACES_PATH);
  assert.doesNotMatch('Deno.env.set("PATH", `${folder}:${path}`);', REPLACES_PATH);
});
