/**
 * Where this program keeps its own files on the host: the XDG base directories.
 *
 * Source: XDG Base Directory Specification 0.8 (a relative value is ignored).
 *
 * @module
 */

import { KanibakoError } from "./error.ts";

/** The folders of one user's kanibako. All paths are absolute. */
export interface Dirs {
  /** The user's home. */
  readonly home: string;
  /** `$XDG_CONFIG_HOME`. */
  readonly configHome: string;
  /** `$XDG_DATA_HOME`. */
  readonly dataHome: string;
  /** The system configuration, `$XDG_CONFIG_HOME/kanibako.toml`. */
  readonly configFile: string;
  /** `<data>`: boxes, crabs, templates, the registries. */
  readonly data: string;
  /** `<state>`: what belongs to a run and to this machine (locks, records, engine facts). Never mounted whole. */
  readonly state: string;
  /** `<cache>`: may be deleted at any time. */
  readonly cache: string;
}

/** The XDG base directories of this user, before the configuration has had its say about `<data>`. */
export function baseDirs(env: (name: string) => string | undefined = (name) => Deno.env.get(name)): Dirs {
  const home = env("HOME");
  if (!home?.startsWith("/")) {
    throw new KanibakoError("no-home", "HOME is not set to an absolute path.", {
      hint: "Set HOME to your home directory and try again.",
    });
  }
  const base = (name: string, fallback: string) => {
    const value = env(name);
    return value?.startsWith("/") ? value.replace(/(?<=.)\/+$/, "") : `${home}/${fallback}`;
  };
  const configHome = base("XDG_CONFIG_HOME", ".config");
  const dataHome = base("XDG_DATA_HOME", ".local/share");
  return {
    home,
    configHome,
    dataHome,
    configFile: `${configHome}/kanibako.toml`,
    data: `${dataHome}/kanibako`,
    state: `${base("XDG_STATE_HOME", ".local/state")}/kanibako`,
    cache: `${base("XDG_CACHE_HOME", ".cache")}/kanibako`,
  };
}
