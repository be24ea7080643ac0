/**
 * Changing the owner of what we made for the box's user.
 *
 * @module
 */

/**
 * Gives a folder of ours, and all in it, to the box's user: without a user namespace that is another user of the host. Does
 * nothing unless we are root, who alone may and needs to. Only for trees that no box has written yet.
 */
export function giveTo(
  folder: string,
  user: { readonly uid: number; readonly gid: number },
): void {
  if (Deno.uid() !== 0 || user.uid === 0) return;
  const give = (path: string): void => {
    Deno.chownSync(path, user.uid, user.gid);
    if (!Deno.lstatSync(path).isDirectory) return;
    for (const entry of Deno.readDirSync(path)) give(`${path}/${entry.name}`);
  };
  give(folder);
}
