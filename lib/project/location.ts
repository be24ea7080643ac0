/**
 * What a path leads to, so that two paths can be compared by what they are and not by how they are spelled.
 *
 * One folder has many paths: through symlinks, through a bind mount, in other letters where a file system does not tell them apart.
 * So a path is known by three things: itself with symlinks resolved, the place on its device (which is the same however often that
 * is mounted), and the inodes of it and of the folders above it.
 *
 * @module
 */

import { normalPath, parentOf } from "../host/path.ts";
import { type MountPoint, mountPoints } from "../host/mounts.ts";
import { isWithin } from "./layout.ts";

const MOST_LINKS = 40;

/** Where a path leads. */
export interface Location {
  /** Symlinks resolved; of what does not exist, as far as it does, links to nothing included. */
  readonly path: string;
  /** The device and the place on it, as one text. */
  readonly onDevice: string;
  /** The inode, with its device; `undefined` of what does not exist. */
  readonly inode: string | undefined;
  /** The inodes of it and of all folders above it. */
  readonly inodes: ReadonlySet<string>;
}

/** Looks paths up, each once. Made for one check: what was found is not looked up again. */
export class Locations {
  readonly #found = new Map<string, Location>();
  readonly #names = new Map<string, Location>();
  readonly #inodes = new Map<string, string | undefined>();
  #mounts: readonly MountPoint[] | undefined;

  /** Where an absolute path leads. What may not be looked at is taken as it is spelled. */
  of(asked: string): Location {
    const path = normalPath(asked);
    let found = this.#found.get(path);
    if (!found) this.#found.set(path, found = this.#follow(path, 0));
    return found;
  }

  /** What does not exist is found below what does: a failed look costs many times a good one. */
  #follow(path: string, links: number): Location {
    try {
      return this.#look(Deno.realPathSync(path));
    } catch (cause) {
      const isNothing = cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory;
      if (!isNothing || path === "/") return this.#look(path);
    }
    const above = this.of(parentOf(path));
    const name = path.slice(path.lastIndexOf("/") + 1);
    const target = above.inode !== undefined && links < MOST_LINKS
      ? linkTarget(`${above.path}/${name}`)
      : undefined;
    if (target === undefined) return this.below(above, name);
    return this.#follow(normalPath(target.startsWith("/") ? target : `${above.path}/${target}`), links + 1);
  }

  /** A path as it is spelled, but for links in the folders above it: of a link, where the link itself is. */
  ofName(path: string): Location {
    let found = this.#names.get(path);
    if (!found) {
      const folder = this.of(parentOf(path)).path;
      found = this.#look(`${folder === "/" ? "" : folder}/${path.slice(path.lastIndexOf("/") + 1)}`);
      this.#names.set(path, found);
    }
    return found;
  }

  /** A path below a folder on which there is no link: nothing is looked up, so the inode is not known. */
  below(folder: Location, path: string): Location {
    const join = (base: string) => base.endsWith("/") ? `${base}${path}` : `${base}/${path}`;
    return { ...folder, path: join(folder.path), onDevice: join(folder.onDevice), inode: undefined };
  }

  /** Whether one is the other, or below it. */
  isWithin(inner: Location, outer: Location): boolean {
    return isWithin(inner.path, outer.path) || isOnDevice(inner.onDevice, outer.onDevice) ||
      (outer.inode !== undefined && inner.inodes.has(outer.inode));
  }

  /** Whether both are the same. */
  isSame(a: Location, b: Location): boolean {
    return a.path === b.path || a.onDevice === b.onDevice || (a.inode !== undefined && a.inode === b.inode);
  }

  /** What is mounted somewhere below a folder. */
  mountedIn(folder: Location): readonly Location[] {
    return this.#table().filter(({ path }) => path !== folder.path && isWithin(path, folder.path))
      .map(({ path }) => this.of(path));
  }

  #look(path: string): Location {
    const inodes = new Set<string>();
    for (let at = path;; at = parentOf(at)) {
      const inode = this.#inodeOf(at);
      if (inode !== undefined) inodes.add(inode);
      if (at === "/") break;
    }
    return { path, onDevice: this.#onDevice(path), inode: this.#inodeOf(path), inodes };
  }

  #inodeOf(path: string): string | undefined {
    if (!this.#inodes.has(path)) this.#inodes.set(path, inodeOf(path));
    return this.#inodes.get(path);
  }

  #onDevice(path: string): string {
    const mount = mountAround(path, this.#table());
    if (!mount) return path;
    const below = path.slice(mount.path === "/" ? 0 : mount.path.length);
    return `${mount.device}:${normalPath(`${mount.root}/${below}`)}`;
  }

  #table(): readonly MountPoint[] {
    return this.#mounts ??= mountPoints();
  }
}

/** The mount in which a path (symlinks resolved) is: the deepest around it, of several at one path the latest. */
export function mountAround(path: string, table: readonly MountPoint[]): MountPoint | undefined {
  let around: MountPoint | undefined;
  for (const mount of table) {
    if (isWithin(path, mount.path) && mount.path.length >= (around?.path.length ?? 0)) around = mount;
  }
  return around;
}

function isOnDevice(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(":/") ? outer : `${outer}/`);
}

function inodeOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    return ino ? `${dev}/${ino}` : undefined;
  } catch {
    return undefined;
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined;
  }
}
