/**
 * Shows versions and where things are kept.
 *
 * @module
 */

import { systemInfo as infoOf } from "../../app/system/info.ts";
import { fields, json, note } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { SystemInfoFlags } from "./info.ts";

/** Runs `kanibako system info`. */
export default async function systemInfo(this: Context, flags: SystemInfoFlags): Promise<void> {
  const info = await infoOf(await this.host());
  if (flags.json) return json(info);
  const { engine, agents } = info;
  fields([
    ["Version", info.version],
    ["Deno", `${info.deno} (TypeScript ${info.typescript})`],
    ["Install", `${info.install} (${info.program})`],
    ["Config", info.config],
    ["Data", info.data],
    ["State", info.state],
    ["Cache", info.cache],
    ["Engine", engine ? `${engine.name} ${engine.version} (${engine.where})` : "none; see kanibako setup"],
    ["Agents", agents.length > 0 ? agents.join(", ") : "none; see kanibako setup"],
  ]);
  note("To check that everything works: kanibako system diagnose");
}
