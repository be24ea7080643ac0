/**
 * Versions, and where things are kept.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { self } from "../../host/self.ts";
import { version } from "../../host/version.ts";
import { targetHost, targets } from "../../../targets/discover.ts";
import { installedText } from "./upgrade/installed.ts";
import { installation } from "./upgrade/upgrade.ts";
import type { BoxRuntime } from "../../runtime/runtime.ts";
import { defaultRuntime } from "../../run/used_runtimes.ts";

/** A container engine. */
export interface EngineInfo {
  readonly name: string;
  /** `unknown` where it does not answer. */
  readonly version: string;
  /** Where it is, such as the path of its program. */
  readonly where: string;
}

/** What is known of this installation. */
export interface SystemInfo {
  readonly version: string;
  readonly deno: string;
  readonly typescript: string;
  /** How the program is installed. */
  readonly install: string;
  /** Where the program is, or what installed it. */
  readonly program: string;
  readonly config: string;
  readonly data: string;
  readonly state: string;
  readonly cache: string;
  /** The default engine; null where none is installed. */
  readonly engine: EngineInfo | null;
  /** Names of the installed agents. */
  readonly agents: readonly string[];
}

/** Versions, folders, the engine and the agents of this user. */
export async function systemInfo(host: Host): Promise<SystemInfo> {
  const [engine, { form }, agents, program] = await Promise.all([
    defaultRuntime(host).then((runtime) => runtime ? engineInfo(runtime) : null),
    self(),
    installedAgents(host),
    installation().then(installedText),
  ]);
  return {
    version,
    deno: Deno.version.deno,
    typescript: Deno.version.typescript,
    install: form,
    program,
    config: host.system.file,
    data: host.dirs.data,
    state: host.dirs.state,
    cache: host.dirs.cache,
    engine,
    agents,
  };
}

async function engineInfo(runtime: BoxRuntime): Promise<EngineInfo> {
  const unknown = { version: "unknown", where: "it does not answer" };
  const { version, where } = await runtime.describe().catch(() => unknown);
  return { name: runtime.kind, version, where };
}

async function installedAgents(host: Host): Promise<string[]> {
  const seen = targetHost(host.dirs.home);
  const found = await Promise.all(
    targets().filter(({ hasBinary }) => hasBinary).map(async (target) =>
      (await target.find(seen).catch(() => undefined))?.install ? [target.displayName] : []
    ),
  );
  return found.flat();
}
