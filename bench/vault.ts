import { alternate, type Result } from "./measure.ts";

const FOLDERS = 200;
const FILES_IN_EACH = 100;
const LARGE_BYTES = 256 * 2 ** 20;
const MOST_ROUNDS = 5;
const script = decodeURIComponent(new URL("vault_once.ts", import.meta.url).pathname);

/**
 * An unchanged vault seen as such against a bare walk, an archive against `tar | zstd`, and one file brought back; of 20 000
 * files and a large one.
 */
export async function vault(rounds: number): Promise<Result> {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "kanibako-bench-" }));
  try {
    await once(base, "make");
    const live = `${base}/app/vault/rw`;
    await makeTree(live);
    await once(base, "snapshot", "hardlink");
    const options = { rounds: Math.min(rounds, MOST_ROUNDS), warmUp: 1 };
    const walked = await alternate([
      { name: "find with stat", run: () => call(["find", live, "-printf", "%s %T@ %C@ %i %p\\n"]) },
      { name: "nothing changed, Deno's start included", run: () => once(base, "unchanged") },
    ], options);
    const restored = await alternate([
      { name: "one file restored, Deno's start included", run: () => once(base, "restore", "77/file-7") },
    ], options);
    const packed = await alternate([
      {
        name: "tar | zstd -T0",
        run: () => call(["sh", "-c", `tar -C ${live} -cf - . | zstd -q -T0 -3 -f -o ${base}/x`]),
      },
      {
        name: "archive, Deno's start included",
        run: () => once(base, "snapshot", "archive"),
        reset: () => once(base, "prune"),
      },
    ], options);
    const samples = [...walked, ...restored, ...packed];
    const tar = packed[0]!.median;
    return {
      title: `The vault: ${FOLDERS * FILES_IN_EACH} files of 4 KiB, and one of ${LARGE_BYTES / 2 ** 20} MiB`,
      samples,
      limits: {
        // What a start of Deno with the vault's modules takes is no part of the walk.
        "nothing changed, Deno's start included": { aboveMs: samples[0]!.median * 0.5 + 200 },
        "one file restored, Deno's start included": { totalMs: 100 },
        "archive, Deno's start included": { totalMs: tar * 1.2 + 200 },
      },
    };
  } finally {
    await call(["rm", "-rf", base]);
  }
}

async function makeTree(live: string): Promise<void> {
  for (let folder = 0; folder < FOLDERS; folder++) {
    await Deno.mkdir(`${live}/${folder}`);
    for (let file = 0; file < FILES_IN_EACH; file++) {
      Deno.writeFileSync(`${live}/${folder}/file-${file}`, crypto.getRandomValues(new Uint8Array(4096)));
    }
  }
  using large = await Deno.open(`${live}/large`, { write: true, create: true });
  const piece = crypto.getRandomValues(new Uint8Array(65536));
  for (let done = 0; done < LARGE_BYTES; done += piece.length) await large.write(piece);
}

function once(base: string, ...words: string[]): Promise<void> {
  return call([Deno.execPath(), "run", "-A", "--no-check", "--quiet", script, base, ...words]);
}

async function call(argv: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(argv[0]!, { args: argv.slice(1), stdout: "null" })
    .output();
  if (!success) throw new Error(`${argv.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
