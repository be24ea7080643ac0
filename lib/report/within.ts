/**
 * Where a symlink leads, as long as that is within the project.
 *
 * @module
 */

import type { ByteString, Peek } from "../host/tree/peek.ts";
import { LINKS } from "./limits.ts";

/** Names from the project's folder on, none of them a symlink; what lies there may be missing. `out`: it leads elsewhere. */
export type Led = readonly ByteString[] | "out";

/** Finds out where links lead, by looks at each name on the way. */
export class Within {
  readonly #peek: Peek;
  readonly #fd: number;
  /** The project's path. */
  readonly root: ByteString;
  #left: number = LINKS.number;
  #folders: number = LINKS.folders;

  /** `fd`: the project's folder, whose path is `root`. */
  constructor(peek: Peek, fd: number, root: ByteString) {
    this.#peek = peek;
    this.#fd = fd;
    this.root = root;
  }

  /** Whether links were left that were not followed, as there are too many, or the ways are too long. */
  get isSpent(): boolean {
    return this.#left < 0 || this.#folders < 0;
  }

  /** Where `target` leads from a folder of the project; `undefined` when links lead in circles, or there are too many. */
  lead(folder: readonly ByteString[], target: ByteString): Led | undefined {
    if (this.#left-- <= 0) return undefined;
    let here = [...folder];
    const names = target.split("/");
    if (target.startsWith("/")) {
      const inside = this.#inside(target);
      if (!inside) return "out";
      here = [];
      names.splice(0, names.length, ...inside);
    }
    for (let links = 0; names.length > 0;) {
      const name = names.shift()!;
      if (name === "" || name === ".") continue;
      if (name === "..") {
        if (here.length === 0) return "out";
        here.pop();
        continue;
      }
      if ((this.#folders -= here.length + 1) < 0) return undefined;
      const next = this.#target(here, name);
      if (next === undefined) {
        here.push(name);
        continue;
      }
      if (links++ === LINKS.chain) return undefined;
      const inside = next.startsWith("/") ? this.#inside(next) : next.split("/");
      if (!inside) return "out";
      if (next.startsWith("/")) here = [];
      names.unshift(...inside);
    }
    return here;
  }

  /** A handle on a folder of the project, which the caller closes. */
  open(names: readonly ByteString[]): number | undefined {
    let fd = this.#peek.folder(this.#fd, ".");
    for (const name of names) {
      if (fd === undefined) return undefined;
      const next = this.#peek.folder(fd, name);
      this.#peek.close(fd);
      fd = next;
    }
    return fd;
  }

  #inside(target: ByteString): ByteString[] | undefined {
    if (target !== this.root && !target.startsWith(`${this.root}/`)) return undefined;
    return target.slice(this.root.length).split("/");
  }

  #target(folder: readonly ByteString[], name: ByteString): ByteString | undefined {
    const fd = this.open(folder);
    if (fd === undefined) return undefined;
    try {
      return this.#peek.stat(fd, name) && this.#peek.info.kind === "symlink"
        ? this.#peek.target(fd, name)
        : undefined;
    } finally {
      this.#peek.close(fd);
    }
  }
}
