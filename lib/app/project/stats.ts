/**
 * What running boxes use of this machine.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { isFolder, parentOf, real } from "../../host/path.ts";
import { pause } from "../../host/timer.ts";
import { type DiskUse, diskUse } from "../../host/tree/disk_use.ts";
import { readNetworkLog } from "../../net/read_log.ts";
import { inOrder, type KnownProject, listProjects } from "../../project/list.ts";
import { locateProject } from "../../project/locate.ts";
import { isWithin } from "../../project/layout.ts";
import type { Project } from "../../project/project.ts";
import { allBoxes, type FoundBox, noteSilent } from "../../run/find_boxes.ts";
import { readRun, type RunRecord } from "../../run/record.ts";
import { usageInside } from "../../run/usage_inside.ts";
import { LABEL_RUN } from "../../runtime/labels.ts";
import type { Meter, Usage } from "../../runtime/runtime.ts";
import { existingProject } from "./existing_project.ts";
import { runningBox } from "./running_box.ts";

/** What one running box uses. What is not known is absent. */
export interface BoxStats {
  /** What a command takes for it. */
  readonly name: string;
  readonly id: string;
  readonly engine: string;
  readonly paused: boolean;
  /** Of one processor, over the last moments: two that are fully used are 200. */
  readonly cpuPercent?: number;
  readonly memoryBytes?: number;
  /** As much as it may take; absent where nothing limits it. */
  readonly memoryLimitBytes?: number;
  readonly processes?: number;
  /** What came in and went out over its network since it began. */
  readonly receivedBytes?: number;
  readonly sentBytes?: number;
  readonly home?: DiskUse;
  /** The vault with its snapshots. */
  readonly vault?: DiskUse;
  /** Who counted: `engine` for the kernel of this machine, `box` for what the box's own processes show. */
  readonly countedBy: "engine" | "box" | "nobody";
  /** Why it was not the kernel of this machine, in one sentence. */
  readonly reason?: string;
}

/** The first figure for the processor takes two looks, so far apart. */
const APART_MS = 500;
/** How long the folders of one box are looked at, in milliseconds. */
const DISK_PATIENCE_MS = 5000;
/** How long it is taken for true how much of the disk a box takes. */
const DISK_LASTS_MS = 30_000;

/** Looks again and again at the boxes that run. */
export class StatsWatch {
  readonly #host: Host;
  /** Only this one; else all that run. */
  readonly #only: Project | undefined;
  readonly #boxes = new Map<string, WatchedBox>();

  private constructor(host: Host, only: Project | undefined) {
    this.#host = host;
    this.#only = only;
  }

  /** Of the project that `word` means, or of all boxes that run. Throws `no-box`. */
  static async of(host: Host, word: string | undefined, cwd: string): Promise<StatsWatch> {
    return new StatsWatch(host, word === undefined ? undefined : await existingProject(host, word, cwd));
  }

