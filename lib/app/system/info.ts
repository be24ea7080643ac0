/**
 * Versions, and where things are kept.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { self } from "../../host/self.ts";
import { version } from "../../host/version.ts";
import { targetHost, targets } from "../../../targets/discover.ts";
import { openEngine } from "../find_engine.ts";

/** What is known of this installation. */
export interface SystemInfo {
  readonly version: string;
  readonly deno: string;
  readonly typescript: string;
  /** How the program is installed. */
  readonly install: string;
  readonly config: string;
  readonly data: string;
  readonly state: string;
  readonly cache: string;
  /** The default engine; null where none is installed. */
  readonly engine: { readonly name: string; readonly version: string; readonly binary: string } | null;
  /** Names of the installed agents. */
  readonly agents: readonly string[];
}

/** Versions, folders, the engine and the agents of this user. */
export async function systemInfo(host: Host): Promise<SystemInfo> {
  const [engine, { form }, agents] = await Promise.all([openEngine(host), self(), installedAgents(host)]);
  return {
    version,
    deno: Deno.version.deno,
    typescript: Deno.version.typescript,
    install: form,
    config: host.system.file,
    data: host.dirs.data,
    state: host.dirs.state,
    cache: host.dirs.cache,
    engine: engine ? { name: engine.name, version: await engine.version(), binary: engine.binary } : null,
    agents,
  };
}

async function installedAgents(host: Host): Promise<string[]> {
  const seen = targetHost(host.dirs.home);
  const found = await Promise.all(
    targets().filter(({ hasBinary }) => hasBinary).map(async (target) =>
      await target.detect(seen).catch(() => undefined) ? [target.displayName] : []
    ),
  );
  return found.flat();
}
