/**
 * The quick gate: what must hold before a change is kept. One line for each step; the output of one that fails.
 * Steps run beside each other, as many as the machine has processors; the tests, which use them all, come last.
 *
 *     deno run -A tools/ok.ts [STEP...]
 *
 * @module
 */

import { fetchEnvironment } from "../lib/host/bundle.ts";
import { findExecutable, run } from "../lib/host/process.ts";

const root = decodeURIComponent(new URL("..", import.meta.url).pathname);
const deno = Deno.execPath();

/** One step; `undefined` from `argv` means that it cannot be done on this machine, or has nothing to do yet. */
interface Step {
  readonly name: string;
  /** It uses every processor itself. */
  readonly alone?: boolean;
  readonly argv: () => Promise<string[] | undefined>;
}

/** What needs an engine, or minutes: killed at every step, on every file system, many random trees. `./dev test` runs it. */
const NOT_QUICK = [
  "tests/engine",
  "tests/escape",
  "tests/e2e",
  "tests/rigs",
  // In a process of their own: they change PATH, which all tests of one process share.
  "tests/app",
  "tests/archive/memory_test.ts",
  "tests/project/change/kill_test.ts",
  "tests/project/change/change_test.ts",
  "tests/host/tree/copy_test.ts",
  "tests/host/tree/filesystems_test.ts",
  "tests/project/duplicate_btrfs_test.ts",
  "tests/vault/copy_seal_test.ts",
  "tests/vault/silent_test.ts",
  "tests/vault/snapshot_test.ts",
  "tests/vault/restore_test.ts",
];

const steps: readonly Step[] = [
  { name: "fmt", argv: words("fmt", "--check", "--quiet") },
  { name: "lint", argv: words("lint", "--quiet") },
  { name: "types", argv: words("check", "--quiet") },
  { name: "docs lint", argv: when("mod.ts", "doc", "--lint", "--quiet", "mod.ts") },
  { name: "docs current", argv: when("tools/docs.ts", "run", "-A", "tools/docs.ts", "--check") },
  { name: "publish", argv: when("mod.ts", "publish", "--dry-run", "--allow-dirty", "--quiet") },
  { name: "module graph", argv: when("cli.ts", "run", "-A", "tools/graph.ts") },
  { name: "shell", argv: shellcheck },
  { name: "use cases", alone: true, argv: words("test", "-A", "--no-check", "--quiet", "tests/app") },
  {
    name: "unit tests",
    alone: true,
    argv: () =>
      words(
        "test",
        "-A",
        "--no-check",
        "--quiet",
        "--parallel",
        `--ignore=${NOT_QUICK.join(",")}`,
        "tests",
      )(),
  },
];

function words(...args: string[]): Step["argv"] {
  return () => Promise.resolve([deno, ...args]);
}

/** As {@link words}, once the file exists. */
function when(file: string, ...args: string[]): Step["argv"] {
  return () => Promise.resolve(exists(file) ? [deno, ...args] : undefined);
}

function exists(file: string): boolean {
  try {
    return Deno.statSync(root + file).isFile;
  } catch {
    return false;
  }
}

/** Every shell script of ours that is a file of its own. `-x` follows what `dev` sources. */
async function shellcheck(): Promise<string[] | undefined> {
  const program = findExecutable("shellcheck");
  if (program === undefined) return undefined;
  const scripts = ["dev", ".ci/run"];
  const visit = async (folder: string): Promise<void> => {
    for await (const entry of Deno.readDir(root + folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await visit(path);
      // The parts of `dev` are looked at with it: they use what it sets.
      else if (isScript(folder, entry.name) && await startsWithShell(path)) {
        scripts.push(path);
      }
    }
  };
  for (const folder of ["tools", "lib", "containerfiles", "templates", "docs/deploy"]) {
    await visit(folder).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
  scripts.push("tools/dev/inside.sh");
  // Scripts that read a file made at run time cannot name it.
  return [program, "-x", "--exclude=SC1090,SC1091", ...scripts];
}

function isScript(folder: string, name: string): boolean {
  return folder === "containerfiles" || name.endsWith(".sh") && folder !== "tools/dev";
}

async function startsWithShell(path: string): Promise<boolean> {
  return /^(#!.*\b(sh|bash)|# shellcheck shell=.*)\n/.test(
    (await Deno.readTextFile(root + path)).slice(0, 200),
  );
}

/** Of a test run, what failed; of all else, everything. */
function essence(output: string): string {
  const errors = output.indexOf("\n ERRORS ");
  return (errors === -1 ? output : output.slice(errors)).trimEnd();
}

/** Performs a step, prints what came of it, and answers whether it went well. */
async function perform(step: Step): Promise<boolean> {
  const started = performance.now();
  const argv = await step.argv();
  if (argv === undefined) {
    console.log(`skip  ${step.name}`);
    return true;
  }
  const result = await run(argv, { cwd: root, env: fetchEnvironment() });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${result.code === 0 ? "ok  " : "FAIL"}  ${step.name} (${seconds} s)`);
  if (result.code !== 0) console.log(essence(result.stdout + result.stderr));
  return result.code === 0;
}

/** Performs steps, so many at a time, in their order. Answers how many failed. */
async function performAll(waiting: Step[], atOnce: number): Promise<number> {
  let failures = 0;
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      if (!await perform(step)) failures++;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return failures;
}

const chosen = Deno.args.length === 0 ? steps : steps.filter((step) => Deno.args.includes(step.name));
const failures = await performAll(chosen.filter(({ alone }) => !alone), navigator.hardwareConcurrency) +
  await performAll(chosen.filter(({ alone }) => alone), 1);
console.log(failures === 0 ? "all is well" : `${failures} of ${chosen.length} steps failed`);
Deno.exit(failures === 0 ? 0 : 1);
