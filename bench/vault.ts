import { onDisk, whyNoDisk } from "../tests/support/disks.ts";
import { alternate, type Result } from "./measure.ts";
import { FILES, makeVault, once, peakMemory, run } from "./vault_world.ts";

const LARGE_BYTES = 2 ** 31;
const MOST_ROUNDS = 5;
const GIB = 2 ** 30;

/** The vault on the file system of the temporary folder, on XFS and btrfs where these can be had, and its memory. */
export async function vault(rounds: number): Promise<Result[]> {
  const few = Math.min(rounds, MOST_ROUNDS);
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "kanibako-bench-" }));
  try {
    await makeVault(base, { files: FILES, largeBytes: LARGE_BYTES });
    await once(base, "snapshot", "hardlink");
    const results = [await unchanged(base, rounds), await oneFile(base, few), await archive(base, few)];
    await run("rm", "-rf", `${base}/app`, `${base}/home`);
    results.push(await memory(base));
    for (const [kind, measure] of [["xfs", reflink], ["btrfs", subvolume]] as const) {
      const not = await whyNoDisk(kind);
      if (not) console.log(`\n${kind}: not measured, ${not}`);
      else results.push(await onDisk(kind, (mounted) => measure(mounted, few), 6 * GIB));
    }
    return results;
  } finally {
    await run("rm", "-rf", base);
  }
}

const what = `${FILES} files of 4 KiB, and one of ${LARGE_BYTES / GIB} GiB`;

async function unchanged(base: string, rounds: number): Promise<Result> {
  const live = `${base}/app/vault/rw`;
  const samples = await alternate([
    { name: "find with stat", run: () => run("find", live, "-printf", "%s %T@ %C@ %i %p\\n") },
    { name: "nothing changed", run: () => once(base, "unchanged", "hardlink") },
  ], { rounds, warmUp: 1 });
  return {
    title: `Seeing that nothing changed: ${what}`,
    samples,
    limits: { "nothing changed": { ratio: 1.5 } },
  };
}

async function oneFile(base: string, rounds: number): Promise<Result> {
  const samples = await alternate([
    { name: "one file restored", run: () => once(base, "restore", "77/file-7") },
  ], { rounds, warmUp: 1 });
  return { title: `Restoring: ${what}`, samples, limits: { "one file restored": { totalMs: 100 } } };
}

async function archive(base: string, rounds: number): Promise<Result> {
  const live = `${base}/app/vault/rw`;
  const samples = await alternate([
    {
      name: "tar | zstd -T0",
      run: () => run("sh", "-c", `tar -C ${live} -cf - . | zstd -q -T0 -f -o ${base}/x`),
      reset: () => run("rm", `${base}/x`),
    },
    {
      name: "archive",
      run: () => once(base, "snapshot", "archive"),
      reset: () => once(base, "prune").then(() => {}),
    },
  ], { rounds, warmUp: 1 });
  return { title: `An archive: ${what}, of words`, samples, limits: { archive: { ratio: 1.2 } } };
}

async function reflink(mounted: string, rounds: number): Promise<Result> {
  await makeVault(mounted, { files: FILES, largeBytes: LARGE_BYTES });
  await once(mounted, "snapshot", "reflink");
  const live = `${mounted}/app/vault/rw`;
  const samples = await alternate([
    {
      name: "cp -a --reflink=always",
      run: () => run("cp", "-a", "--reflink=always", live, `${mounted}/copy`),
      reset: () => run("rm", "-rf", `${mounted}/copy`),
    },
    {
      name: "reflink",
      run: () => once(mounted, "snapshot", "reflink"),
      reset: () => once(mounted, "prune").then(() => {}),
    },
  ], { rounds, warmUp: 1 });
  return { title: `Sharing blocks on XFS: ${what}`, samples, limits: { reflink: { ratio: 1.2 } } };
}

async function subvolume(mounted: string, rounds: number): Promise<Result> {
  await makeVault(mounted, { files: FILES, largeBytes: LARGE_BYTES });
  await once(mounted, "snapshot", "btrfs");
  const samples = await alternate([
    {
      name: "btrfs",
      run: () => once(mounted, "snapshot", "btrfs"),
      reset: () => once(mounted, "prune").then(() => {}),
    },
  ], { rounds, warmUp: 1 });
  return { title: `A subvolume of btrfs: ${what}`, samples, limits: { btrfs: { totalMs: 50 } } };
}

/** Peak memory of the built program, with few files and with many. */
async function memory(base: string): Promise<Result> {
  const peaks = [];
  for (const files of [2000, 200_000]) {
    await makeVault(base, { files, largeBytes: 0, fileBytes: 64 });
    for (const strategy of ["hardlink", "archive"]) {
      peaks.push({
        strategy,
        files,
        mib: await peakMemory(base, "box", "vault", "snapshot", "--strategy", strategy),
      });
    }
    peaks.push({ strategy: "verify", files, mib: await peakMemory(base, "box", "vault", "verify") });
    await run("rm", "-rf", `${base}/app`, `${base}/home`);
  }
  const few = Math.max(...peaks.filter(({ files }) => files === 2000).map(({ mib }) => mib));
  return {
    title: "Peak memory of the built program",
    samples: [],
    limits: {},
    counts: peaks.map(({ strategy, files, mib }) => ({
      what: `${strategy}, ${files} files, in MiB`,
      count: mib,
      most: Math.round(few * 1.5),
    })),
  };
}
