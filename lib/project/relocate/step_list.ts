/**
 * Collects the steps of a plan, and works out of what kind some of them are.
 *
 * @module
 */

import { isEmptyFolder } from "../../host/tree/entry.ts";
import { exists } from "../../host/path.ts";
import { KanibakoError } from "../../host/error.ts";
import { mountPoints } from "../../host/mounts.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Copy, Step } from "../change/step.ts";
import { isWithin } from "../layout.ts";
import { parent } from "./places.ts";

/** The steps of one plan, in order. */
export class StepList {
  readonly #steps: Step[] = [];
  readonly #later: Step[] = [];
  readonly #made = new Set<string>();

  /** The next step before the point of no return. */
  add(step: Step): void {
    this.#steps.push(step);
  }

  /** The next step behind it. */
  later(step: Step): void {
    this.#later.push(step);
  }

  /** All of them. */
  finish(): { steps: readonly Step[]; commitAt: number } {
    return { steps: [...this.#steps, ...this.#later], commitAt: this.#steps.length };
  }

  /** Makes the folders above a path where they are missing. `below`: it and what is above will be there. */
  parents(path: string, mode: number, below?: string): void {
    const missing: string[] = [];
    for (let at = parent(path); at !== "/" && at !== below && !this.#willBe(at); at = parent(at)) {
      if (exists(at)) break;
      missing.unshift(at);
    }
    for (const folder of missing) {
      this.#made.add(folder);
      this.add({ do: "make-folder", path: folder, mode });
    }
  }

  #willBe(path: string): boolean {
    return this.#made.has(path) ||
      this.#steps.some((step) => step.do === "make-folder" && step.path === path);
  }

  /**
   * Moves a folder or a file: renames it where that can be done, and else copies it and deletes the original in the end.
   * `now`: where it is before the plan is begun, where that is not `from`. `rest`: what else is to be known of a copy.
   */
  async transfer(
    from: string,
    to: string,
    now: string = from,
    rest: Pick<Copy, "subvolume"> = {},
  ): Promise<void> {
    const target = deepest(to);
    const source = from === now ? await mountOf(now) : await mountOf(deepest(from));
    if (source !== undefined && source === await mountOf(target)) return this.add({ do: "rename", from, to });
    this.add({ do: "copy", from, to, ...rest, moves: true });
    this.later({ do: "remove", path: from });
  }

  /** Sees to it that nothing is in the way. `now`: where it is before the plan is begun; nothing will be there without. */
  async free(path: string, now: string | undefined): Promise<void> {
    const info = now === undefined ? undefined : await Deno.lstat(now).catch(() => undefined);
    if (!info || this.#steps.some((step) => step.do === "unlink" && step.path === path)) return;
    // What a box leaves where something was mounted.
    if (info.isDirectory && isEmptyFolder(now!)) {
      return this.add({ do: "drop-empty", path, mode: (info.mode ?? 0o755) & 0o7777 });
    }
    throw new KanibakoError("left-over", `Cannot use ${shellQuote(path)}: something is already there.`, {
      hint: now === path
        ? [`Check it. If you do not need it: rm -r ${shellQuote(path)}`]
        : [`Check ${shellQuote(now!)}, and remove it if you do not need it.`],
    });
  }
}

/** The path itself, or the nearest folder above it that is there. */
function deepest(path: string): string {
  let at = path;
  while (at !== "/" && !exists(at)) at = parent(at);
  return at;
}

/** The mount something is on: a rename works within one, and a device can be mounted at two places. */
async function mountOf(path: string): Promise<string | undefined> {
  const real = await Deno.realPath(path).catch(() => undefined);
  if (real === undefined) return undefined;
  let found: string | undefined;
  let length = -1;
  for (const mount of mountPoints()) {
    // Of two on one place, the later hides the earlier.
    if (isWithin(real, mount.path) && mount.path.length >= length) {
      [found, length] = [mount.id, mount.path.length];
    }
  }
  return found;
}
