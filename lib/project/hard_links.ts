/**
 * Private files of the home that have a second name in a folder a box is to get. Hardly any file has two names, so hardly ever is
 * more looked at than these.
 *
 * @module
 */

import { loginTargets } from "../../targets/discover.ts";
import { treeSteps } from "../host/tree/walk.ts";
import type { Location } from "./location.ts";
import { controlPlaces, mayBeShown, secretPlaces } from "./secret_places.ts";

/** What is not found among so many files is not looked for further. */
const MOST_ENTRIES = 200_000;

/** A private file with two names. */
export interface HardLink {
  /** Relative to the home. */
  readonly place: string;
  /** Whether it may be a key; else it is one of those that programs of the host run or obey. */
  readonly secret: boolean;
}

/** The private files of a home that a folder has another name of. `home` and `folder`: symlinks resolved. */
export function hardLinksInto(home: string, folder: Location): readonly HardLink[] {
  const several = new Map<string, HardLink>();
  const look = (place: string, secret: boolean) => {
    const info = infoOf(`${home}/${place}`);
    if (info?.isFile && (info.nlink ?? 1) > 1) several.set(`${info.dev}/${info.ino}`, { place, secret });
  };
  for (const [places, secret] of [[controlPlaces(), false], [secretPlaces(loginTargets()), true]] as const) {
    for (const place of places) {
      if (!place.endsWith("/")) {
        look(place, secret);
        continue;
      }
      for (const name of namesIn(`${home}/${place}`)) {
        look(`${place}${name}`, secret && !mayBeShown(name));
      }
    }
  }
  return several.size === 0 ? [] : foundIn(folder.path, several);
}

function foundIn(folder: string, several: ReadonlyMap<string, HardLink>): HardLink[] {
  const numbers = new Set([...several.keys()].map((key) => BigInt(key.split("/")[1]!)));
  const found: HardLink[] = [];
  let entries = 0;
  for (const { entry } of treeSteps(folder, { unreadable: "skip" })) {
    if (++entries > MOST_ENTRIES) break;
    if (entry.kind !== "file" || entry.nlink < 2 || !numbers.has(entry.ino)) continue;
    const info = infoOf(`${folder}/${entry.path}`);
    const link = info && several.get(`${info.dev}/${info.ino}`);
    if (link) found.push(link);
  }
  return found;
}

function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch {
    return [];
  }
}
