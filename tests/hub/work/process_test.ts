import assert from "node:assert/strict";
import { boxState } from "../../../lib/config/box_state.ts";
import { helperFolders } from "../../../lib/hub/folders.ts";
import { writeHelpers } from "../../../lib/hub/state.ts";
import { makeWorkspace } from "../../../lib/hub/work/workspace.ts";
import { denoDir } from "../../support/deno_dir.ts";
import { inFolder } from "../../support/trees.ts";
import { aHelper } from "../example.ts";
import { read, write } from "./support.ts";

const CLI = decodeURIComponent(new URL("../../../cli.ts", import.meta.url).pathname);

/** Asks as a hub does: a process, a question, an answer. */
async function ask(home: string, question: unknown, timeoutMs = 60_000): Promise<Record<string, unknown>> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CLI, "internal", "helper-work"],
    clearEnv: true,
    env: {
      HOME: home,
      PATH: Deno.env.get("PATH") ?? "",
      DENO_DIR: denoDir(),
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    signal: AbortSignal.timeout(timeoutMs),
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(question)));
  await writer.close();
  const { stdout, signal } = await child.output();
  return signal ? { signal } : JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("a process of its own answers what a hub asks about a helper's work", () =>
  inFolder(async (home) => {
    const dirs = { data: `${home}/.local/share/kanibako`, state: `${home}/.local/state/kanibako` };
    const [director, project] = ["app", `${home}/app`];
    await write(project, { "a.txt": "a\n" });
    const group = `${dirs.data}/helpers/${director}`;
    const { workspace, root } = helperFolders(group, 1);
    const inner = helperFolders(helperFolders(group, 1).helpers, 2);
    await Deno.mkdir(root, { recursive: true });
    await Deno.mkdir(inner.root, { recursive: true });
    const make = (from: string, to: string, record: string) =>
      makeWorkspace({ kind: "copy", from, to, record, exclude: [], number: 1 });
    await make(project, workspace, `${root}/fork`);
    const looksOn = helperFolders(helperFolders(group, 3).helpers, 4);
    await Deno.mkdir(looksOn.root, { recursive: true });
    await make(project, looksOn.workspace, looksOn.fork);
    await make(workspace, inner.workspace, `${inner.root}/fork`);
    const state = boxState(dirs, director);
    await Deno.mkdir(state, { recursive: true });
    const schema = `{"type":"string","pattern":"^(a+)+$"}`;
    await writeHelpers(state, [
      aHelper(1, { parent: 0 }),
      aHelper(2, { parent: 1, schema }),
      aHelper(3, { parent: 0, workspace: "shared-ro" }),
      aHelper(4, { parent: 3 }),
    ]);
    const of = { director, path: project };
    await write(workspace, { ".githooks/pre-commit": "#!/bin/sh\n", "result.json": `{"n":1}` });
    assert.deepEqual(await ask(home, { what: "diff", number: 1, ...of }), {
      changes: [
        { path: ".githooks", change: "added" },
        { path: ".githooks/pre-commit", change: "added", protected: "git hook: runs when you commit" },
        { path: "result.json", change: "added" },
      ],
      leftOut: 0,
    });
    const { json, changes } = await ask(home, { what: "result", number: 1, ...of });
    assert.deepEqual([json, (changes as unknown[]).length], [`{"n":1}`, 3]);
    // Where nobody says what is protected, everything is.
    const refused = await ask(home, { what: "land", number: 1, ...of });
    assert.equal((refused["error"] as { code: string }).code, "land-protected");
    assert.deepEqual(await read(project), { "a.txt": "a\n" });
    const { undo } = await ask(home, { what: "land", number: 1, keepOut: "none", ...of });
    assert.equal(typeof undo, "string");
    assert.deepEqual(Object.keys(await read(project)), [".githooks/pre-commit", "a.txt", "result.json"]);
    // The helper of a helper lands in that one's folder.
    await write(inner.workspace, { "a.txt": "of the inner one\n", "result.json": `"${"a".repeat(40)}!"` });
    await ask(home, { what: "land", number: 2, paths: ["a.txt"], keepOut: "all", ...of });
    assert.equal(await Deno.readTextFile(`${workspace}/a.txt`), "of the inner one\n");
    assert.equal(await Deno.readTextFile(`${project}/a.txt`), "a\n");
    for (
      const bad of [{ what: "land", number: 9, ...of }, { what: "x" }, {
        ...of,
        what: "diff",
        number: 1,
        director: "../x",
      }]
    ) {
      assert.ok((await ask(home, bad))["error"]);
    }
    // One that only looks on has no folder of its own in which a result could lie.
    assert.deepEqual(await ask(home, { what: "result", number: 3, ...of }), {
      changes: [],
      problem: "it only looks on at its parent's folder, and leaves no file",
    });
    // A schema may be such that no check of it ends: whoever has asked ends the process.
    assert.deepEqual(await ask(home, { what: "result", number: 2, ...of }, 4000), { signal: "SIGTERM" });
  }));
