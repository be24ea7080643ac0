/**
 * Where an agent keeps its files on the host. Most can be sent elsewhere by a variable (`CLAUDE_CONFIG_DIR`), and a box gets what is
 * there, as the agent on the host does.
 *
 * @module
 */

import type { CredentialFile, TargetHost } from "./target.ts";

type Seen = Pick<TargetHost, "home" | "variable">;

/** The folder that a variable of the host names; `undefined` where it names none. */
function movedTo(variable: string | undefined, host: Seen): string | undefined {
  const value = variable === undefined ? undefined : host.variable(variable);
  return value?.startsWith("/") ? value.replace(/\/+$/, "") || "/" : undefined;
}

/** The absolute path of a login on the host. */
export function loginPath(file: Pick<CredentialFile, "hostPath" | "folderVariable">, host: Seen): string {
  const folder = movedTo(file.folderVariable, host);
  return folder === undefined ? `${host.home}/${file.hostPath}` : `${folder}/${nameIn(file.hostPath)}`;
}

/** An agent's configuration, as far as places go. Paths are relative to the home. */
export interface ConfigPlaces {
  readonly folder: string;
  /** The variable that moves the folder. */
  readonly env?: string | undefined;
  /** Files beside the folder that move into it. */
  readonly account?: readonly string[] | undefined;
}

/** The absolute path on the host of one of the agent's own files, given relative to the home. */
export function configPath(file: string, config: ConfigPlaces | undefined, host: Seen): string {
  const folder = movedTo(config?.env, host);
  if (folder !== undefined && config) {
    if (file.startsWith(`${config.folder}/`)) return `${folder}/${file.slice(config.folder.length + 1)}`;
    if (config.account?.includes(file)) return `${folder}/${nameIn(file)}`;
  }
  return `${host.home}/${file}`;
}

/** A path as people write it: below the home with a tilde. */
export function shownPath(path: string, home: string): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
