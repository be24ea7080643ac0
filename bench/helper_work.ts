import { onDisk, whyNoDisk } from "../tests/support/disks.ts";
import { inFolder } from "../tests/support/trees.ts";
import { alternate, type Result } from "./measure.ts";

const FOLDERS = 200;
const FILES_IN_EACH = 100;
const BYTES = 3000;
const DISK_BYTES = 800 * 2 ** 20;
const script = decodeURIComponent(new URL("helper_work_once.ts", import.meta.url).pathname);

/** What a helper's copy of a project takes, and to compare it: where blocks can be shared on a disk that can, else where files are copied. */
export async function helperWork(rounds: number): Promise<readonly Result[]> {
  const why = await whyNoDisk("xfs");
  const results: Result[] = [];
  const measure = async (base: string, on: string) => void results.push(...await resultsOn(base, on, rounds));
  if (why === undefined) await onDisk("xfs", (mounted) => measure(mounted, "XFS"), DISK_BYTES);
  else await inFolder((folder) => measure(folder, `the usual disk (no XFS: ${why})`));
  return results;
}

async function resultsOn(base: string, on: string, rounds: number): Promise<Result[]> {
  const from = `${base}/from`;
  await makeTree(from);
  const few = Math.min(rounds, 5);
  let used = "";
  const reset = () => call(["rm", "-rf", `${base}/to`, `${base}/to.fork`]).then(() => {});
  const once = async (what: string) => {
    const [ms, how = ""] =
      (await call(["run", "-A", "--no-check", "--quiet", script, what, from, `${base}/to`], Deno.execPath()))
        .trim()
        .split(" ");
    used = how || used;
    return Number(ms);
  };
  const made = await alternate([
    {
      name: "cp -a --reflink=auto",
      run: () => call(["cp", "-a", "--reflink=auto", from, `${base}/to`]).then(() => {}),
      reset,
    },
    { name: "makeWorkspace", run: () => once("make"), reset },
  ], { rounds: few, warmUp: 1 });
  await once("make");
  const compared = await alternate([
    {
      name: "find -printf '%s %p'",
      run: () => call(["find", `${base}/to`, "-printf", "%s %p\\n"]).then(() => {}),
    },
    { name: "diffWork", run: () => once("diff") },
  ], { rounds: few, warmUp: 1 });
  const title = (what: string) => `${what} of ${FOLDERS * FILES_IN_EACH} files on ${on}, ${used}`;
  return [
    { title: title("A helper's copy"), samples: made, limits: { "makeWorkspace": { ratio: 2 } } },
    { title: title("Comparing a helper's copy"), samples: compared, limits: {} },
  ];
}

async function makeTree(from: string): Promise<void> {
  const content = crypto.getRandomValues(new Uint8Array(BYTES));
  for (let folder = 0; folder < FOLDERS; folder++) {
    const path = `${from}/${folder % 10}/${folder}`;
    await Deno.mkdir(path, { recursive: true });
    for (let file = 0; file < FILES_IN_EACH; file++) Deno.writeFileSync(`${path}/file-${file}`, content);
  }
}

async function call(argv: readonly string[], program?: string): Promise<string> {
  const [name, ...args] = program === undefined ? argv : [program, ...argv];
  const { success, stdout, stderr } = await new Deno.Command(name!, { args, stdout: "piped" }).output();
  if (!success) throw new Error(`${name}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
