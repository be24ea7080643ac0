/**
 * Other limits for a container that runs.
 *
 * @module
 */

import type { NewLimits } from "../runtime.ts";
import { groupFolders } from "./usage.ts";

/** The words of an engine's `update` for memory and processors. Neither engine can lift a limit: all there is comes to the same. */
export function updateWords({ memoryBytes, cpus }: NewLimits): readonly string[] {
  const bytes = memoryBytes === 0 ? Deno.systemMemoryInfo().total : memoryBytes;
  return [
    ...(bytes === undefined ? [] : [`--memory=${bytes}b`, `--memory-swap=${bytes}b`]),
    ...(cpus === undefined ? [] : [`--cpus=${cpus === 0 ? navigator.hardwareConcurrency : cpus}`]),
  ];
}

/** Sets the most processes of the container `id`, of which `pid` is the first process, in its control group. False where we may not. */
export function writePids(pid: number, id: string, pids: number, proc = "/proc"): boolean {
  try {
    const groups = Deno.readTextFileSync(`${proc}/${pid}/cgroup`);
    const folders = groupFolders(groups, Deno.readTextFileSync(`${proc}/self/mountinfo`), id);
    using file = Deno.openSync(`${folders.get("pids") ?? folders.get("")}/pids.max`, { write: true });
    file.writeSync(new TextEncoder().encode(`${pids}\n`));
    return true;
  } catch {
    return false;
  }
}
