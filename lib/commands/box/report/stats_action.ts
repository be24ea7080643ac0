import { type BoxStats, StatsWatch } from "../../../app/project/stats.ts";
import { formatBytes } from "../../../host/size.ts";
import { pause } from "../../../host/timer.ts";
import { clearScreen, json, note, out, outText, table } from "../../../host/ui/terminal.ts";
import { escapeInJson } from "../../../host/ui/text.ts";
import type { DiskUse } from "../../../host/tree/disk_use.ts";
import type { Context } from "../../context.ts";
import type { StatsFlags } from "./stats.ts";

const EVERY_MS = 2000;

/** Shows what running boxes use. */
export default async function stats(this: Context, flags: StatsFlags, word?: string): Promise<void> {
  const watch = await StatsWatch.of(await this.host(), word, this.cwd);
  for (let again = false;; again = true) {
    const boxes = await watch.look();
    if (flags.json) {
      const values = boxes.map(asJson);
      if (!flags.watch) return json(values);
      outText(`${escapeInJson(JSON.stringify(values))}\n`);
    } else {
      if (flags.watch && !clearScreen() && again) out();
      show(boxes);
      if (!flags.watch) return;
    }
    await pause(EVERY_MS);
  }
}

function show(boxes: readonly BoxStats[]): void {
  if (boxes.length === 0) return out("No box is running.");
  table(
    ["NAME", "CPU", "MEMORY", "PROCESSES", "NET IN", "NET OUT", "HOME", "VAULT"],
    boxes.map((box) => [
      box.paused ? `${box.name} (paused)` : box.name,
      box.cpuPercent === undefined ? "-" : `${box.cpuPercent.toFixed(1)}%`,
      memoryOf(box),
      box.processes === undefined ? "-" : String(box.processes),
      bytes(box.receivedBytes),
      bytes(box.sentBytes),
      disk(box.home),
      disk(box.vault),
    ]),
  );
  for (const reason of new Set(boxes.flatMap(({ reason }) => reason ?? []))) {
    const counted = boxes.some((box) => box.reason === reason && box.countedBy === "box");
    note(counted ? `${reason} The figures are what the processes in the box show.` : reason);
  }
}

function memoryOf({ memoryBytes, memoryLimitBytes }: BoxStats): string {
  if (memoryBytes === undefined) return "-";
  return memoryLimitBytes === undefined
    ? formatBytes(memoryBytes)
    : `${formatBytes(memoryBytes)} of ${formatBytes(memoryLimitBytes)}`;
}

function bytes(count: number | undefined): string {
  return count === undefined ? "-" : formatBytes(count);
}

function disk(use: DiskUse | undefined): string {
  if (!use) return "-";
  return use.whole ? formatBytes(use.bytes) : `over ${formatBytes(use.bytes)}`;
}

/** Every field is always there; `null` for what is not known. */
function asJson(box: BoxStats): Record<string, unknown> {
  return {
    name: box.name,
    id: box.id,
    engine: box.engine,
    paused: box.paused,
    cpuPercent: box.cpuPercent ?? null,
    memoryBytes: box.memoryBytes ?? null,
    memoryLimitBytes: box.memoryLimitBytes ?? null,
    processes: box.processes ?? null,
    receivedBytes: box.receivedBytes ?? null,
    sentBytes: box.sentBytes ?? null,
    home: box.home ?? null,
    vault: box.vault ?? null,
    countedBy: box.countedBy,
    reason: box.reason ?? null,
  };
}
