/**
 * Shows how an agent is configured.
 *
 * @module
 */

import { crabInfo as infoOf } from "../../app/crab/info.ts";
import { ownState } from "../../app/crab/own.ts";
import type { CrabFile } from "../../config/crab_file.ts";
import { fields, json, note, out } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Context } from "../context.ts";
import type { CrabInfoFlags } from "./info.ts";
import { ownJson, showOwn } from "./show_own.ts";

/** Runs `kanibako crab info`. */
export default async function crabInfo(this: Context, flags: CrabInfoFlags, id: string): Promise<void> {
  const host = await this.host();
  const { crab, target, unapproved } = await infoOf(host, id, this.cwd);
  const own = target && await ownState(host, target, { cwd: this.cwd, inRig: true });
  if (flags.json) {
    return json({
      ...crabJson(crab),
      ...(target ? { resources: target.resources } : {}),
      ...(own ? { own: ownJson(own) } : {}),
    });
  }
  fields([
    ["Name", crab.name],
    ["Model", crab.state["model"] || "the agent's own choice"],
    ["Shell", `${crab.template} (template of new homes)`],
    ["Default args", crab.runArgs.length > 0 ? crab.runArgs.map(shellQuote).join(" ") : "(none)"],
    ["File", crab.path],
  ]);
  const { model: _model, ...settings } = crab.state;
  block("State", settings);
  block("Env", crab.env);
  block("Shared", crab.shared);
  if (target) {
    const parts = target.resources.map(({ path, scope, description }) => [path, `${scope} (${description})`]);
    block("Parts of its folder, by default", Object.fromEntries(parts));
  }
  if (own) showOwn(own);
  if (unapproved) {
    note(`You have not approved the agent ${id} of this project as it is now: kanibako box approve`);
  }
}

function block(title: string, values: Readonly<Record<string, string>>): void {
  const entries = Object.entries(values).sort(([a], [b]) => a < b ? -1 : 1);
  if (entries.length === 0) return;
  out(`  ${title}:`);
  for (const [key, value] of entries) out(`    ${key} = ${value}`);
}

/** A crab as other programs get it. */
export function crabJson(crab: CrabFile): Record<string, unknown> {
  const { id, name, template, runArgs, state, env, shared, path } = crab;
  return { id, name, template, runArgs, state, env, shared, path };
}
