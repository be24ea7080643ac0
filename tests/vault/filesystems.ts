/** Folders on file systems of several kinds: those the machine has, and new ones in files, where that can be. */

import { type Disk, onDisk, whyNoDisk } from "../support/disks.ts";
import { command } from "../support/trees.ts";

/** A kind of file system, and how to get a folder on it. */
export interface FileSystem {
  readonly name: string;
  /** Why there is none here. */
  readonly not: string | undefined;
  /** Strategies it can, the best first. */
  readonly strategies: readonly ("btrfs" | "reflink" | "hardlink" | "archive")[];
  use(test: (folder: string) => Promise<void>): Promise<void>;
}

const onImage = (kind: Disk, test: (folder: string) => Promise<void>) =>
  onDisk(kind, async (mounted) => {
    await Deno.mkdir(`${mounted}/test`);
    await test(`${mounted}/test`);
  });

/** A small file system in memory, to be filled. */
export async function onSmallDisk(sizeBytes: number, test: (folder: string) => Promise<void>): Promise<void> {
  const mounted = await Deno.makeTempDir({ prefix: "kanibako-full-" });
  await command("mount", "-t", "tmpfs", "-o", `size=${sizeBytes}`, "tmpfs", mounted);
  try {
    await test(mounted);
  } finally {
    await command("umount", mounted);
    await Deno.remove(mounted);
  }
}

async function inFolder(dir: string, test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ dir, prefix: "kanibako-vault-" });
  try {
    await test(folder);
  } finally {
    await command("chmod", "-R", "u+rwX", folder);
    await Deno.remove(folder, { recursive: true });
  }
}

const noBtrfs = await whyNoDisk("btrfs");
const noXfs = await whyNoDisk("xfs");
const noExt4 = await whyNoDisk("ext4");
const noMount = Deno.uid() === 0 ? undefined : "mounting needs root";

/** All kinds. */
export const fileSystems: readonly FileSystem[] = [
  {
    name: "the temporary folder's",
    not: undefined,
    strategies: ["hardlink", "archive"],
    use: (test) => inFolder(Deno.env.get("TMPDIR") ?? "/tmp", test),
  },
  {
    name: "tmpfs",
    not: noMount,
    strategies: ["hardlink", "archive"],
    use: (test) => onSmallDisk(256 * 2 ** 20, test),
  },
  {
    name: "ext4",
    not: noExt4,
    strategies: ["hardlink", "archive"],
    use: (test) => onImage("ext4", test),
  },
  {
    name: "btrfs",
    not: noBtrfs,
    strategies: ["btrfs", "reflink", "hardlink", "archive"],
    use: (test) => onImage("btrfs", test),
  },
  {
    name: "xfs",
    not: noXfs,
    strategies: ["reflink", "hardlink", "archive"],
    use: (test) => onImage("xfs", test),
  },
];

/** A test with each strategy on each kind of file system that can do it, in a folder there. */
export function testOnAll(
  title: (strategy: FileSystem["strategies"][number]) => string,
  test: (place: string, strategy: FileSystem["strategies"][number]) => Promise<void>,
): void {
  for (const { name, not, strategies, use } of fileSystems) {
    for (const strategy of strategies) {
      Deno.test({
        name: `on ${name} file system, ${title(strategy)}${not ? ` (${not})` : ""}`,
        ignore: not !== undefined,
        fn: () => use((place) => test(place, strategy)),
      });
    }
  }
}
