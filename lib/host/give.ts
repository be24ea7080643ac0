/**
 * Changing the owner of what we made for the box's user.
 *
 * @module
 */

/**
 * Gives a folder of ours, and all in it, to the box's user: without a user namespace that is another user of the host. Does
 * nothing unless we are root, who alone may and needs to. Only for trees that no box has written yet.
 */
export async function giveTo(
  folder: string,
  user: { readonly uid: number; readonly gid: number },
): Promise<void> {
  if (Deno.uid() !== 0 || user.uid === 0) return;
  const give = async (path: string): Promise<void> => {
    await Deno.chown(path, user.uid, user.gid);
    if (!(await Deno.lstat(path)).isDirectory) return;
    for await (const entry of Deno.readDir(path)) await give(`${path}/${entry.name}`);
  };
  await give(folder);
}
