/**
 * Shows how an agent is configured.
 *
 * @module
 */

import { MASK } from "../../spec/mask.ts";
import type { CrabFile } from "../../config/crab_file.ts";
import { isSecretName } from "../../config/env.ts";
import { listCrabs } from "../../crab/file.ts";
import { KanibakoError } from "../../host/error.ts";
import { fields, json, out } from "../../host/ui/terminal.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import type { Context } from "../context.ts";
import type { CrabInfoFlags } from "./info.ts";

/** Runs `kanibako crab info`. */
export default async function crabInfo(this: Context, flags: CrabInfoFlags, id: string): Promise<void> {
  const host = await this.host();
  const crabs = await listCrabs(host.system.paths);
  const crab = crabs.find((each) => each.id === id);
  if (!crab) {
    const meant = nearest(id, crabs.map((each) => each.id));
    const place = `${host.system.paths.crabs}/${id}.toml`;
    throw new KanibakoError(
      "unknown-crab",
      `There is no crab ${shellQuote(id)}: ${shellQuote(place)} does not exist.`,
      {
        hint: meant === undefined ? "See them all: kanibako crab list" : `Did you mean ${shellQuote(meant)}?`,
      },
    );
  }
  if (flags.json) return json(crabJson(crab));
  fields([
    ["Name", crab.name],
    ["Shell", crab.template],
    ["Default args", crab.runArgs.length > 0 ? crab.runArgs.map(shellQuote).join(" ") : "(none)"],
    ["File", crab.path],
  ]);
  block("State", crab.state);
  block("Env", masked(crab.env));
  block("Shared", crab.shared);
}

function block(title: string, values: Readonly<Record<string, string>>): void {
  out(`  ${title}:`);
  const entries = Object.entries(values).sort(([a], [b]) => a < b ? -1 : 1);
  if (entries.length === 0) out("    (none)");
  for (const [key, value] of entries) out(`    ${key} = ${value}`);
}

/** Values that look like secrets are not for a screen that may be shared. */
function masked(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, isSecretName(name) ? MASK : value]),
  );
}

/** A crab as other programs get it. */
export function crabJson(crab: CrabFile): Record<string, unknown> {
  const { id, name, template, runArgs, state, env, shared, path } = crab;
  return { id, name, template, runArgs, state, env: masked(env), shared, path };
}
