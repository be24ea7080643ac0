/**
 * Finds the host's side of a share or a seed, and refuses what no box may reach.
 *
 * @module
 */

import { real } from "../host/path.ts";
import type { Host } from "../config/system.ts";
import { reasonAgainst } from "../project/guard.ts";
import { HomeGuard, type Use } from "../project/home_guard.ts";
import { isWithin } from "../project/layout.ts";
import { Locations } from "../project/location.ts";
import { readRegistry } from "../project/registry.ts";

import { type BoxFolders, boxFolders } from "./box_folders.ts";
import { type Asked, refused } from "./refused_source.ts";

/** A source that was found, or the place where it would be. */
export interface FoundSource {
  /** Absolute; symlinks are resolved as far as the path exists. */
  readonly path: string;
  readonly kind: "file" | "folder" | "missing";
  /** For a missing one: whether it can be created without passing through a folder that some box can write. */
  readonly canMake: boolean;
  /** What in the home leads into a folder that the box is to write, as `~/...`: programs of the host read or run it. */
  readonly dotfiles: readonly string[];
}

const MOST_LINKS = 40;

/** Finds the sources of one launch. */
export class Sources {
  #writable: Promise<BoxFolders> | undefined;
  #own: Promise<readonly string[]> | undefined;

  /** `workspace`: the box's workspace, if it has one. `crabShare`: the root of the agent's shares. */
  constructor(readonly host: Host, readonly workspace: string | undefined, readonly crabShare: string) {}

  /**
   * Finds a source. Throws `unsafe-share` for what no box may reach: keys, settings, homes, the system's and our own
   * files, sockets, and anything behind a symlink that a box could have made.
   */
  async find(asked: Asked): Promise<FoundSource> {
    const { path, info } = await this.#follow(asked);
    if (info && !info.isFile && !info.isDirectory) {
      throw refused(asked, path, "it is neither a file nor a folder");
    }
    const reason = await this.#reason(path, asked.mode === "rw" ? "write" : "read");
    if (reason !== undefined) throw refused(asked, path, reason);
    if (info) {
      const dotfiles = asked.mode === "rw" && info.isDirectory ? this.#dotfilesIn(path) : [];
      return { path, kind: info.isFile ? "file" : "folder", canMake: false, dotfiles };
    }
    const above = real(path.slice(0, path.lastIndexOf("/")) || "/");
    return { path, kind: "missing", canMake: !await this.#isWritable(above), dotfiles: [] };
  }

  #dotfilesIn(path: string): readonly string[] {
    const locations = new Locations();
    return new HomeGuard(locations, this.host.dirs.home, locations.of(path)).linksInto();
  }

  /** Resolves symlinks one by one, and refuses those that a box could have made. */
  async #follow(asked: Asked): Promise<{ path: string; info: Deno.FileInfo | undefined }> {
    let rest = asked.source.split("/").filter((part) => part !== "");
    let at = "";
    let info: Deno.FileInfo | undefined;
    for (let links = 0; rest.length > 0;) {
      const [name, ...after] = rest as [string, ...string[]];
      if (name === "." || name === "..") {
        if (name === "..") at = at.slice(0, Math.max(0, at.lastIndexOf("/")));
        rest = after;
        continue;
      }
      const next = `${at}/${name}`;
      info = await look(asked, next);
      if (!info) return { path: [next, ...after].join("/"), info };
      if (!info.isSymlink) {
        [at, rest] = [next, after];
        continue;
      }
      if (await this.#isWritable(at || "/")) {
        throw refused(asked, next, "it is a link that a box could have made");
      }
      if (++links > MOST_LINKS) throw refused(asked, next, "its symlinks form a loop");
      const target = await Deno.readLink(next);
      if (target.startsWith("/")) at = "";
      rest = [...target.split("/").filter((part) => part !== ""), ...after];
    }
    return { path: at || "/", info: info ?? await look(asked, at || "/") };
  }

  async #reason(path: string, use: Use): Promise<string | undefined> {
    const { shareReadOnly, shareReadWrite } = this.host.system.paths;
    const roots = await Promise.all([shareReadOnly, shareReadWrite, this.crabShare].map(real));
    const ours = roots.some((root) => isWithin(path, root));
    const locations = new Locations();
    if (locations.isSame(locations.of(path), locations.of(this.host.dirs.home))) return "it is your home";
    if (isWithin(path, "/run") && !isWithin(path, "/run/media")) {
      return "programs of this machine have sockets and secrets there";
    }
    const reason = reasonAgainst(this.host, path, use, { locations, ours });
    if (reason !== undefined || ours) return reason;
    this.#own ??= worksetOwn(this.host);
    return (await this.#own).some((own) => isWithin(path, own) || isWithin(own, path))
      ? "a workset's boxes or settings are there"
      : undefined;
  }

  /** Whether some box can write to a folder. Reads every project, so it is only called where it matters. */
  async #isWritable(folder: string): Promise<boolean> {
    this.#writable ??= boxFolders(this.host, {
      whole: this.workspace === undefined ? [] : [this.workspace],
      below: [this.crabShare],
    });
    return (await this.#writable).canWrite(folder);
  }
}

async function look(asked: Asked, path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return undefined;
    throw refused(asked, path, cause instanceof Error ? cause.message : "it cannot be read");
  }
}

async function worksetOwn(host: Host): Promise<readonly string[]> {
  const { worksets } = await readRegistry(host);
  const names = ["boxes", "workset.toml", "config.toml", "env"];
  return await Promise.all(
    Object.values(worksets).flatMap((root) => names.map((name) => real(`${root}/${name}`))),
  );
}
