/**
 * Where on this machine the user's own configuration of an agent is, and what of it the settings give to boxes.
 *
 * @module
 */

import type { OwnSettings } from "../config/settings.ts";
import { OWN_PARTS } from "../spec/own_parts.ts";
import type { Host } from "../config/system.ts";
import type { OwnChoice } from "../crab/own/gather.ts";
import type { OwnHost } from "../crab/own/places.ts";
import type { Writable } from "../crab/host_login.ts";
import { targetHost } from "../../targets/discover.ts";
import type { Target } from "../../targets/target.ts";

/** Where it is. */
export function hostOf(host: Host, target: Target): OwnHost {
  let folders: Promise<Writable> | undefined;
  const seen = targetHost(host.dirs.home);
  return {
    home: host.dirs.home,
    place: (path) => target.configPath?.(path, seen) ?? `${host.dirs.home}/${path}`,
    boxFolders: () => folders ??= import("./box_folders.ts").then(({ boxFolders }) => boxFolders(host)),
  };
}

/** What is chosen. */
export function ownChoice({ parts, mcp, lsp }: OwnSettings): OwnChoice {
  return {
    parts: parts.value.includes("all") ? OWN_PARTS : parts.value,
    mcp: mcp.value,
    lsp: lsp.value,
  };
}
