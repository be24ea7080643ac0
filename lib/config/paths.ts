/**
 * Where the data folder and everything in it is, as the system configuration says.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { expand, type ExpressionContext } from "./expression.ts";
import type { ConfigFile } from "./file.ts";
import { SETTINGS } from "./settings/all.ts";

/** The folders and files below the data folder. All paths are absolute. */
export interface SystemPaths {
  readonly data: string;
  readonly boxes: string;
  readonly crabs: string;
  readonly comms: string;
  readonly templates: string;
  /** The list of worksets. */
  readonly worksets: string;
  readonly shareReadOnly: string;
  readonly shareReadWrite: string;
  /** Shared caches. */
  readonly shared: string;
  /** Links to the vaults of projects with the robust layout. */
  readonly vaultLinks: string;
  /** The registry of names. */
  readonly names: string;
  /** The environment of every box. */
  readonly env: string;
  /** The configuration of the default workset. */
  readonly defaultWorkset: string;
}

/** Keys of older files, each with the expression that stands for it. */
const LEGACY: Readonly<Record<string, [key: string, base: string]>> = {
  "system.path.data": ["paths.data_path", "$XDG_DATA_HOME"],
  "system.path.boxes": ["paths.boxes", "@system.path.data"],
  "system.path.crabs": ["paths.agents", "@system.path.data"],
  "system.path.comms": ["paths.comms", "@system.path.data"],
  "system.path.templates": ["paths.templates", "@system.path.data"],
  "system.path.ws_hints": ["paths.ws_hints", "@system.path.data"],
};

/** Works out all paths. Throws `bad-expression` or `bad-value`, naming the key. */
export function systemPaths(config: ConfigFile, base: Dirs): SystemPaths {
  const context = systemContext(config, base);
  const path = (key: string): string => {
    let value: string;
    try {
      value = expand(`@${key}`, "host", context);
    } catch (cause) {
      if (!(cause instanceof KanibakoError)) throw cause;
      throw new KanibakoError(cause.code, `Cannot resolve ${key}. ${cause.message}`, {
        hint: `Fix ${key} in ${shellQuote(base.configFile)}.`,
        cause,
      });
    }
    return absolute(value, key, base.configFile);
  };
  const data = path("system.path.data");
  const below = (key: string) =>
    absolute(`${data}/${config.values[key] ?? defaultOf(key)}`, key, base.configFile);
  return {
    data,
    boxes: path("system.path.boxes"),
    crabs: path("system.path.crabs"),
    comms: path("system.path.comms"),
    templates: path("system.path.templates"),
    worksets: path("system.path.ws_hints"),
    shareReadOnly: path("system.path.share_ro_root"),
    shareReadWrite: path("system.path.share_rw_root"),
    shared: below("paths.shared"),
    vaultLinks: below("paths.vault"),
    names: `${data}/names.toml`,
    env: `${data}/env`,
    defaultWorkset: `${data}/config.toml`,
  };
}

/** What expressions may refer to: the system paths, and nothing else. */
export function systemContext(
  config: ConfigFile,
  base: Pick<Dirs, "home" | "dataHome">,
  variables: { CRAB?: string; WORKSET?: string } = {},
): ExpressionContext {
  return {
    home: base.home,
    variables: { XDG_DATA_HOME: base.dataHome, ...variables },
    lookup(key) {
      const asked = key === "system.path.share_ro" || key === "system.path.share_rw" ? `${key}_root` : key;
      if (!asked.startsWith("system.path.")) return undefined;
      const set = config.values[asked];
      if (typeof set === "string") return set;
      const [legacy, root] = LEGACY[asked] ?? [];
      const older = legacy === undefined ? undefined : config.values[legacy];
      if (typeof older === "string" && older !== "") {
        const literal = older.replace(/[\\$@~]/g, "\\$&");
        return older.startsWith("/") ? literal : `${root}/${literal}`;
      }
      return defaultOf(asked);
    },
  };
}

function defaultOf(name: string): string | undefined {
  const value = SETTINGS.spellings().get(name)?.key.default;
  return typeof value === "string" ? value : undefined;
}

function absolute(path: string, key: string, file: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") && !parts.includes("..") && parts.length > 0) return `/${parts.join("/")}`;
  throw new KanibakoError(
    "bad-value",
    `Cannot use ${shellQuote(path)} as ${key}: it is not an absolute path.`,
    {
      hint: `Fix ${key} in ${shellQuote(file)}; .. is not allowed in it.`,
    },
  );
}
