/**
 * The first run: folders, a commented configuration, the environment of every box. Each step on its own, so that a run
 * that was cut short is completed by the next.
 *
 * @module
 */

import { cannot, FileLock, isThere, readText, writeText } from "../host/store.ts";
import { debug } from "../host/log.ts";
import { info } from "../spec/ui.ts";
import type { OldPlace } from "./old_places.ts";
import { SETTINGS } from "./settings/all.ts";
import { isLimit } from "./value.ts";
import type { Host } from "./system.ts";

const DONE = "initialised";
/** Raised when a step is added, so that it is taken on hosts that were initialised before. */
const VERSION = "1";

/**
 * Makes what every command that writes may rely on, and moves what is still where earlier versions kept it. Does nothing but one read
 * once it is done. Never overwrites. Returns the host with its places as they are now.
 */
export async function ensureInitialised(host: Host): Promise<Host> {
  const marker = `${host.dirs.state}/${DONE}`;
  if (host.system.old.length === 0 && await readText(marker) === VERSION) return host;
  await folder(host.dirs.state);
  using _lock = await FileLock.acquire(`${host.dirs.state}/locks/initialise.lock`);
  const moved = await moveOld(host);
  await makeAll(moved);
  await writeText(marker, VERSION);
  return moved;
}

async function makeAll(host: Host): Promise<void> {
  const { paths } = host.system;
  for (
    const path of [
      paths.data,
      paths.boxes,
      paths.crabs,
      `${paths.data}/containers`,
      `${paths.templates}/general/base`,
      `${paths.templates}/general/standard`,
      paths.comms,
      host.dirs.cache,
    ]
  ) await folder(path);
  await file(paths.env, "COLORTERM=truecolor\n");
  await file(host.system.file, defaultConfig());
}

/** The text of a new system configuration: nothing is set, everything is explained. */
export function defaultConfig(): string {
  const lines = [
    "# The system configuration of kanibako. Settings here apply to every box that does not set them itself.",
    "# Take the # from a line to set it.",
  ];
  let section = "";
  const shown = SETTINGS.offered("system").filter(({ name }) =>
    !name.startsWith("paths.") || name === "paths.shared"
  );
  const bySection = Map.groupBy(shown, ({ stored }) => stored.slice(0, Math.max(0, stored.lastIndexOf("."))));
  for (const [name, keys] of [...bySection].sort(([a], [b]) => a < b ? -1 : 1)) {
    if (name !== section) lines.push("", `[${section = name}]`);
    for (const { stored, type, default: value, meaning } of keys) {
      const example = value ?? (isLimit(type) ? "none" : "");
      const name = section === "" ? stored : stored.slice(section.length + 1);
      lines.push(`# ${meaning}`, `#${name} = ${JSON.stringify(example)}`);
    }
  }
  return lines.join("\n") + "\n";
}

async function folder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw cannot("create", path, cause);
  }
}

async function file(path: string, text: string): Promise<void> {
  if (await readText(path) === undefined) await writeText(path, text);
}

/** Moves everything to where it belongs. Another call may have done it just now. */
async function moveOld(host: Host): Promise<Host> {
  const { system } = host;
  for (const { from, to } of system.old) {
    if (isThere(to) || !isThere(from)) continue;
    await folder(to.slice(0, to.lastIndexOf("/")));
    try {
      await Deno.rename(from, to);
    } catch (cause) {
      throw cannot("move", from, cause);
    }
    info(host.ui, "moved", { from, to });
  }
  await removeEmpty(`${host.dirs.configHome}/kanibako`, system.old);
  const now = Object.fromEntries(system.old.map(({ what, to }) => [what, to]));
  const { config: file = system.file, ...paths } = now;
  return { ...host, system: { ...system, file, paths: { ...system.paths, ...paths }, old: [] } };
}

/** The folder the configuration once had, when nothing is left in it. */
async function removeEmpty(path: string, old: readonly OldPlace[]): Promise<void> {
  if (!old.some(({ from }) => from.startsWith(`${path}/`))) return;
  await Deno.remove(path).catch(() => debug(() => `kept ${path}: there is more in it`));
}
