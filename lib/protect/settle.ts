/**
 * After a run: what was made at protected places goes to the quarantine, and what was protected is put back as it was.
 *
 * Everything rests on a comparison with what was kept, so a call that was killed is simply made again. What somebody changes
 * meanwhile is looked at again, a bounded number of times.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { FileLock } from "../host/store.ts";
import { type Folder, openFolder } from "../host/tree/folder.ts";
import { removeTree } from "../host/tree/remove.ts";
import { differencesOf } from "./differences.ts";
import { heldAt, type HeldPlace, type Manifest, protectRun, readManifest } from "./manifest.ts";
import { newAtPlaces } from "./places.ts";
import { openParent, putBack } from "./put_back.ts";
import { CONTENT, newItemId, openItem, type Quarantined, quarantineLock, writeItem } from "./quarantine.ts";
import { wayTo } from "./way.ts";
import { finishTaking, move, type Owner, take, type Taking } from "./take.ts";

/** How often all is looked at. Nothing but another box or process still writes there. */
const MAX_ROUNDS = 4;
/** Above so many differences in one place, the place is taken as a whole. */
const MAX_DIFFERENCES = 500;
/** Above so many new things in one project, what remains is reported as not taken. */
const MAX_NEW = 5000;

/** What came of it. */
export interface Settled {
  /** What was taken, the oldest first. */
  readonly taken: readonly Quarantined[];
  /** Where something could not be taken or put back, and why. */
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
  /** Whether it is to be tried again, at the next launch. */
  readonly again?: true;
}

const NOTHING: Settled = { taken: [], failed: [] };

/** Settles one run of a box, if anything is kept of it. `own`: see {@link Owner}. */
export async function settleProtected(state: string, run: string, own?: Owner): Promise<Settled> {
  using _lock = await FileLock.acquire(quarantineLock(state));
  const manifest = await readManifest(state, run).catch(() => undefined);
  const settled = manifest ? await settle({ state, run, own }, manifest) : NOTHING;
  // Not when something unforeseen went wrong, or an original is nowhere else: then the next launch tries again.
  if (!settled.again) await removeTree(protectRun(state, run));
  return settled;
}

async function settle(taking: Omit<Taking, "workspace">, manifest: Manifest): Promise<Settled> {
  if (!isReal(manifest.workspace)) return NOTHING;
  using workspace = openFolder(manifest.workspace);
  if (String(workspace.self().ino) !== manifest.root) return NOTHING;
  return await new Settlement({ ...taking, workspace }, manifest).all();
}

/** The project may have been moved or removed; something else in its place is none of our business. */
function isReal(path: string): boolean {
  try {
    return Deno.realPathSync(path) === path;
  } catch {
    return false;
  }
}

class Settlement {
  readonly #taking: Taking;
  readonly #manifest: Manifest;
  readonly #taken: Quarantined[] = [];
  readonly #failed = new Map<string, string>();
  /** What is out of its place, but not in the quarantine. */
  readonly #aside = new Map<string, string>();

  constructor(taking: Taking, manifest: Manifest) {
    this.#taking = taking;
    this.#manifest = manifest;
  }

  async all(): Promise<Settled> {
    await finishTaking(this.#taking).catch((error: unknown) => debug(() => `not finished: ${error}`));
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.#failed.clear();
      const before = this.#taken.length;
      const changed = await this.#places();
      await this.#newOnes();
      const isQuiet = !changed && this.#taken.length === before;
      if (isQuiet && this.#failed.size === 0) break;
      if (!isQuiet && round === MAX_ROUNDS - 1) {
        this.#failed.set(".", "something there is still being changed");
      }
    }
    const kept = await this.#keepOriginals();
    const failed = [...this.#aside, ...this.#failed].map(([path, reason]) => ({ path, reason }));
    return { taken: this.#taken, failed, ...kept ? {} : { again: true } };
  }

  /** Whether anything was put back. */
  async #places(): Promise<boolean> {
    let changed = false;
    for (const [index, place] of this.#manifest.places.entries()) {
      await this.#try(place.path, async () => {
        changed = await this.#place(place, index) || changed;
      });
    }
    return changed;
  }

