/**
 * Lists the boxes.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { green, json, note, out, type Part, red, table } from "../../host/terminal.ts";
import { projectHash } from "../../project/identity.ts";
import { type KnownProject, listProjects } from "../../project/list.ts";
import type { Context } from "../context.ts";
import type { ListFlags } from "./list.ts";
import { askRunning } from "./running.ts";

/** A box and what is known of it. `unknown`: there is no engine to ask. */
interface Row {
  readonly box: KnownProject;
  readonly status: "active" | "stopped" | "unknown" | "missing" | "no-data" | "left-over";
  readonly container: string | undefined;
}

const WIDTHS = [18, 10];

/** Runs `kanibako list`. */
export default async function list(this: Context, flags: ListFlags): Promise<void> {
  const rows = await allRows(await this.host(), flags.engine);
  const shown = rows.filter(({ status }) => isShown(status, flags));
  if (flags.json) return json(await Promise.all(shown.map(asJson)));
  if (flags.quiet) return shown.forEach(({ box }) => out(box.name));
  if (flags.orphan) return showOrphans(shown);
  if (shown.length === 0) {
    out(flags.active ? "No active boxes." : "No known projects.");
    const hidden = rows.length - shown.length;
    if (hidden > 0 && !flags.active) note(`Without a folder: ${hidden}. To see them: kanibako list --all`);
    return;
  }
  table(
    ["NAME", "STATUS", "PATH"],
    shown.map(({ box, status }) => [box.name, coloured(status), place(box)]),
    {
      minimum: WIDTHS,
    },
  );
}

async function allRows(host: Host, engine: string | undefined): Promise<Row[]> {
  const boxes = await listProjects(host);
  if (boxes.length === 0) return [];
  const running = await askRunning(host, engine);
  return boxes.map((box) => {
    const container = running?.containers.get(box.id);
    const idle = running ? "stopped" : "unknown";
    return {
      box,
      status: container?.running ? "active" : box.status === "ok" ? idle : box.status,
      container: container?.name,
    };
  });
}

function isShown(status: Row["status"], flags: ListFlags): boolean {
  if (flags.active) return status === "active";
  if (flags.orphan) return status === "missing" || status === "left-over";
  return flags.all || (status !== "missing" && status !== "left-over");
}

function place(box: KnownProject): string {
  return box.path ?? "(no folder recorded)";
}

function coloured(status: Row["status"]): Part {
  if (status === "active") return green(status);
  return status === "stopped" || status === "unknown" ? status : red(status);
}

async function asJson({ box, status, container }: Row): Promise<Record<string, unknown>> {
  return {
    name: box.name,
    status,
    path: box.path ?? null,
    mode: box.mode,
    id: box.id,
    hash: box.path === undefined ? null : await projectHash(box.path),
    container: container ?? null,
  };
}

function showOrphans(rows: readonly Row[]): void {
  if (rows.length === 0) return out("No orphaned projects found.");
  table(["NAME", "PATH"], rows.map(({ box }) => [box.name, place(box)]), { minimum: WIDTHS });
  out(`${rows.length} orphaned ${rows.length === 1 ? "project" : "projects"}.`);
  note("To delete the data of one: kanibako rm NAME --purge");
}
