import assert from "node:assert/strict";
import { bundle } from "../../lib/host/bundle.ts";
import { run } from "../../lib/host/process.ts";
import { type Group, writeChunks } from "../../tools/build/chunks.ts";
import { GROUPS } from "../../tools/build/groups.ts";

/** A program that loads parts of itself lazily, and shows whether there is one of everything. */
const SOURCES: Readonly<Record<string, string>> = {
  "deno.json": `{ "imports": { "smol-toml": "npm:smol-toml@1.9.1" } }`,
  "notes": "a \`text\`\n",
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
  "deep/near.ts": `import { parse } from "smol-toml";
    import notes from "../notes" with { type: "text" };
    import { add, Trouble } from "../state.ts";
    export default function near(): void { add(); console.log(parse("a = 1").a, notes); throw new Trouble(); }`,
  "far.ts": `import { add, count, Trouble } from "./state.ts";
    import { basename } from "node:path";
    export default function far(): void { add(); console.log(basename("a/far"), count); throw new Trouble(); }`,
};

const NAME: Group = { name: "name", entries: ["name.ts"] };
const USUAL: Group = { name: "usual", entries: ["deep/dispatch.ts", "deep/near.ts"] };

interface Program extends AsyncDisposable {
  readonly folder: string;
  files(): string[];
  call(...args: string[]): Promise<string>;
}

/** The program in files by groups, or as the bundler that makes no groups would make it. */
async function program(groups: readonly Group[] | "plain"): Promise<Program> {
  const root = await Deno.makeTempDir({ prefix: "kanibako test " });
  const folder = `${root}/bundle`;
  await Deno.mkdir(`${root}/src/deep`, { recursive: true });
  await Deno.mkdir(folder);
  for (const [path, text] of Object.entries(SOURCES)) await Deno.writeTextFile(`${root}/src/${path}`, text);
  const [entry, config] = [`${root}/src/cli.ts`, `${root}/src/deno.json`];
  try {
    if (groups === "plain") await bundle({ deno: Deno.execPath(), entry, config, folder });
    else await writeChunks(`${root}/src/`, folder, groups);
  } catch (error) {
    await Deno.remove(root, { recursive: true });
    throw error;
  }
  return {
    folder,
    files: () =>
      Deno.readDirSync(folder).map(({ name }) => name).filter((name) => name.endsWith(".js")).toArray()
        .sort(),
    call: async (...args) => {
      const argv = [Deno.execPath(), "run", "--no-code-cache", "--quiet", "--allow-all", "--no-config"];
      const result = await run([...argv, `${folder}/cli.js`, ...args], {
        env: { NO_COLOR: "1", DENO_DIR: Deno.env.get("DENO_DIR") },
      });
      assert.equal(result.stderr, "");
      return result.stdout;
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

Deno.test("writeChunks makes one file of a group and changes nothing that the program does", async () => {
  await using plain = await program("plain");
  await using made = await program([NAME, USUAL]);
  assert.ok(made.files().includes("usual.js"));
  for (const word of ["--version", "near", "far"]) {
    assert.equal(await made.call(word), await plain.call(word), word);
  }
  assert.equal(await made.call("near"), "1 a `text`\n\nthe program 2 true\n");
  assert.equal(await made.call("far"), "far 2\nthe program 2 true\n", "one state and one class for all");
});

Deno.test("writeChunks leaves a group of its own out of what others load", async () => {
  await using made = await program([NAME, USUAL]);
  await Deno.remove(`${made.folder}/usual.js`);
  assert.equal(await made.call("--version"), "the program\n");
  await assert.rejects(made.call("near"), /usual\.js/);
});

Deno.test("writeChunks keeps what is loaded lazily out of the groups that do not name it", async () => {
  await using made = await program([NAME, USUAL]);
  await Deno.remove(`${made.folder}/far.js`);
  assert.equal(await made.call("near"), "1 a `text`\n\nthe program 2 true\n");
});

Deno.test("writeChunks makes the same bytes of the same program", async () => {
  await using one = await program([NAME, USUAL]);
  await using other = await program([NAME, USUAL]);
  assert.deepEqual(one.files(), other.files());
  for (const name of one.files()) {
    const [text, again] = [one, other].map(({ folder }) => Deno.readTextFileSync(`${folder}/${name}`));
    assert.equal(text, again, name);
  }
});

Deno.test("writeChunks refuses a group that would load a node: module at once", async () => {
  await assert.rejects(program([{ name: "usual", entries: ["far.ts"] }]), /node:path must be loaded lazily/);
});

Deno.test("writeChunks refuses a group with a module that the program does not have", async () => {
  await assert.rejects(program([{ name: "usual", entries: ["gone.ts"] }]), /the program has no gone\.ts/);
});

Deno.test("the groups of the build name modules that are there, each once", async () => {
  const all = GROUPS.flatMap(({ entries }) => entries);
  assert.equal(new Set(all).size, all.length);
  for (const path of all) {
    assert.ok((await Deno.stat(new URL(`../../${path}`, import.meta.url))).isFile, path);
  }
});
