/**
 * The levels of the configuration that are files, read for one box.
 *
 * @module
 */

import { approvedBoxFiles, type BoxPlace } from "./box_files.ts";
import { devContainerLevel, mayHaveDevContainer } from "./devcontainer.ts";
import type { CrabFile } from "./crab_file.ts";
import type { EnvLayer } from "./env.ts";
import { readEnvFile } from "./env_file.ts";
import { type ConfigFile, EMPTY, readConfig } from "./file.ts";
import { checkOwnership } from "./ownership.ts";
import type { Level } from "./settings.ts";
import { fromFile, type Source } from "../spec/source.ts";
import { SETTINGS } from "./settings/all.ts";
import type { Host } from "./system.ts";
import { parseValue } from "./value.ts";

/** One level's file and what it says. */
export interface LevelFile {
  readonly level: Exclude<Level, "flag" | "default">;
  /** As the source of what it sets. */
  readonly from: Source;
  readonly file: string;
  readonly config: ConfigFile;
  readonly env: EnvLayer;
}

/** Reads box, workset and system, in this order of strength; behind the box what was approved of a `devcontainer.json`. The crab's level joins by {@link crabLevel}. */
export async function readLevels(host: Host, box: BoxPlace): Promise<readonly LevelFile[]> {
  const { paths } = host.system;
  const [boxFiles, workset, systemEnv] = await Promise.all([
    approvedBoxFiles(host.dirs.state, box),
    worksetLevel(host, box),
    readEnvFile(paths.env),
  ]);
  const levels = [
    level(
      "box",
      undefined,
      `${box.metadata}/project.toml`,
      boxFiles.config,
      boxFiles.env,
      `${box.metadata}/env`,
    ),
    workset,
    level("system", undefined, host.system.file, host.system.config, systemEnv, paths.env),
  ];
  if (!mayHaveDevContainer(box.path)) return levels;
  const brought = await devContainerLevel(host.dirs.state, box.path, levels);
  return brought ? levels.toSpliced(1, 0, brought) : levels;
}

/** A standalone project belongs to no workset, every other to the default one unless it is connected to another. */
async function worksetLevel(host: Host, box: BoxPlace): Promise<LevelFile> {
  const { defaultWorkset } = host.system.paths;
  if (!box.workset) {
    const config = box.mode === "default" ? await readConfig(defaultWorkset, "workset") : EMPTY;
    return level("workset", undefined, defaultWorkset, config, {}, defaultWorkset);
  }
  const { name, root } = box.workset;
  const [file, envFile] = [`${root}/config.toml`, `${root}/env`];
  // Unlike our own folders it may be anywhere, and it decides what boxes get just as they do.
  await Promise.all([root, file, envFile].map((path) => checkOwnership(path, "others may read")));
  const [config, env] = await Promise.all([readConfig(file, "workset"), readEnvFile(envFile)]);
  return level("workset", name, file, config, env, envFile);
}

/** The levels with the crab's between workset and system. */
export function withCrab(levels: readonly LevelFile[], crab: CrabFile | undefined): readonly LevelFile[] {
  if (!crab) return levels;
  const at = levels.findIndex(({ level }) => level === "system");
  return [...levels.slice(0, at), crabLevel(crab), ...levels.slice(at)];
}

/** A crab file as a level. */
function crabLevel(crab: CrabFile): LevelFile {
  const values: Record<string, ConfigFile["values"][string]> = {};
  const agent: Record<string, string> = {};
  for (const [name, text] of Object.entries(crab.state)) {
    if (SETTINGS.ofAgents().includes(name)) {
      values[name] = parseValue(SETTINGS.named(name), text);
    } else agent[name] = text;
  }
  return {
    level: "crab",
    from: fromFile("crab", "config", crab.id),
    file: crab.path,
    config: { ...EMPTY, values, agent, shared: crab.shared, binds: crab.binds ?? {} },
    env: { entries: crab.env, from: fromFile("crab", "env", crab.id), file: crab.path },
  };
}

function level(
  name: LevelFile["level"],
  who: string | undefined,
  file: string,
  config: ConfigFile,
  entries: Readonly<Record<string, string>>,
  envFile: string,
): LevelFile {
  return {
    level: name,
    from: fromFile(name, "config", who),
    file,
    config,
    env: { entries, from: fromFile(name, "env", who), file: envFile },
  };
}