  async #place(place: HeldPlace, index: number): Promise<boolean> {
    const { workspace } = this.#taking;
    if (place.way && isSame(place.way, wayTo(workspace, place))) return false;
    await this.#clearWay(place);
    using held = this.#held(place, index);
    const opened = existingParent(workspace, place.path);
    const name = place.path.slice(place.path.lastIndexOf("/") + 1);
    using parent = opened;
    const differences = parent
      ? differencesOf(parent, held, name, MAX_DIFFERENCES)
      : [{ path: name, change: "removed" } as const];
    const all = differences ?? [{ path: name, change: "changed" } as const];
    const above = place.path.slice(0, place.path.length - name.length);
    for (const { path, change } of all) {
      if (change !== "removed") await this.#take(`${above}${path}`, change, place.entry);
      if (change === "new") continue;
      const { folder, name: last } = openParent(workspace, `${above}${path}`);
      using into = folder;
      using from = path.includes("/") ? held.openPath(path.slice(0, path.lastIndexOf("/"))) : held.again();
      if (from) await putBack(from, into, last);
    }
    return all.length > 0;
  }

  /** What stands where a folder on the way to a place was: a link there would lead whoever uses the place elsewhere. */
  async #clearWay({ path, entry }: HeldPlace): Promise<void> {
    const names = path.split("/").slice(0, -1);
    for (let at = 1; at <= names.length; at++) {
      const way = names.slice(0, at).join("/");
      using parent = existingParent(this.#taking.workspace, way);
      const kind = parent?.info(names[at - 1]!)?.kind;
      if (kind === undefined) return;
      if (kind === "folder") continue;
      await this.#take(way, "changed", entry);
      return;
    }
  }

  async #newOnes(): Promise<void> {
    await this.#try(".", async () => {
      const { found, unseen } = await newAtPlaces(this.#taking.workspace, this.#manifest);
      for (const path of unseen) this.#failed.set(path || ".", "there is more in it than is looked at");
      for (const { path, entry } of found.slice(0, MAX_NEW)) {
        await this.#try(path, () => this.#take(path, "new", entry));
      }
      if (found.length > MAX_NEW) this.#failed.set(".", `there are more than ${MAX_NEW} new things`);
    });
  }

  async #take(path: string, reason: "new" | "changed", entry: string): Promise<void> {
    using parent = existingParent(this.#taking.workspace, path);
    if (!parent) return;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const item = await take(this.#taking, parent, name, { path, reason, entry });
    if (item) this.#taken.push(item);
  }

  async #try(path: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      // Whatever it is: one place must not keep the others from being seen to.
      const reason = error instanceof Error ? error.message : String(error);
      const isAside = error instanceof KanibakoError && error.code === "set-aside";
      (isAside ? this.#aside : this.#failed).set(path, reason);
      if (isAside) this.#failed.set(path, reason);
    }
  }

  #held({ path }: HeldPlace, index: number): Folder {
    const { state } = this.#taking;
    const held = heldAt(state, this.#manifest.run, index, path);
    return openFolder(held.slice(0, held.lastIndexOf("/")));
  }

  /** What could not be put back is offered instead. Whether all of it is kept. */
  async #keepOriginals(): Promise<boolean> {
    let isKept = true;
    for (const [index, place] of this.#manifest.places.entries()) {
      if (!this.#failed.has(place.path)) continue;
      await this.#keepOriginal(place, index).catch((error: unknown) => {
        debug(() => `not kept: ${error}`);
        isKept = false;
      });
    }
    return isKept;
  }

  async #keepOriginal(place: HeldPlace, index: number): Promise<void> {
    using held = this.#held(place, index);
    const name = place.path.slice(place.path.lastIndexOf("/") + 1);
    const info = held.info(name);
    if (!info) return;
    const { state, run } = this.#taking;
    const item: Quarantined = {
      id: newItemId(),
      path: place.path,
      reason: "original",
      kind: info.nature,
      mode: info.mode,
      size: info.kind === "file" ? info.size : 0,
      entry: place.entry,
      run,
      at: Date.now(),
    };
    await writeItem(state, item);
    using into = openItem(state, item.id);
    move(held, name, into, CONTENT);
    this.#taken.push(item);
  }
}

function isSame(one: readonly string[], other: readonly string[] | undefined): boolean {
  return other?.length === one.length && one.every((step, at) => step === other[at]);
}

/** The folder of a path's last name; `undefined` where there is none, or the way leads through something else. */
function existingParent(workspace: Folder, path: string): Folder | undefined {
  let at = workspace.again();
  for (const step of path.split("/").slice(0, -1)) {
    using above = at;
    const kind = above.info(step)?.kind;
    if (kind !== "folder") return undefined;
    above.unlock(step);
    const next = above.open(step);
    if (!next) return undefined;
    at = next;
  }
  return at;
}
