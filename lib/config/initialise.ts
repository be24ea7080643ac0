/**
 * The first run: folders, a commented configuration, the environment of every box. Each step by itself, so that a run
 * that was cut short is completed by the next.
 *
 * @module
 */

import { cannot, FileLock, readText, writeText } from "../host/store.ts";
import { info, type Ui } from "../spec/ui.ts";
import { SETTINGS } from "./settings/all.ts";
import { isLimit } from "./value.ts";
import type { Host } from "./system.ts";

const DONE = "initialised";
/** Raised when a step is added, so that it is taken on hosts that were initialised before. */
const VERSION = "1";

/** Makes what every command may rely on. Does nothing but one read once it is done. Never overwrites. */
export async function ensureInitialised(host: Host): Promise<void> {
  const marker = `${host.dirs.state}/${DONE}`;
  if (await readText(marker) === VERSION) return;
  const { paths } = host.system;
  await folder(host.dirs.state);
  using _lock = await FileLock.acquire(`${host.dirs.state}/locks/initialise.lock`);
  await moveOld(host.ui, `${paths.data}/settings`, paths.boxes);
  for (
    const path of [
      paths.data,
      paths.boxes,
      paths.crabs,
      `${paths.data}/containers`,
      `${paths.templates}/general/base`,
      `${paths.templates}/general/standard`,
      `${paths.comms}/mailbox`,
      host.dirs.cache,
    ]
  ) await folder(path);
  await moveOld(host.ui, `${host.dirs.configHome}/kanibako/env`, paths.env);
  await file(`${paths.comms}/broadcast.log`, "");
  await file(paths.env, "COLORTERM=truecolor\n");
  await file(host.system.file, defaultConfig());
  await writeText(marker, VERSION);
}

/** The text of a new system configuration: nothing is set, everything is explained. */
export function defaultConfig(): string {
  const lines = [
    "# The system configuration of kanibako. What is set here holds for every box that does not set it itself.",
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

/** Moves a file or folder from where older programs kept it, when nothing is at its new place. */
async function moveOld(ui: Ui, from: string, to: string): Promise<void> {
  if (await exists(to) || !await exists(from)) return;
  await folder(to.slice(0, to.lastIndexOf("/")));
  try {
    await Deno.rename(from, to);
  } catch (cause) {
    throw cannot("move", from, cause);
  }
  info(ui, "moved", { from, to });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return false;
    throw cannot("read", path, cause);
  }
}
