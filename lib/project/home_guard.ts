/**
 * Parts of a user's home that no box may reach: keys, and files that programs of the host run or obey. Each is known by what it is,
 * so neither a link in the home, nor a bind mount, nor another spelling leads around this.
 *
 * @module
 */

import { loginTargets } from "../../targets/discover.ts";
import { isFile } from "../host/path.ts";
import { shellQuote } from "../host/ui/text.ts";
import { isWithin } from "./layout.ts";
import type { Location, Locations } from "./location.ts";
import { controlPlaces, guardedFolders, mayBeShown, secretPlaces } from "./secret_places.ts";

/** What a box would do with a file or folder. */
export type Use = "read" | "write";

/** Most names among which the twin of a file is looked for. */
const MOST_NAMES = 2000;
/** Private folders in which no single key is looked for. */
const LARGE: readonly string[] = [".local/share/containers/", ".mozilla/"];
/** How deep a file is looked for in private folders, in names. */
const DEEPEST = 4;

/** Compares one file or folder with the places of a home. */
export class HomeGuard {
  readonly #home: Location;
  /** By folder, relative to the home: the names in it, and which of them are symlinks. */
  readonly #names = new Map<string, ReadonlyMap<string, boolean>>();
  readonly #mounted: readonly Location[];

  /**
   * `home`: its path. `subject`: what a box would reach; it is not the home. `quick`: it was looked at before, so only what can have come
   * since is looked for: links and mounts, and not other spellings of one name.
   */
  constructor(
    readonly locations: Locations,
    home: string,
    readonly subject: Location,
    readonly quick: boolean = false,
  ) {
    this.#home = locations.of(home);
    this.#mounted = locations.mountedIn(subject);
  }

  /** Why a box may not reach it; `undefined` when it may. */
  reason(use: Use): string | undefined {
    const secrets = secretPlaces(loginTargets());
    const guarded = guardedFolders();
    if ([...guarded, ...secrets].some((place) => this.#isAt(place))) {
      return "it contains your keys, settings or programs";
    }
    const key = secrets.find((place) => this.#contains(place)) ?? this.#keyInside(secrets);
    if (key !== undefined) return `your keys are in it (${shown(key)})`;
    const folder = guarded.find((place) => this.#contains(place));
    if (folder !== undefined) return `your settings or programs are in it (${shown(folder)})`;
    const twin = this.#twinOf([...guarded.filter((place) => !LARGE.includes(place)), ...secrets]);
    if (twin !== undefined) return `it is the same file as ${shown(twin)}`;
    if (use === "read") return undefined;
    const control = controlPlaces();
    if (control.some((place) => this.#isAt(place))) {
      return "programs of this machine run or read it, so a box may only read it";
    }
    const obeyed = control.find((place) => this.#contains(place) && !this.#isByLink(place));
    return obeyed === undefined ? undefined : `programs of this machine use ${shown(obeyed)} in it`;
  }

  /**
   * What in the home leads into it by a link of the user's, as `~/...`, sorted: dotfiles that are kept in a repository. A box
   * changes what programs of the host read there.
   */
  linksInto(): readonly string[] {
    const folders = ["", ".config/", ...guardedFolders(), ...controlPlaces(), ...secretPlaces(loginTargets())]
      .filter((place) => place === "" || (place.endsWith("/") && this.#exists(place)));
    // In the home itself a link without a dot is a short way to a folder, which no program looks for.
    const links = folders.flatMap((folder) => this.#linksIn(folder))
      .filter((link) => link.startsWith(".") || link.includes("/"));
    const found = links.filter((link) => this.#contains(link) && this.#isByLink(link));
    return [...new Set(found)].map(shown).sort();
  }

  /** The path of a place: where the home really is. */
  #path(place: string): string {
    return `${this.#home.path}/${place.replace(/\/$/, "")}`;
  }

  /** Most places do not exist. Lists each folder once: to ask for every place takes many times as long. */
  #exists(place: string): boolean {
    return this.#kindOf(place) !== "missing";
  }

  /** `linked`: there is a symlink on the way. */
  #kindOf(place: string): "missing" | "plain" | "linked" {
    let folder = "";
    let linked = false;
    for (const name of place.replace(/\/$/, "").split("/")) {
      let names = this.#names.get(folder);
      if (!names) {
        const entries = entriesOf(this.#path(folder));
        this.#names.set(folder, names = new Map(entries.map((one) => [one.name, one.isSymlink])));
      }
      const isLink = names.get(name);
      if (isLink === undefined) return "missing";
      linked ||= isLink;
      folder = folder === "" ? name : `${folder}/${name}`;
    }
    return linked ? "linked" : "plain";
  }

  /** Where a place leads, symlinks followed. */
  #locate(place: string): Location {
    const kind = this.#kindOf(place);
    return kind === "missing" || (kind === "plain" && this.quick)
      ? this.locations.below(this.#home, place.replace(/\/$/, ""))
      : this.locations.of(this.#path(place));
  }

  /** Where it is itself. */
  #locateName(place: string): Location {
    return this.#kindOf(place) === "plain" && this.quick
      ? this.locations.below(this.#home, place.replace(/\/$/, ""))
      : this.locations.ofName(this.#path(place));
  }

  #isAt(place: string): boolean {
    return isWithin(this.subject.path, this.#path(place)) ||
      this.locations.isWithin(this.subject, this.#locate(place));
  }

  #contains(place: string): boolean {
    return this.#exists(place) && (this.#holds(this.#locate(place)) || this.#holds(this.#locateName(place)));
  }

  #holds(there: Location): boolean {
    const { locations, subject } = this;
    return locations.isWithin(there, subject) ||
      this.#mounted.some((mount) => locations.isWithin(there, mount) || locations.isWithin(mount, there));
  }

  /** Whether a place is in the subject only because a link leads there. */
  #isByLink(place: string): boolean {
    return !this.#holds(this.#locateName(place));
  }

  /** A file in a private folder that is a link into the subject, and may be a key. */
  #keyInside(secrets: readonly string[]): string | undefined {
    for (const folder of secrets) {
      if (!folder.endsWith("/") || !this.#exists(folder)) continue;
      const key = this.#linksIn(folder).find((link) => !mayBeShown(link) && this.#contains(link));
      if (key !== undefined) return key;
    }
    return undefined;
  }

  #linksIn(folder: string): string[] {
    return entriesOf(this.#path(folder)).filter(({ isSymlink }) => isSymlink).map(({ name }) =>
      `${folder}${name}`
    );
  }

  /** Of a file with several names: the private file that it is another name of. */
  #twinOf(places: readonly string[]): string | undefined {
    const { inode, path } = this.subject;
    if (inode === undefined || !isFile(path) || (Deno.statSync(path).nlink ?? 1) < 2) return undefined;
    const folders = places.filter((place) => place.endsWith("/") && this.#exists(place));
    for (let at = folders.pop(), names = 0; at !== undefined && names < MOST_NAMES; at = folders.pop()) {
      for (const { name, isDirectory } of entriesOf(this.#path(at))) {
        names++;
        if (isDirectory && at.split("/").length < DEEPEST) folders.push(`${at}${name}/`);
        else if (this.locations.of(this.#path(`${at}${name}`)).inode === inode) return `${at}${name}`;
      }
    }
    return undefined;
  }
}

function shown(place: string): string {
  return `~/${shellQuote(place.replace(/\/$/, ""))}`;
}

function entriesOf(folder: string): readonly Deno.DirEntry[] {
  try {
    return Array.from(Deno.readDirSync(folder));
  } catch {
    return []; // there is none, or nobody may see what is in it
  }
}
