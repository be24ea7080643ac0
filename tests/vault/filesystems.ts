/** Folders on file systems of several kinds: those the machine has, and new ones in files, where that can be. */

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

async function whyNot(tool: string): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "mounting needs root";
  const has = async (...argv: string[]) =>
    (await new Deno.Command(argv[0]!, { args: argv.slice(1), stdout: "null", stderr: "null" }).output().catch(
      () => undefined,
    ))?.success === true;
  if (!await has("sh", "-c", `command -v ${tool}`)) return `there is no ${tool}`;
  return await has("losetup", "--find") ? undefined : "there are no loop devices";
}

async function onImage(make: readonly string[], test: (folder: string) => Promise<void>): Promise<void> {
  const base = await Deno.makeTempDir({ prefix: "kanibako-fs-" });
  const [image, mounted] = [`${base}/image`, `${base}/mounted`];
  try {
    await Deno.writeTextFile(image, "");
    await Deno.truncate(image, 320 * 2 ** 20);
    await Deno.mkdir(mounted);
    await command(...make, image);
    await command("mount", "-o", "loop", image, mounted);
    try {
      await Deno.mkdir(`${mounted}/test`);
      await test(`${mounted}/test`);
    } finally {
      await command("umount", mounted);
    }
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

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

const noBtrfs = await whyNot("mkfs.btrfs");
const noXfs = await whyNot("mkfs.xfs");
const noExt4 = await whyNot("mkfs.ext4");
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
    use: (test) => onImage(["mkfs.ext4", "-q"], test),
  },
  {
    name: "btrfs",
    not: noBtrfs,
    strategies: ["btrfs", "reflink", "hardlink", "archive"],
    use: (test) => onImage(["mkfs.btrfs", "--quiet"], test),
  },
  {
    name: "xfs",
    not: noXfs,
    strategies: ["reflink", "hardlink", "archive"],
    use: (test) => onImage(["mkfs.xfs", "-q", "-m", "reflink=1"], test),
  },
];
