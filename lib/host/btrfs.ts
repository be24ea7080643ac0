/**
 * Subvolumes of btrfs: folders of which a snapshot is taken at once, however much is in them.
 *
 * @module
 */

import { type CName, cName, Errno, errnoName, libc } from "./libc/libc.ts";
import { KanibakoError } from "./error.ts";
import { type Folder, type MakeOptions, openFolder } from "./tree/folder.ts";

const SUBVOL_CREATE = 0x5000940e;
const SNAP_DESTROY = 0x5000940f;
const SNAP_CREATE_V2 = 0x50009417;
const SUBVOL_GETFLAGS = 0x80089419;
const SUBVOL_SETFLAGS = 0x4008941a;
/** Lists the subvolumes right below one; needs no privilege. */
const GET_SUBVOL_ROOTREF = 0xd000943d;
const READ_ONLY = 2n;
/** A subvolume's own folder has this number. */
const ROOT_INODE = 256n;

/** Whether a folder is a subvolume's own. */
export function isSubvolume(folder: Folder): boolean {
  return folder.self().ino === ROOT_INODE && libc().ioctl(folder.fd, SUBVOL_GETFLAGS, new Uint8Array(8)) >= 0;
}

/** Makes an empty subvolume; false where that is not possible, and a plain folder will have to do. */
export function makeSubvolume(parent: Folder, name: string): boolean {
  const result = libc().ioctl(parent.fd, SUBVOL_CREATE, named(0n, name));
  if (result === -Errno.EEXIST) throw failed("create", parent, name, result);
  return result >= 0;
}

/** As {@link makeSubvolume}, with a plain handle, and false too where there is something of that name. */
export function makeSubvolumeIn(folder: number, name: CName): boolean {
  const argument = new Uint8Array(4096);
  argument.set(name, 8);
  return libc().ioctl(folder, SUBVOL_CREATE, argument) >= 0;
}

/** Makes a subvolume below a folder of ours, through folders only. False where it cannot be, or its folder is missing. */
export function makeSubvolumeAt(root: string, path: string, options: MakeOptions): boolean {
  using top = openFolder(root);
  const slash = path.lastIndexOf("/");
  using inner = slash < 0 ? undefined : top.openPath(path.slice(0, slash));
  const parent = slash < 0 ? top : inner;
  const name = path.slice(slash + 1);
  if (!parent || parent.info(name) || !makeSubvolume(parent, name)) return false;
  using made = parent.open(name)!;
  if (options.owner) libc().chown(made.fd, options.owner.uid, options.owner.gid);
  libc().chmod(made.fd, options.mode);
  return true;
}

/**
 * Whether a snapshot of a subvolume would lack something: a box can make subvolumes of its own in it, and a snapshot has empty
 * folders in their place. True also when it is unknown.
 */
export function holdsSubvolumes(folder: Folder): boolean {
  const answer = new Uint8Array(4096);
  if (libc().ioctl(folder.fd, GET_SUBVOL_ROOTREF, answer) < 0) return true;
  return answer[4096 - 8] !== 0;
}

/** Takes a snapshot of a subvolume as `name` in `parent`. */
export function snapshotSubvolume(
  source: Folder,
  parent: Folder,
  name: string,
  options: { readonly readOnly: boolean },
): void {
  const result = libc().ioctl(
    parent.fd,
    SNAP_CREATE_V2,
    named(options.readOnly ? READ_ONLY : 0n, name, source.fd),
  );
  if (result < 0) throw failed("take a snapshot as", parent, name, result);
}

/** Lets a subvolume be changed, so that it can be emptied. Its owner may. Nothing happens to a folder that is none. */
export function makeWritable({ fd }: Pick<Folder, "fd">): void {
  libc().ioctl(fd, SUBVOL_SETFLAGS, new Uint8Array(8));
}

/** Removes a subvolume with all it holds, at once; false where we may not, and it has to be emptied first. */
export function destroySubvolume(parent: Folder, name: string): boolean {
  // The older request: a handle and a name of at most 4087 bytes.
  const argument = new Uint8Array(4096);
  argument.set(cName(name), 8);
  return libc().ioctl(parent.fd, SNAP_DESTROY, argument) >= 0;
}

/** `struct btrfs_ioctl_vol_args_v2`, which for making a subvolume is read as the older one: name at 8. */
function named(flags: bigint, name: string, fd?: number): CName {
  const argument = new Uint8Array(4096);
  const view = new DataView(argument.buffer);
  if (fd === undefined) {
    argument.set(cName(name), 8);
    return argument;
  }
  view.setBigInt64(0, BigInt(fd), true);
  view.setBigUint64(16, flags, true);
  argument.set(cName(name), 56);
  return argument;
}

function failed(action: string, parent: Folder, name: string, result: number): KanibakoError {
  return new KanibakoError("btrfs", `Cannot ${action} ${parent.shown}/${name}: ${errnoName(result)}`);
}
