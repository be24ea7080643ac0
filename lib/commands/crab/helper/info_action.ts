/**
 * Shows a helper.
 *
 * @module
 */

import { helperNamed } from "../../../app/helper/list_helpers.ts";
import { formatBytes } from "../../../host/size.ts";
import { fields, json, out, type Part } from "../../../host/ui/terminal.ts";
import { count } from "../../../host/ui/text.ts";
import type { View } from "../../../hub/words.ts";
import type { Context } from "../../context.ts";
import { helpersFor } from "./hub.ts";
import type { OneFlags } from "./life.ts";
import { showQuoted, statusPart } from "./words.ts";

/** Runs `kanibako crab helper info N`. */
export default async function info(this: Context, flags: OneFlags, word: string): Promise<void> {
  const found = helperNamed(await helpersFor(this, flags), word);
  if (flags.json) return json(found);
  fields(rowsOf(found));
  if (found.task === undefined) return;
  out("  Task:");
  showQuoted(found.task);
}

function rowsOf(one: View): (readonly [string, Part])[] {
  const { grant, grant: { budget } } = one;
  const limit = (number: number) => number < 0 ? "no limit" : String(number);
  return [
    ["Helper", String(one.number)],
    ...optional("Name", one.name),
    ["Status", statusPart(one.status)],
    ...optional("Exit code", one.exitCode),
    ...optional("Error", one.error),
    ["Started by", one.parent === 0 ? "the director" : `helper ${one.parent}`],
    ["Agent", one.crab === "" ? "none (a shell)" : one.crab],
    ["Model", one.model ?? "default"],
    ["Workspace", one.workspace],
    ["Image", grant.image],
    [
      "Network",
      grant.network === "filtered" ? `filtered: ${rulesText(grant.rules)}` : grant.network,
    ],
    ["Secrets", Object.keys(grant.secrets).join(", ") || "none"],
    ["Login", grant.auth],
    ...optional("Memory", grant.memoryBytes === undefined ? undefined : formatBytes(grant.memoryBytes)),
    ...optional("Processors", grant.cpus),
    ...optional("Time", grant.timeMs === undefined ? undefined : `${grant.timeMs / 1000} s`),
    ["Depth", limit(budget.depth)],
    ["Breadth", limit(budget.breadth)],
    ["Peers", one.peers.length > 0 ? one.peers.join(", ") : "none"],
    ...optional("Messages", one.waiting > 0 ? `${one.waiting} waiting` : undefined),
    ...optional("Container", one.container),
    ["Kept", one.keep ? "yes, when the director ends" : "no"],
  ];
}

function optional(label: string, value: string | number | undefined): (readonly [string, Part])[] {
  return value === undefined ? [] : [[label, String(value)]];
}

/** More rules than this are counted; --json has them all. */
const MOST_RULES = 6;

function rulesText(rules: readonly string[]): string {
  if (rules.length > MOST_RULES) return count(rules.length, "rule");
  return rules.join(", ") || "no rules";
}
