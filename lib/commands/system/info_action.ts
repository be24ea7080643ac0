/**
 * Shows versions and where things are kept.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { self } from "../../host/self.ts";
import { fields, json, note } from "../../host/ui/terminal.ts";
import { version } from "../../host/version.ts";
import { targetHost, targets } from "../../../targets/discover.ts";
import { openEngine } from "../box/report/running.ts";
import type { Context } from "../context.ts";
import type { SystemInfoFlags } from "./info.ts";

/** Runs `kanibako system info`. */
export default async function systemInfo(this: Context, flags: SystemInfoFlags): Promise<void> {
  const host = await this.host();
  const [engine, { form }, agents] = await Promise.all([openEngine(host), self(), installedAgents(host)]);
  const engineVersion = await engine?.version();
  if (flags.json) {
    json({
      version,
      deno: Deno.version.deno,
      typescript: Deno.version.typescript,
      install: form,
      config: host.system.file,
      data: host.dirs.data,
      state: host.dirs.state,
      cache: host.dirs.cache,
      engine: engine ? { name: engine.name, version: engineVersion, binary: engine.binary } : null,
      agents,
    });
    return;
  }
  fields([
    ["Version", version],
    ["Deno", `${Deno.version.deno} (TypeScript ${Deno.version.typescript})`],
    ["Install", form],
    ["Config", host.system.file],
    ["Data", host.dirs.data],
    ["State", host.dirs.state],
    ["Cache", host.dirs.cache],
    [
      "Engine",
      engine ? `${engine.name} ${engineVersion} (${engine.binary})` : "none; see kanibako setup",
    ],
    ["Agents", agents.length > 0 ? agents.join(", ") : "none; see kanibako setup"],
  ]);
  note("To check that all of it works: kanibako system diagnose");
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
