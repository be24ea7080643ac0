/**
 * Decides who may mount where. A place and everything below it belong to the part that owns it; the innermost owner decides.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { escapeControl } from "../host/ui/text.ts";
import type { Mount } from "../spec/box_spec.ts";
import { sourceText } from "../spec/source.ts";
import type { Part } from "./parts/part.ts";

/** A mount and the part that contributes it. */
export interface Placed {
  readonly part: Part;
  readonly mount: Mount;
}

/** The mounts of a plan, by their destinations. */
export class Places {
  readonly #owners = new Map<string, Part>();
  readonly #mounts = new Map<string, Placed>();

  /** `parts`: all there are, whether or not they contribute to this plan. */
  constructor(parts: readonly Part[]) {
    for (const part of parts) {
      for (const place of part.owns ?? []) {
        const other = this.#owners.get(place);
        if (other) throw new Error(`the parts ${other.name} and ${part.name} both own ${place}`);
        this.#owners.set(place, part);
      }
    }
  }

  /**
   * Adds a mount. Throws `bad-mount` for a path that cannot be mounted at, `plan-conflict` for one that is taken, and
   * `reserved-mount` for one that belongs to another part.
   */
  add(part: Part, mount: Mount): void {
    const { destination } = mount;
    if (!isPlace(destination)) {
      throw new KanibakoError("bad-mount", `Cannot mount at ${where(mount)}.`, {
        hint: "Give an absolute path without . and .. parts.",
      });
    }
    const earlier = this.#mounts.get(destination);
    if (earlier) {
      throw conflict(
        `the place ${escapeControl(destination)}`,
        sourceText(earlier.mount.from),
        sourceText(mount.from),
      );
    }
    const owner = this.#ownerOf(destination);
    if (owner && owner.name !== part.name) {
      throw new KanibakoError("reserved-mount", `Cannot mount at ${where(mount)}: the place is reserved.`, {
        hint: "Choose another place in the box.",
      });
    }
    this.#mounts.set(destination, { part, mount });
  }

  /**
   * All mounts, parents first. Throws `reserved-mount` where one of ours lies in a folder the user shares: the engine would
   * create its mount point in that folder.
   */
  finish(): readonly Mount[] {
    const all = [...this.#mounts.values()];
    for (const { part, mount: outer } of all) {
      if (!part.chosenByUser) continue;
      for (const { part: other, mount: inner } of all) {
        if (other.chosenByUser || !inner.destination.startsWith(`${outer.destination}/`)) continue;
        throw new KanibakoError(
          "reserved-mount",
          `Cannot mount at ${where(outer)}: ${inner.destination} of the box (${
            sourceText(inner.from)
          }) lies in it.`,
          { hint: "Choose another place in the box, or a folder further down." },
        );
      }
    }
    return all.map(({ mount }) => mount).sort((a, b) => a.destination < b.destination ? -1 : 1);
  }

  #ownerOf(destination: string): Part | undefined {
    for (let place = destination; place !== ""; place = place.slice(0, place.lastIndexOf("/"))) {
      const owner = this.#owners.get(place);
      if (owner) return owner;
    }
    return undefined;
  }
}

/** Two parts that claim the same thing. */
export function conflict(what: string, first: string, second: string): KanibakoError {
  return new KanibakoError("plan-conflict", `Both ${first} and ${second} claim ${what} of the box.`, {
    hint: "Remove one of the two settings.",
  });
}

function isPlace(destination: string): boolean {
  return /^(\/[^/]+)+$/.test(destination) && !destination.includes("\0") &&
    !/\/\.\.?(\/|$)/.test(destination);
}

function where({ destination, from }: Mount): string {
  return `"${escapeControl(destination)}" (${sourceText(from)})`;
}
