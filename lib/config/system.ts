/**
 * The first thing every command does: whose kanibako is this, where is it, and what does its configuration say.
 *
 * @module
 */

import { baseDirs, type Dirs } from "../host/dirs.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { shellQuote } from "../host/ui/text.ts";
import { readText } from "../host/store.ts";
import { type ConfigFile, EMPTY, parseConfig, readConfig } from "./file.ts";
import { oldConfig, oldFolders, type OldPlace } from "./old_places.ts";
import { checkOwnership } from "./ownership.ts";
import { type SystemPaths, systemPaths } from "./paths.ts";
import { type EventSink, silentUi, type Ui } from "../spec/ui.ts";
import { isFolder } from "../host/path.ts";
import { setPlacesFile, setPlugins } from "../../targets/known.ts";

/** The system configuration, read. */
export interface SystemConfig {
  /** The file, which need not exist. */
  readonly file: string;
  readonly config: ConfigFile;
  readonly paths: SystemPaths;
  /** What of this is still where earlier versions kept it; empty once it was moved. */
  readonly old: readonly OldPlace[];
}

/** This user's kanibako. */
export interface Host {
  readonly dirs: Dirs;
  readonly system: SystemConfig;
  /** Where notes, progress and questions go. */
  readonly ui: Ui;
  /** Where events go. */
  readonly events: EventSink;
}

/** Who listens to what is done on behalf of this user. Nobody, where absent. */
export interface Listeners {
  readonly ui?: Ui;
  readonly events?: EventSink;
}

/** A listener that throws must not come between a box and what follows its start. */
function guarded(events: EventSink): EventSink {
  return (event) => {
    try {
      events(event);
    } catch (error) {
      debug(() => `a listener failed: ${error}`);
    }
  };
}

/**
 * Reads the system configuration. Creates nothing. Throws `bad-file` for a file that cannot be read or says something
 * unknown, `unsafe-owner` or `unsafe-mode` when other users could change what boxes may do.
 */
export async function openHost(
  env?: (name: string) => string | undefined,
  { ui = silentUi, events = () => {} }: Listeners = {},
): Promise<Host> {
  const base = baseDirs(env);
  checkHome(base.home, env ?? ((name) => Deno.env.get(name)));
  const { file, text, old } = await configText(base);
  const config = text === undefined ? EMPTY : await parseConfig(text, file, "system");
  const wanted = systemPaths(config, base);
  const folders = oldFolders(base, wanted);
  const paths = { ...wanted, ...Object.fromEntries(folders.map(({ what, from }) => [what, from])) };
  const dirs = withData(base, paths.data);
  await Promise.all([
    text === undefined ? undefined : checkOwnership(file, "others may read"),
    checkOwnership(paths.data, "others may read"),
    checkOwnership(dirs.state, "nobody else may read"),
    // It holds what was learned of the engine, the filter of system calls and this program as boxes get it.
    checkOwnership(dirs.cache, "others may read"),
    // What is in the data folder is kept by it; what is kept elsewhere is not.
    ...new Set(Object.values(paths)).values().filter((path) =>
      !path.startsWith(`${paths.data}/`) && path !== paths.data
    )
      .map((path) => checkOwnership(path, "others may read")),
  ]);
  await readAgents(paths, dirs);
  return { dirs, system: { file, config, paths, old: [...old, ...folders] }, ui, events: guarded(events) };
}

/** What root makes in the home of the one who called sudo, that one could not use any more. Throws `foreign-home`. */
function checkHome(home: string, env: (name: string) => string | undefined): void {
  if (!env("SUDO_UID") || Deno.uid() !== 0) return;
  const owner = ownerOf(home);
  if (owner === undefined || owner === 0) return;
  throw new KanibakoError(
    "foreign-home",
    `kanibako runs as root, but HOME (${shellQuote(home)}) belongs to another user.`,
    { hint: ["Run kanibako without sudo.", "To run it as root: sudo -H kanibako"] },
  );
}

function ownerOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).uid ?? undefined;
  } catch {
    return undefined;
  }
}

/** The folder of the user's own agents. */
export function pluginFolder({ data }: Pick<SystemPaths, "data">): string {
  return `${data}/plugins`;
}

/** The file with the places where agents were found. */
export function agentPlaces({ state }: Pick<Dirs, "state">): string {
  return `${state}/agents.json`;
}

/** Makes the user's own agents known. Most users have none. */
async function readAgents(paths: SystemPaths, dirs: Dirs): Promise<void> {
  setPlacesFile(agentPlaces(dirs));
  const folder = pluginFolder(paths);
  if (!isFolder(folder)) return setPlugins();
  await checkOwnership(folder, "others may read");
  const { loadPlugins } = await import("../../targets/user_tier.ts");
  await loadPlugins(folder, dirs.cache);
}

/** With the system configuration as it is now: another call, or this one, may have changed it since it was read. */
export async function withConfigNow(host: Host): Promise<Host> {
  const config = await readConfig(host.system.file, "system");
  return { ...host, system: { ...host.system, config } };
}

/** The text of the configuration, where it is now. */
async function configText(
  base: Dirs,
): Promise<{ readonly file: string; readonly text: string | undefined; readonly old: readonly OldPlace[] }> {
  const text = await readText(base.configFile);
  const old = text === undefined ? await oldConfig(base) : undefined;
  return old
    ? { file: old.place.from, text: old.text, old: [old.place] }
    : { file: base.configFile, text, old: [] };
}

/** State and cache are named after the data folder, so that two data folders never share them. */
function withData(base: Dirs, data: string): Dirs {
  const leaf = data.slice(data.lastIndexOf("/") + 1);
  const renamed = (path: string) => path.slice(0, path.lastIndexOf("/") + 1) + leaf;
  return { ...base, data, state: renamed(base.state), cache: renamed(base.cache) };
}
