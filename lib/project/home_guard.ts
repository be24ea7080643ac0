/**
 * What of a user's home no box may reach: what unlocks something, and what programs of the host run or obey.
 *
 * @module
 */

import { targets } from "../../targets/discover.ts";
import { isWithin } from "./layout.ts";
import { controlPlaces, guardedFolders, secretPlaces } from "./secret_places.ts";

/** What a box would do with a file or folder. */
export type Use = "read" | "write";

/**
 * Why something in a home must not be in a box's reach; `undefined` when nothing is against it. `home` and `path`: symlinks
 * resolved; `path` is not the home.
 */
export async function reasonInHome(home: string, path: string, use: Use): Promise<string | undefined> {
  const absolute = (places: readonly string[]) =>
    places.map((place) => `${home}/${place.replace(/\/$/, "")}`);
  const secrets = absolute([...guardedFolders(), ...secretPlaces(targets())]);
  if (await isAt(secrets, path)) return "it holds keys, settings or programs of yours";
  const inside = await firstThere(secrets.filter((place) => isWithin(place, path)));
  if (inside !== undefined) return `your keys are in it (${below(home, inside)})`;
  if (use === "read") return undefined;
  const control = absolute(controlPlaces());
  if (await isAt(control, path)) {
    return "programs of this machine run or obey it, so a box may only read it";
  }
  const obeyed = await firstThere(control.filter((place) => isWithin(place, path)));
  return obeyed === undefined ? undefined : `programs of this machine obey ${below(home, obeyed)} in it`;
}

/** Whether a path is one of these places or in one, by its own name or where a link in the home leads to it. */
async function isAt(places: readonly string[], path: string): Promise<boolean> {
  if (places.some((place) => isWithin(path, place))) return true;
  const led = await Promise.all(places.map((place) => Deno.realPath(place).catch(() => undefined)));
  return led.some((place) => place !== undefined && place !== "/" && isWithin(path, place));
}

async function firstThere(places: readonly string[]): Promise<string | undefined> {
  const there = await Promise.all(
    places.map((place) => Deno.lstat(place).then(() => true, (error) => !isMissing(error))),
  );
  return places.find((_, index) => there[index]);
}

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

function below(home: string, path: string): string {
  return `~${path.slice(home.length)}`;
}
