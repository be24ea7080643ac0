/**
 * Where an agent keeps its files on the host. Most can be sent elsewhere by a variable (`CLAUDE_CONFIG_DIR`), which then holds for a
 * box's login as it does for the agent on the host.
 *
 * @module
 */

import type { CredentialFile, TargetHost } from "./target.ts";

type Seen = Pick<TargetHost, "home" | "variable">;

/** The folder that a variable of the host names; `undefined` where it names none. */
export function movedTo(variable: string | undefined, host: Seen): string | undefined {
  const value = variable === undefined ? undefined : host.variable(variable);
  return value?.startsWith("/") ? value.replace(/\/+$/, "") || "/" : undefined;
}

/** The absolute path of a login on the host. */
export function loginPath(file: Pick<CredentialFile, "hostPath" | "folderVariable">, host: Seen): string {
  const folder = movedTo(file.folderVariable, host);
  return folder === undefined
    ? `${host.home}/${file.hostPath}`
    : `${folder}/${file.hostPath.slice(file.hostPath.lastIndexOf("/") + 1)}`;
}

/** A path as people write it: below the home with a tilde. */
export function shownPath(path: string, home: string): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
