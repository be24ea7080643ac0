/**
 * Starts a helper.
 *
 * @module
 */

import { helperNamed } from "../../../app/helper/list_helpers.ts";
import { schemaText, taskText } from "../../../app/helper/files.ts";
import { bytes, cpus } from "../../../config/settings/types.ts";
import { parseValue } from "../../../config/value.ts";
import { UsageError } from "../../../host/error.ts";
import { fields, json, out } from "../../../host/ui/terminal.ts";
import { parseSecretFlag } from "../../../secret/binding.ts";
import type { SpawnRequest } from "../../../hub/words.ts";
import type { Context } from "../../context.ts";
import { parseDuration } from "../../duration.ts";
import { hubFor } from "./hub.ts";
import type { SpawnFlags } from "./spawn.ts";
import { MOST_DEPTH_OR_BREADTH, named, wholeNumber } from "./words.ts";

/** Runs `kanibako crab helper spawn`. */
export default async function spawn(this: Context, flags: SpawnFlags): Promise<void> {
  const asked = await questionOf(this, flags);
  using hub = await hubFor(this, flags);
  const { helper, container_name: container, grant } = await hub.ask("spawn", asked);
  if (flags.quiet) return out(String(helper));
  if (flags.json) return json({ helper, container, grant });
  const view = helperNamed((await hub.ask("list", {})).helpers, String(helper));
  out(`Started helper ${named(view)}.`);
  fields([
    ["Model", view.model ?? "default"],
    ["Depth", limit(grant.budget.depth)],
    ["Breadth", limit(grant.budget.breadth)],
    ["Peers", view.peers.length > 0 ? view.peers.join(", ") : "none"],
    ["Container", container],
  ]);
}

function limit(number: number): string {
  return number < 0 ? "no limit" : String(number);
}

/** What is asked for; what no option says is left to the hub. */
async function questionOf(context: Context, flags: SpawnFlags): Promise<SpawnRequest> {
  if (flags.allow.length > 0 && flags.network !== undefined && flags.network !== "filtered") {
    throw new UsageError(`Option --allow does nothing with --network ${flags.network}.`, {
      hint: "Rules are of a filtered network: --network filtered",
    });
  }
  const task = await taskText(context, flags);
  if (flags.schema !== undefined && task === undefined) {
    throw new UsageError("Option --schema needs a task, which has a result.", { hint: "Add --task TEXT." });
  }
  const schema = flags.schema === undefined ? undefined : await schemaText(context, flags.schema);
  const secrets = Object.fromEntries(flags.secret.map((text) => {
    if (!text.includes(":") && !text.includes("=")) return [text, ""];
    const { name, binding } = parseSecretFlag(text);
    return [name, binding];
  }));
  const whole = (option: string, text: string | undefined) =>
    text === undefined ? undefined : wholeNumber(option, text, -1, MOST_DEPTH_OR_BREADTH);
  const found: { [K in keyof SpawnRequest]: SpawnRequest[K] | undefined } = {
    task,
    schema,
    name: flags.name,
    workspace: flags.workspace,
    crab: flags.crab,
    model: flags.model,
    image: flags.image,
    network: flags.network ?? (flags.allow.length > 0 ? "filtered" : undefined),
    rules: flags.allow.length > 0 ? [...flags.allow] : undefined,
    secrets: flags.secret.length > 0 || flags.noSecrets ? secrets : undefined,
    memory_bytes: flags.memory === undefined
      ? undefined
      : Number(parseValue({ name: "--memory", type: bytes }, flags.memory)) || undefined,
    cpus: flags.cpus === undefined
      ? undefined
      : Number(parseValue({ name: "--cpus", type: cpus }, flags.cpus)) || undefined,
    time_ms: flags.time === undefined ? undefined : parseDuration("--time", flags.time),
    depth: whole("--depth", flags.depth),
    breadth: whole("--breadth", flags.breadth),
    keep: flags.keep || undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as SpawnRequest;
}
