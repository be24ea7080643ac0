import { alternate, type Result } from "./measure.ts";

const FOLDERS = 200;
const FILES_IN_EACH = 100;
const BYTES = 4096;
/** Each round writes and removes 80 MB, twice. */
const MOST_ROUNDS = 5;
const script = decodeURIComponent(new URL("copy_once.ts", import.meta.url).pathname);

/** Copying a tree of many small files, as `duplicate` and the vault do, against `cp`. */
export async function copy(rounds: number): Promise<Result> {
  const base = await makeTree();
  try {
    const reset = () => call(["rm", "-rf", `${base}/to`]);
    const from = `${base}/from`;
    const samples = await alternate([
      {
        name: "cp -a --reflink=auto",
        run: () => call(["cp", "-a", "--reflink=auto", from, `${base}/to`]),
        reset,
      },
      { name: "copyTree, Deno's start included", run: () => ours(from, `${base}/to`), reset },
    ], { rounds: Math.min(rounds, MOST_ROUNDS), warmUp: 1 });
    return {
      title: `Copying ${FOLDERS * FILES_IN_EACH} files of ${BYTES} bytes`,
      samples,
      limits: { "copyTree, Deno's start included": { ratio: 1.3 } },
    };
  } finally {
    await call(["rm", "-rf", base]);
  }
}

/** Walking the same tree, as `du` does for each snapshot, against `find`. */
export async function walk(rounds: number): Promise<Result> {
  const base = await makeTree();
  try {
    const from = `${base}/from`;
    const samples = await alternate([
      { name: "find -printf '%s %p'", run: () => call(["find", from, "-printf", "%s %p\\n"]) },
      { name: "walkTree, Deno's start included", run: () => ours(from) },
    ], { rounds, warmUp: 1 });
    return {
      title: `Walking ${FOLDERS * FILES_IN_EACH} files`,
      samples,
      limits: { "walkTree, Deno's start included": { aboveMs: 150 } },
    };
  } finally {
    await call(["rm", "-rf", base]);
  }
}

async function makeTree(): Promise<string> {
  const base = await Deno.makeTempDir({ prefix: "kanibako-bench-" });
  const content = crypto.getRandomValues(new Uint8Array(BYTES));
  for (let folder = 0; folder < FOLDERS; folder++) {
    const path = `${base}/from/${folder % 10}/${folder}`;
    await Deno.mkdir(path, { recursive: true });
    for (let file = 0; file < FILES_IN_EACH; file++) Deno.writeFileSync(`${path}/file-${file}`, content);
  }
  return base;
}

function ours(...args: string[]): Promise<void> {
  return call([Deno.execPath(), "run", "-A", "--no-check", "--quiet", script, ...args]);
}

async function call(argv: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(argv[0]!, { args: argv.slice(1), stdout: "null" })
    .output();
  if (!success) throw new Error(`${argv[0]}: ${new TextDecoder().decode(stderr)}`);
}
