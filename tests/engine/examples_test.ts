import assert from "node:assert/strict";
import { installAgent } from "../support/agent.ts";
import { denoDir } from "../support/deno_dir.ts";
import { engine, User } from "../support/program.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname);

/** A user, and how a script of theirs finds the library. */
async function scriptUser(): Promise<{ user: User; env: Record<string, string> }> {
  const user = await User.make();
  return { user, env: { ...user.env, KANIBAKO_ENGINE: engine, NO_COLOR: "1", DENO_DIR: denoDir() } };
}

/** What must not be left of boxes that belonged to no project. */
async function nothingLeft(user: User): Promise<void> {
  assert.deepEqual(await user.containers(), []);
  assert.deepEqual(await user.runRecords(), []);
  for (const folder of [`${user.data}/scratch`, `${user.state}/boxes`]) {
    const left = [];
    try {
      for await (const { name } of Deno.readDir(folder)) left.push(name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    assert.deepEqual(left, [], folder);
  }
}

async function deno(
  args: string[],
  env: Record<string, string>,
  cwd: string,
): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env,
    clearEnv: true,
    stdin: "null",
  }).output();
  return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("the examples of the library's own documentation run as they are written, and leave nothing", async () => {
  const { user, env } = await scriptUser();
  await using _user = user;
  const { code, said } = await deno(["test", "-A", "--no-check", "--doc", `${root}mod.ts`], env, root);
  assert.equal(code, 0, said);
  assert.match(said, /ok \| 2 passed \| 0 failed/);
  assert.deepEqual(JSON.parse(await user.ok(["list", "--all", "--json"])), []);
  await nothingLeft(user);
});

/** Does as the script of the page says, in the form in which it is asked. */
const AGENT = `
import { readFileSync, writeFileSync } from "node:fs";
writeFileSync("parser_test", "");
console.log(JSON.stringify({ type: "result", is_error: false, result: readFileSync(0, "utf8") }));`;

/** The scripts of docs/library.md, in their order. */
async function scripts(): Promise<string[]> {
  const page = await Deno.readTextFile(`${root}docs/library.md`);
  return [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
}

Deno.test("the scripts of the library's page run as they are written", async () => {
  const { user, env } = await scriptUser();
  await using _user = user;
  const cwd = await user.folder();
  for (
    const [folder, test] of [["api", "exit 0"], ["web", "echo broken; exit 4"], ["cli", "exit 0"]] as const
  ) {
    await Deno.mkdir(`${cwd}/${folder}`);
    await Deno.writeTextFile(`${cwd}/${folder}/test.sh`, test);
    await Deno.writeTextFile(`${cwd}/${folder}/notes.txt`, "a colour\n");
  }
  Object.assign(env, await installAgent(user.home, AGENT));
  const said: string[] = [];
  for (const [index, script] of (await scripts()).entries()) {
    const file = `${user.home}/script-${index}.ts`;
    await Deno.writeTextFile(
      file,
      script.replace('"@kanibako/kanibako"', JSON.stringify(`file://${root}mod.ts`)),
    );
    const config = `--config=${root}deno.json`;
    const outcome = await deno(["run", "-A", "--no-check", "--quiet", config, file], env, cwd);
    assert.equal(outcome.code, 0, `${script}\n${outcome.said}`);
    said.push(outcome.said);
    // The box of a project stays, with its home.
    if (/kanibako\.box\(|agent\(/.test(script)) assert.deepEqual(await user.containers(), []);
    else await nothingLeft(user);
  }
  const [first, failures, diff, nightly, report, prompted] = said;
  assert.equal(first, "3 hello from /home/agent/workspace, CI=1\n12\n");
  assert.equal(failures, "web: exit code 4\nbroken\n\n");
  assert.match(diff!, /^-a colour$/m);
  assert.match(diff!, /^\+a color$/m);
  assert.equal(nightly, "");
  assert.equal(report, ".envrc new: runs when you cd here, once direnv allows it\n");
  assert.equal(prompted, "0 false Add a test for the parser, and make it pass.\nadded: parser_test\n");
  assert.equal(await Deno.readTextFile(`${cwd}/api/notes.txt`), "a colour\n");
});
