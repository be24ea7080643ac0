/**
 * The first thing every command does: whose kanibako is this, where is it, and what does its configuration say.
 *
 * @module
 */

import { baseDirs, type Dirs } from "../host/dirs.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { cannot, readText } from "../host/store.ts";
import { type ConfigFile, EMPTY, parseConfig } from "./file.ts";
import { checkOwnership } from "./ownership.ts";
import { type SystemPaths, systemPaths } from "./paths.ts";
import { type EventSink, info, silentUi, type Ui } from "../spec/ui.ts";

/** The system configuration, read. */
export interface SystemConfig {
  /** The file, which need not exist. */
  readonly file: string;
  readonly config: ConfigFile;
  readonly paths: SystemPaths;
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

/**
 * Reads the system configuration. Creates nothing. Throws `bad-file` for a file that cannot be read or says something
 * unknown, `unsafe-owner` or `unsafe-mode` when other users could change what boxes may do.
 */
export async function openHost(
  env?: (name: string) => string | undefined,
  { ui = silentUi, events = () => {} }: Listeners = {},
): Promise<Host> {
  const base = baseDirs(env);
  const text = await readText(base.configFile) ?? await moveOldConfig(base, ui);
  const config = text === undefined ? EMPTY : await parseConfig(text, base.configFile, "system");
  const paths = systemPaths(config, base);
  const dirs = withData(base, paths.data);
  await Promise.all([
    text === undefined ? undefined : checkOwnership(base.configFile, "others may read"),
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
  return { dirs, system: { file: base.configFile, config, paths }, ui, events };
}

/** State and cache are named after the data folder, so that two data folders never share them. */
function withData(base: Dirs, data: string): Dirs {
  const leaf = data.slice(data.lastIndexOf("/") + 1);
  const renamed = (path: string) => path.slice(0, path.lastIndexOf("/") + 1) + leaf;
  return { ...base, data, state: renamed(base.state), cache: renamed(base.cache) };
}

/** The configuration once was in a folder of its own. */
async function moveOldConfig(base: Dirs, ui: Ui): Promise<string | undefined> {
  const folder = `${base.configHome}/kanibako`;
  const old = `${folder}/kanibako.toml`;
  const text = await readText(old).catch((cause) => {
    // A file named `kanibako` where the folder was is none of our business.
    if (cause instanceof KanibakoError && cause.cause instanceof Deno.errors.NotADirectory) return undefined;
    throw cause;
  });
  if (text === undefined) return undefined;
  await checkOwnership(old, "others may read");
  try {
    await Deno.rename(old, base.configFile);
  } catch (cause) {
    throw cannot("move", old, cause);
  }
  await Deno.remove(folder).catch(() => debug(() => `kept ${folder}: there is more in it`));
  info(ui, "config-moved", { from: old, to: base.configFile });
  return text;
}
