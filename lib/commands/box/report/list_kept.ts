/**
 * Boxes that `run --keep` has left, in the list of boxes.
 *
 * @module
 */

import type { KeptBox } from "../../../app/run/kept.ts";
import type { Host } from "../../../config/system.ts";
import { exists } from "../../../host/path.ts";
import { bold, green, out, table } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { span } from "./age.ts";
import type { ListFlags } from "./list.ts";
import { WIDTHS } from "./list_columns.ts";

/** One of them. */
export interface KeptLine {
  readonly box: KeptBox;
  readonly isRunning: boolean;
}

/** Those that are to be listed: all with `--all`, and else only what runs, where that is asked for. */
export async function keptLines(
  host: Host,
  { all, active, engine }: Pick<ListFlags, "all" | "active" | "engine">,
): Promise<readonly KeptLine[]> {
  if (!(all || active) || !exists(`${host.dirs.data}/kept`)) return [];
  const { keptBoxes, runsNow } = await import("../../../app/run/kept.ts");
  const lines = await Promise.all(
    (await keptBoxes(host)).map(async (box) => ({ box, isRunning: await runsNow(host, box) })),
  );
  return lines.filter(({ box, isRunning }) =>
    (isRunning || !active) && (engine === undefined || engine === box.engine)
  );
}

/** Shows them below the others. */
export function showKept(lines: readonly KeptLine[], below: boolean): void {
  if (below) out();
  out(bold("Kept by kanibako run"));
  table(
    ["NAME", "STATUS", "AGE", "COMMAND", "PATH"],
    lines.map(({ box, isRunning }) => [
      box.name,
      isRunning ? green("active") : "stopped",
      span(box.createdAtMs, Date.now()),
      short(box.command.map(shellQuote).join(" ")),
      box.workspace ?? "-",
    ]),
    { minimum: WIDTHS, indent: 2 },
  );
}

const MOST = 40;

function short(text: string): string {
  const characters = [...text];
  return characters.length <= MOST ? text : `${characters.slice(0, MOST - 1).join("")}…`;
}

/** The same for programs, in the form of the others. */
export function keptAsJson({ box, isRunning }: KeptLine): Record<string, unknown> {
  return {
    name: box.name,
    qualifiedName: box.name,
    workset: null,
    status: isRunning ? "active" : "stopped",
    path: box.workspace ?? null,
    mode: "kept",
    id: box.id,
    engine: box.engine,
    image: box.image,
    madeFrom: box.from,
    command: box.command,
    exitCode: box.code,
    created: new Date(box.createdAtMs).toISOString(),
    expires: box.expiresAtMs === undefined ? null : new Date(box.expiresAtMs).toISOString(),
  };
}
