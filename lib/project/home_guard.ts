/**
 * Parts of a user's home that no box may reach: keys, and files that programs of the host run or obey.
 *
 * @module
 */

import { targets } from "../../targets/discover.ts";
import { isWithin } from "./layout.ts";
import { controlPlaces, guardedFolders, secretPlaces } from "./secret_places.ts";

/** What a box would do with a file or folder. */
export type Use = "read" | "write";

/**
 * Why a box may not reach a path because of what a home has there; `undefined` when it may. `home` and
 * `path`: symlinks resolved; `path` is not the home.
 */
export async function reasonInHome(home: string, path: string, use: Use): Promise<string | undefined> {
  const guard = new HomeGuard(home, path);
  const secrets = guard.absolute([...guardedFolders(), ...secretPlaces(targets())]);
  if (guard.isAt(secrets)) return "it contains your keys, settings or programs";
  const key = await guard.inside(secrets);
  if (key !== undefined) return `your keys are in it (${key})`;
  if (use === "read") return undefined;
  const control = guard.absolute(controlPlaces());
  if (guard.isAt(control)) return "programs of this machine run or read it, so a box may only read it";
  const obeyed = await guard.inside(control);
  return obeyed === undefined ? undefined : `programs of this machine use ${obeyed} in it`;
}

/** Compares one path with places of a home. */
class HomeGuard {
  #names: ReadonlySet<string> | undefined;

  constructor(readonly home: string, readonly path: string) {}

  absolute(places: readonly string[]): readonly string[] {
    return places.map((place) => `${this.home}/${place.replace(/\/$/, "")}`);
  }

  /** Whether the path is one of these places or below one, by name or through a symlink in the home. */
  isAt(places: readonly string[]): boolean {
    if (places.some((place) => isWithin(this.path, place))) return true;
    const names = this.#names ??= namesIn(this.home);
    const there = places.filter((place) => names.has(place.slice(this.home.length + 1).split("/")[0]!));
    return there.some((place) => isWithin(this.path, realPlace(place) ?? place));
  }

  /** The first of these places that exists below the path, as `~/...`. */
  async inside(places: readonly string[]): Promise<string | undefined> {
    const inside = places.filter((place) => isWithin(place, this.path));
    const there = await Promise.all(
      inside.map((place) => Deno.lstat(place).then(() => true, (error) => !isMissing(error))),
    );
    const found = inside.find((_, index) => there[index]);
    return found && `~${found.slice(this.home.length)}`;
  }
}

/** A place with symlinks resolved. Synchronous: passing each to another thread takes longer. */
function realPlace(place: string): string | undefined {
  try {
    const path = Deno.realPathSync(place);
    return path === "/" ? undefined : path;
  } catch {
    return undefined;
  }
}

/** The names in the home itself: most places do not exist. */
function namesIn(home: string): ReadonlySet<string> {
  try {
    return new Set(Array.from(Deno.readDirSync(home), ({ name }) => name));
  } catch (error) {
    if (isMissing(error)) return new Set();
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
