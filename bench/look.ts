import { alternate, type Result } from "./measure.ts";

const script = decodeURIComponent(new URL("look_once.ts", import.meta.url).pathname);
const FILES = 100;

/** The look before a launch at what a machine would run of a project, against listing all of it. */
export async function look(rounds: number): Promise<Result> {
  const root = await Deno.makeTempDir({ prefix: "kanibako-bench-" });
  try {
    await makeProject(root);
    const samples = await alternate([
      { name: "find", run: async () => void await output("find", root) },
      { name: "the first look", run: () => once(root) },
      { name: "a later look", run: () => once(root, "again") },
    ], { rounds });
    return {
      title: "Looking at a project of 20 000 files: the call itself",
      samples,
      // The first pays for code that is not compiled yet, from the source here; in what is built it takes half of that.
      limits: { "the first look": { ratio: 2 }, "a later look": { totalMs: 15 } },
    };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** 20 packages with 10 folders each, a repository, and installed programs. */
async function makeProject(root: string): Promise<void> {
  await output("git", "init", "--quiet", root);
  Deno.mkdirSync(`${root}/node_modules/.bin`, { recursive: true });
  for (let number = 0; number < 20; number++) {
    const folder = `${root}/packages/p${number}`;
    for (let inner = 0; inner < 10; inner++) {
      Deno.mkdirSync(`${folder}/f${inner}`, { recursive: true });
      for (let file = 0; file < FILES; file++) {
        Deno.writeTextFileSync(`${folder}/f${inner}/source-${file}.ts`, "x\n");
      }
    }
    Deno.writeTextFileSync(`${folder}/package.json`, '{"scripts":{"build":"tsc"}}');
    Deno.symlinkSync(`../../packages/p${number}/f0`, `${root}/node_modules/.bin/p${number}`);
  }
  Deno.writeTextFileSync(`${root}/package.json`, '{"scripts":{"build":"tsc"}}');
  Deno.writeTextFileSync(`${root}/Makefile`, "all:\n");
}

async function once(...args: string[]): Promise<number> {
  return Number(await output(Deno.execPath(), "run", "-A", "--no-check", "--quiet", script, ...args));
}

async function output(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
