/**
 * What a container uses, as the kernel counts it: its control group, and the network of its first process. A few small files of
 * this host, so that asking every second costs next to nothing, and nothing of it is the container's own word.
 *
 * @module
 */

import { networkBytes } from "../network_bytes.ts";
import type { Meter } from "../runtime.ts";

/** Where a hierarchy of control groups is seen. */
interface Hierarchy {
  /** The names of its controllers; of version 2: none. */
  readonly controllers: readonly string[];
  readonly mountedAt: string;
  /** The group that is seen there. */
  readonly root: string;
}

/** Above it a limit on memory is none: version 1 writes the largest number of pages. */
const NO_LIMIT = 2 ** 60;

/** What a container's groups are, by the names of their controllers; version 2 has one for all, under the empty name. */
export type GroupFolders = ReadonlyMap<string, string>;

/**
 * Counts what the container `id` uses, of which `pid` is the first process. `undefined`: there is no group of its own, such as for
 * podman without root with cgroup version 1.
 */
export function groupMeter(pid: number, id: string, proc = "/proc"): Meter | undefined {
  const group = text(`${proc}/${pid}/cgroup`);
  if (group === undefined) return () => undefined;
  const folders = groupFolders(group, text(`${proc}/self/mountinfo`) ?? "", id);
  const accounting = folders.get("cpuacct") ?? folders.get("");
  if (accounting === undefined) return undefined;
  return () => {
    const stat = text(`${accounting}/${folders.has("cpuacct") ? "cpuacct.usage" : "cpu.stat"}`);
    // A group lasts as long as its container; the number of the process may be another one's by then.
    if (stat === undefined || text(`${proc}/${pid}/cgroup`) !== group) return undefined;
    return {
      atMs: performance.now(),
      cpuMs: folders.has("cpuacct") ? Number(stat) / 1e6 : keyed(stat, "usage_usec", 1e-3),
      ...memoryOf(folders),
      processes: number(text(`${folders.get("pids") ?? folders.get("")}/pids.current`)),
      ...networkBytes(text(`${proc}/${pid}/net/dev`) ?? ""),
    };
  };
}

/** The folders of a container's groups, from `/proc/PID/cgroup` and `/proc/self/mountinfo`: only those that are its own. */
export function groupFolders(group: string, mountinfo: string, id: string): GroupFolders {
  const hierarchies = mountinfo.split("\n").flatMap((line) => hierarchyOf(line) ?? []);
  const folders = new Map<string, string>();
  for (const line of group.split("\n")) {
    const [, names, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (names === undefined || path === undefined) continue;
    const segments = path.split("/");
    // What its processes have made below it counts, too.
    const own = segments.findIndex((segment) => segment.includes(id));
    if (own < 0) continue;
    const ours = segments.slice(0, own + 1).join("/");
    for (const name of names.split(",")) {
      const found = hierarchies.find(({ controllers }) =>
        name === "" ? controllers.length === 0 : controllers.includes(name)
      );
      if (!found) continue;
      const below = found.root !== "/" && ours.startsWith(`${found.root}/`)
        ? ours.slice(found.root.length)
        : ours;
      folders.set(name, `${found.mountedAt}${below}`);
    }
  }
  return folders;
}

/** A line of mountinfo: "36 35 98:0 /root /mount/point options ... - type source options". */
function hierarchyOf(line: string): Hierarchy | undefined {
  const [before = "", after = ""] = line.split(" - ");
  const [type, , options = ""] = after.split(" ");
  const [, , , root, mountedAt] = before.split(" ");
  if (root === undefined || mountedAt === undefined) return undefined;
  if (type === "cgroup2") return { controllers: [], mountedAt, root };
  return type === "cgroup" ? { controllers: options.split(","), mountedAt, root } : undefined;
}

function memoryOf(folders: GroupFolders): { memoryBytes?: number; memoryLimitBytes?: number } {
  const old = folders.get("memory");
  const folder = old ?? folders.get("");
  const used = number(text(`${folder}/${old ? "memory.usage_in_bytes" : "memory.current"}`));
  if (used === undefined) return {};
  const limit = number(text(`${folder}/${old ? "memory.limit_in_bytes" : "memory.max"}`));
  const idle = keyed(text(`${folder}/memory.stat`) ?? "", old ? "total_inactive_file" : "inactive_file") ?? 0;
  return {
    memoryBytes: Math.max(0, used - idle),
    ...(limit === undefined || limit > NO_LIMIT ? {} : { memoryLimitBytes: limit }),
  };
}

/** The number behind a name at the beginning of a line. */
function keyed(stat: string, name: string, factor = 1): number | undefined {
  const found = new RegExp(`^${name} (\\d+)$`, "m").exec(stat)?.[1];
  return found === undefined ? undefined : Number(found) * factor;
}

function number(value: string | undefined): number | undefined {
  const digits = value?.trim();
  return digits !== undefined && /^\d+$/.test(digits) ? Number(digits) : undefined;
}

function text(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
