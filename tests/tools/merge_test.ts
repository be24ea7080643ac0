import assert from "node:assert/strict";
import { bundle } from "../../lib/host/bundle.ts";
import { run } from "../../lib/host/process.ts";
import { APART, GROUPS } from "../../tools/build/groups.ts";
import { checkLinks, type Group, mergeGroups } from "../../tools/build/merge.ts";

/** A program that loads parts of itself lazily, and shows whether there is one of everything. */
const SOURCES: Readonly<Record<string, string>> = {
  "cli.ts": `import { name } from "./name.ts";
    if (Deno.args[0] === "--version") console.log(name);
    else await (await import("./deep/dispatch.ts")).dispatch(Deno.args);`,
  "name.ts": `export const name: string = "the program";`,
  "state.ts": `export let count: number = 0;
    export function add(): void { count++; }
    export class Trouble extends Error {}`,
  "deep/dispatch.ts": `import { name } from "../name.ts";
    import { add, count, Trouble } from "../state.ts";
    export async function dispatch(args: string[]): Promise<void> {
      add();
      const { default: action } = args[0] === "near" ? await import("./near.ts") : await import("../far.ts");
      try { action(); } catch (error) { console.log(name, count, error instanceof Trouble); }
    }`,
  "deep/near.ts": `import { add, Trouble } from "../state.ts";
    export default function near(): void { add(); throw new Trouble(); }`,
  "far.ts": `import { add, count, Trouble } from "./state.ts";
    import { basename } from "node:path";
    export default function far(): void { add(); console.log(basename("a/far"), count); throw new Trouble(); }`,
};

const USUAL: Group = { name: "usual", entries: ["deep/dispatch.ts", "deep/near.ts"] };

interface Program extends AsyncDisposable {
  readonly folder: string;
  files(): string[];
  call(...args: string[]): Promise<string>;
}

async function program(groups: readonly Group[]): Promise<Program> {
  const root = await Deno.makeTempDir({ prefix: "kanibako test " });
  const folder = `${root}/bundle`;
  await Deno.mkdir(`${root}/src/deep`, { recursive: true });
  await Deno.mkdir(folder);
  for (const [path, text] of Object.entries(SOURCES)) await Deno.writeTextFile(`${root}/src/${path}`, text);
  await Deno.writeTextFile(`${root}/src/deno.json`, "{}");
  await bundle({
    deno: Deno.execPath(),
    entry: `${root}/src/cli.ts`,
    more: groups.flatMap(({ entries }) => entries).map((path) => `${root}/src/${path}`),
    config: `${root}/src/deno.json`,
    folder,
  });
  return {
    folder,
    files: () =>
      Deno.readDirSync(folder).map(({ name }) => name).filter((name) => name.endsWith(".js")).toArray(),
    call: async (...args) => {
      const argv = [Deno.execPath(), "run", "--no-code-cache", "--quiet", `${folder}/cli.js`, ...args];
      const result = await run(argv, { env: { NO_COLOR: "1", DENO_DIR: Deno.env.get("DENO_DIR") } });
      assert.equal(result.stderr, "");
      return result.stdout;
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

Deno.test("merging makes one file of a group and changes nothing that the program does", async () => {
  await using plain = await program([]);
  await using merged = await program([USUAL]);
  await mergeGroups(merged.folder, [USUAL], ["cli.ts"]);
  assert.ok(merged.files().includes("usual.js"));
  assert.ok(merged.files().length < plain.files().length);
  for (const word of ["--version", "near", "far"]) {
    assert.equal(await merged.call(word), await plain.call(word), word);
  }
  assert.equal(await merged.call("far"), "far 2\nthe program 2 true\n", "one state and one class for all");
  await checkLinks(merged.folder, "cli.js");
});

Deno.test("merging leaves what must stay apart in files that load no group", async () => {
  await using made = await program([USUAL]);
  await mergeGroups(made.folder, [USUAL], ["cli.ts"]);
  await Deno.remove(`${made.folder}/usual.js`);
  assert.equal(await made.call("--version"), "the program\n");
});

Deno.test("merging the same bundle twice gives the same bytes", async () => {
  await using made = await program([USUAL]);
  const copy = `${made.folder} copy`;
  await run(["cp", "-R", made.folder, copy]);
  await mergeGroups(made.folder, [USUAL], ["cli.ts"]);
  await mergeGroups(copy, [USUAL], ["cli.ts"]);
  const names = made.files().sort();
  assert.deepEqual(
    Deno.readDirSync(copy).map(({ name }) => name).filter((name) => name.endsWith(".js")).toArray().sort(),
    names,
  );
  for (const name of names) {
    assert.equal(
      await Deno.readTextFile(`${copy}/${name}`),
      await Deno.readTextFile(`${made.folder}/${name}`),
      name,
    );
  }
});

Deno.test("merging refuses a group that would load a node: module at once", async () => {
  const far: Group = { name: "usual", entries: ["far.ts"] };
  await using made = await program([far]);
  await assert.rejects(mergeGroups(made.folder, [far], ["cli.ts"]), /node:path must be loaded lazily/);
});

Deno.test("merging refuses a mention of another file that it does not understand", async () => {
  await using made = await program([USUAL]);
  await Deno.writeTextFile(`${made.folder}/odd.js`, `export*from"./cli.js";`);
  await assert.rejects(mergeGroups(made.folder, [USUAL], ["cli.ts"]), /odd\.js refers to others/);
});

Deno.test("merging finds a file whose imports lead nowhere", async () => {
  await using made = await program([USUAL]);
  await mergeGroups(made.folder, [USUAL], ["cli.ts"]);
  await Deno.writeTextFile(`${made.folder}/broken.js`, `import{nothing as x}from"./usual.js";x();`);
  await assert.rejects(checkLinks(made.folder, "cli.js"), /nothing/);
});

Deno.test("the groups of the build name modules that are there, each once", async () => {
  const all = [...APART, ...GROUPS.flatMap(({ entries }) => entries)];
  assert.equal(new Set(all).size, all.length);
  for (const path of all) {
    assert.ok((await Deno.stat(new URL(`../../${path}`, import.meta.url))).isFile, path);
  }
});