  /** What they use now, by name. Throws `not-running` where the one that was named does not run. */
  async look(): Promise<readonly BoxStats[]> {
    const found = await this.#running();
    const fresh = found.filter((box) => !this.#boxes.has(box.info.id));
    if (fresh.length > 0) {
      const known = new Map((await listProjects(this.#host)).map((project) => [project.id, project]));
      for (const box of fresh) {
        this.#boxes.set(box.info.id, new WatchedBox(this.#host, box, known.get(box.id)));
      }
      await Promise.all(fresh.map((box) => this.#boxes.get(box.info.id)!.begin()));
      await pause(APART_MS);
    }
    const stats = await Promise.all(found.map((box) => this.#boxes.get(box.info.id)!.look(box)));
    return stats.sort((a, b) => inOrder(a.name) < inOrder(b.name) ? -1 : 1);
  }

  async #running(): Promise<FoundBox[]> {
    if (this.#only) return [await runningBox(this.#host, this.#only)];
    const all = await allBoxes(this.#host);
    noteSilent(this.#host, all);
    return [...all.boxes.values()].filter(({ info }) => info.running);
  }
}

/** What a box takes of the disk, and when that was looked at. */
interface Disk {
  readonly atMs: number;
  readonly home?: DiskUse;
  readonly vault?: DiskUse;
}

/** One box, over several looks. */
class WatchedBox {
  readonly #host: Host;
  readonly #box: FoundBox;
  readonly #known: KnownProject | undefined;
  #record: RunRecord | undefined;
  #meter: Meter | undefined;
  #reason: string | undefined;
  #last: Usage | undefined;
  #disk: Disk | undefined;

  constructor(host: Host, box: FoundBox, known: KnownProject | undefined) {
    this.#host = host;
    this.#box = box;
    this.#known = known;
  }

  /** The first look. */
  async begin(): Promise<void> {
    const { id, runtime, info } = this.#box;
    const record = await readRun(boxState(this.#host.dirs, id));
    if (record?.run === info.labels[LABEL_RUN]) this.#record = record;
    try {
      if (runtime.meter) this.#meter = await runtime.meter(info.id);
      else this.#reason = `${runtime.kind} does not count what a box uses.`;
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      this.#reason = error.message;
    }
    this.#last = (await this.#use(info.paused === true)).usage;
  }

  async look({ info }: FoundBox): Promise<BoxStats> {
    const { usage, reason } = await this.#use(info.paused === true);
    const cpuPercent = percentOf(this.#last, usage);
    this.#last = usage;
    const { home, vault } = await this.#onDisk();
    const { atMs: _atMs, cpuMs: _cpuMs, receivedBytes, sentBytes, ...others } = usage ?? { atMs: 0 };
    return {
      name: this.#known?.qualifiedName ?? this.#box.id,
      id: this.#box.id,
      engine: this.#box.runtime.kind,
      paused: info.paused === true,
      ...given({ cpuPercent, ...others, home, vault, reason }),
      ...given(await this.#throughDoor() ?? { receivedBytes, sentBytes }),
      countedBy: this.#meter ? "engine" : usage ? "box" : "nobody",
    };
  }

  async #use(paused: boolean): Promise<{ readonly usage: Usage | undefined; readonly reason?: string }> {
    if (this.#meter) return { usage: this.#meter() };
    const reason = this.#reason ?? `${this.#box.runtime.kind} does not know this box any more.`;
    if (paused) return { usage: undefined, reason: `${reason} The box is paused, so it cannot be asked.` };
    const record = this.#record;
    if (!record) return { usage: undefined, reason };
    try {
      const run = { state: boxState(this.#host.dirs, this.#box.id), record, runtime: this.#box.runtime };
      return { usage: await usageInside(run), reason };
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      return { usage: undefined, reason: `${reason} ${error.message}` };
    }
  }

  /** A filtered network is no network of the kernel's: what passed its door is in the log, once a connection has ended. */
  async #throughDoor(): Promise<{ receivedBytes: number; sentBytes: number } | undefined> {
    const record = this.#record;
    if (record?.has?.["box.network"] !== "filtered") return undefined;
    const lines = await readNetworkLog(boxState(this.#host.dirs, this.#box.id));
    const ours = lines.filter(({ run }) => run === record.run);
    const sum = (key: "received" | "sent") => ours.reduce((bytes, line) => bytes + (line[key] ?? 0), 0);
    return { receivedBytes: sum("received"), sentBytes: sum("sent") };
  }

  async #onDisk(): Promise<Omit<Disk, "atMs">> {
    const now = performance.now();
    if (this.#disk && now - this.#disk.atMs < DISK_LASTS_MS) return this.#disk;
    const known = this.#known;
    const word = known?.mode === "standalone" ? known.path : known?.qualifiedName;
    if (word === undefined) return {};
    const project = await locateProject(this.#host, word, "/");
    const home = diskUse(project.home, DISK_PATIENCE_MS);
    const vault = vaultUse(project);
    this.#disk = { atMs: now, ...(home ? { home } : {}), ...(vault ? { vault } : {}) };
    return this.#disk;
  }
}

/** Both halves and the snapshots; whatever else lies in that folder is the project's. */
function vaultUse({ path, vault }: Project): DiskUse | undefined {
  if (!vault) return undefined;
  const places = [vault.readOnly, vault.readWrite, `${parentOf(vault.readWrite)}/.versions`];
  let [bytes, whole] = [0, true];
  for (const place of places) {
    // A workspace may hold a link in its place.
    if (isWithin(place, path) && real(place) !== real(path) + place.slice(path.length)) continue;
    const use = isFolder(place) ? diskUse(place, DISK_PATIENCE_MS) : undefined;
    bytes += use?.bytes ?? 0;
    whole &&= use?.whole ?? true;
  }
  return { bytes, whole };
}

function percentOf(before: Usage | undefined, now: Usage | undefined): number | undefined {
  if (before?.cpuMs === undefined || now?.cpuMs === undefined || now.atMs <= before.atMs) return undefined;
  // A process that has ended takes its time along, where its parent did not wait for it.
  const percent = 100 * Math.max(0, now.cpuMs - before.cpuMs) / (now.atMs - before.atMs);
  return Math.round(percent * 10) / 10;
}

/** Without what is not known. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
