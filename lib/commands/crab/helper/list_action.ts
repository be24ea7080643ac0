/**
 * Lists helpers.
 *
 * @module
 */

import { json, out, table } from "../../../host/ui/terminal.ts";
import type { View } from "../../../hub/words.ts";
import type { Context } from "../../context.ts";
import { helpersFor } from "./hub.ts";
import type { ListFlags } from "./life.ts";
import { named, statusPart } from "./words.ts";

/** Least widths of the columns, as they have always been. */
const WIDTHS = [4, 8, 8, 4];

/** Runs `kanibako crab helper list`. */
export default async function list(this: Context, flags: ListFlags): Promise<void> {
  const helpers = await helpersFor(this, flags);
  if (flags.json) return json(helpers);
  if (flags.quiet) return helpers.forEach(({ number }) => out(String(number)));
  if (helpers.length === 0) return out("No helpers.");
  if (flags.tree) return showTree(helpers, rootsOf(helpers), "");
  const names = helpers.some(({ name }) => name !== undefined);
  table(
    ["NUM", "STATUS", "MODEL", "DEPTH", "PEERS", ...names ? ["NAME"] : []],
    helpers.map((one) => [
      String(one.number),
      statusPart(one.status),
      one.model ?? "default",
      String(one.depth),
      `${one.peers.length} ch`,
      ...names ? [one.name ?? "-"] : [],
    ]),
    { minimum: WIDTHS },
  );
}

/** Those whose parent is not among them: the box that asks has started them. */
function rootsOf(helpers: readonly View[]): readonly View[] {
  const numbers = new Set(helpers.map(({ number }) => number));
  return helpers.filter(({ parent }) => !numbers.has(parent));
}

/** Shows some of them, each above those that it has started. */
function showTree(helpers: readonly View[], level: readonly View[], indent: string): void {
  level.forEach((one, at) => {
    const last = at === level.length - 1;
    out(`${indent}${last ? "└─ " : "├─ "}${named(one)}  `, statusPart(one.status), task(one));
    showTree(
      helpers,
      helpers.filter(({ parent }) => parent === one.number),
      `${indent}${last ? "   " : "│  "}`,
    );
  });
}

const TASK_LENGTH = 50;

function task({ task }: View): string {
  if (task === undefined) return "";
  const line = task.split("\n")[0]!;
  return `  ${line.length > TASK_LENGTH ? `${line.slice(0, TASK_LENGTH - 3)}...` : line}`;
}
