/** New file systems, in files, where such can be made and mounted. */

import { command, inFolder } from "./trees.ts";

/** Those there are programs for, and how to make one. */
const MAKE = {
  ext4: ["mkfs.ext4", "-q"],
  btrfs: ["mkfs.btrfs", "--quiet"],
  xfs: ["mkfs.xfs", "-q", "-m", "reflink=1"],
} as const;

/** A kind of file system. */
export type Disk = keyof typeof MAKE;

/** Why no file system can be made in a file and mounted here; nothing when it can. */
export async function whyNoDisk(kind: Disk): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "mounting needs root";
  const works = async (...argv: string[]) => {
    const options = { args: argv.slice(1), stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(argv[0]!, options).output().catch(() => undefined))?.success === true;
  };
  const [tool] = MAKE[kind];
  if (!await works("sh", "-c", `command -v ${tool}`)) return `there is no ${tool}`;
  return await works("losetup", "--find") ? undefined : "there are no loop devices";
}

/** Uses a new file system, and a folder beside it. It is unmounted and removed afterwards. */
export async function onDisk<T>(
  kind: Disk,
  use: (mounted: string, beside: string) => Promise<T>,
  sizeBytes = 320 * 2 ** 20,
): Promise<T> {
  let answer: T;
  await inFolder(async (base) => {
    const [image, mounted] = [`${base}/image`, `${base}/mounted`];
    await Deno.writeTextFile(image, "");
    await Deno.truncate(image, sizeBytes);
    await Deno.mkdir(mounted);
    await command(...MAKE[kind], image);
    await command("mount", "-o", "loop", image, mounted);
    try {
      answer = await use(mounted, base);
    } finally {
      await command("umount", mounted);
    }
  });
  return answer!;
}
