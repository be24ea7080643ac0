/**
 * The file in which the host keeps an agent's login. It is found by handle from the home on. A link of the user's is followed, so that
 * a home whose dotfiles are kept elsewhere works; one that a box could have made is not, and what a box could put something else in
 * the place of is neither read nor written.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { readText, writeText } from "../host/store.ts";
import { type FoundPlace, goCarefully } from "../host/tree/careful_way.ts";

/** What is known of the folders that boxes can write. */
export interface Writable {
  /** Whether some box can write in a folder. `but`: a folder that does not count. */
  canWrite(folder: string, but?: string): boolean;
}

/** How a login's file is found. */
export interface LoginPlace {
  /** The user's home. */
  readonly home: string;
  /** Relative to it, or absolute. */
  readonly path: string;
  /** Asked only where it matters: it reads every project. */
  boxFolders(): Promise<Writable>;
}

/** The place of a login on the host. Nothing may be there. */
export class HostLogin implements Disposable {
  readonly #found: FoundPlace;
  readonly #place: LoginPlace;
  readonly #home: string;

  private constructor(place: LoginPlace, home: string, found: FoundPlace) {
    this.#found = found;
    this.#place = place;
    this.#home = home;
  }

  /**
   * Goes there. `make`: makes folders that are missing, else answers `undefined`. Throws `unsafe-login` for a link that a box could have
   * made and for what is no regular file.
   */
  static async open(place: LoginPlace, make: boolean): Promise<HostLogin | undefined> {
    const below = belowHome(place);
    const from = below === undefined ? "/" : await Deno.realPath(place.home);
    const mayFollow = async (folder: string) => !(await place.boxFolders()).canWrite(folder);
    let found: FoundPlace | undefined;
    try {
      found = await goCarefully({ from, path: below ?? place.path.slice(1), make, mayFollow });
    } catch (error) {
      throw error instanceof KanibakoError ? unsafe(place, error.message) : error;
    }
    return found && new HostLogin(place, from, found);
  }

  [Symbol.dispose](): void {
    this.#found.folder[Symbol.dispose]();
  }

  /** Throws `unsafe-login` when it lies where a box can put something else in its place. */
  async check(): Promise<void> {
    const { folder, name, linked } = this.#found;
    // That a home as a whole is a workspace was agreed to, and what is reached in it without a link is the login itself.
    const folders = await this.#place.boxFolders();
    if (!folders.canWrite(folder.shown, linked ? undefined : this.#home)) return;
    throw unsafe(this.#place, `${folder.shown}/${name} is where a box can write`);
  }

  /** The text; `undefined` when there is no file, or it is larger than a login is. Throws `unsafe-login` for what is no file. */
  async read(maxBytes: number): Promise<string | undefined> {
    const { folder, name } = this.#found;
    const info = folder.info(name);
    if (info && info.kind !== "file") throw unsafe(this.#place, "it is not a file");
    if (!info) return undefined;
    if (info.size > maxBytes) throw unsafe(this.#place, "it is larger than any login");
    return await readText(`${folder.path}/${name}`);
  }

  /** Replaces it, whole. It is not written into: another name of the same file keeps what it has. */
  async write(text: string): Promise<void> {
    const { folder, name } = this.#found;
    await writeText(`${folder.path}/${name}`, text, 0o600);
  }
}

/**
 * The host's login as it is to be given to a box; `undefined` when there is none. `read` reads a file by its path. Without links, which
 * is usual, this costs no more than a look at each name. Throws `unsafe-login`.
 */
export async function readHostLogin(
  place: LoginPlace,
  maxBytes: number,
  read: (path: string, maxBytes: number) => Promise<string | undefined>,
): Promise<string | undefined> {
  const kind = kindOf(place);
  if (kind === "missing") return undefined;
  if (kind === "plain") return await read(absolute(place), maxBytes);
  using login = await HostLogin.open(place, false);
  await login?.check();
  return await login?.read(maxBytes);
}

/** `plain`: a regular file, and no link on the way from the home to it. */
function kindOf(place: LoginPlace): "missing" | "plain" | "other" {
  const below = belowHome(place);
  // What lies elsewhere is looked at with all care.
  if (below === undefined) return "other";
  let at = place.home;
  let isFile = false;
  for (const name of below.split("/")) {
    at += `/${name}`;
    try {
      const info = Deno.lstatSync(at);
      if (info.isSymlink) return "other";
      isFile = info.isFile;
    } catch (error) {
      return error instanceof Deno.errors.NotFound ? "missing" : "other";
    }
  }
  return isFile ? "plain" : "other";
}

/** The path relative to the home; `undefined` where it is not below it. */
function belowHome({ home, path }: LoginPlace): string | undefined {
  if (!path.startsWith("/")) return path;
  return path.startsWith(`${home}/`) ? path.slice(home.length + 1) : undefined;
}

function absolute({ home, path }: LoginPlace): string {
  return path.startsWith("/") ? path : `${home}/${path}`;
}

function unsafe(place: LoginPlace, why: string): KanibakoError {
  const below = belowHome(place);
  const shown = below === undefined ? place.path : `~/${below}`;
  return new KanibakoError("unsafe-login", `Cannot use the login in ${shown}: ${why}.`, {
    hint: "Keep it in a folder that no box can write.",
  });
}
