/**
 * Lists the boxes.
 *
 * @module
 */

import type { Host } from "../../../config/system.ts";
import { bold, green, json, note, out, type Part, red, table } from "../../../host/ui/terminal.ts";
import { projectHash } from "../../../project/identity.ts";
import { type KnownProject, listAll } from "../../../project/list.ts";
import type { Workset } from "../../../project/workset/members.ts";
import type { Context } from "../../context.ts";
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
  const { rows, worksets } = await allRows(await this.host(), flags.engine);
  const shown = rows.filter(({ status }) => isShown(status, flags));
  if (flags.json) return json(await Promise.all(shown.map(asJson)));
  if (flags.quiet) return words(shown, rows).forEach((word) => out(word));
  if (flags.orphan) return showOrphans(shown);
  // A workset that is empty or damaged is something to show, but nothing that runs.
  const groups = flags.active
    ? worksets.filter(({ name }) => shown.some((row) => isOf(row, name)))
    : worksets;
  if (shown.length === 0 && groups.length === 0) {
    out(flags.active ? "No active boxes." : "No known projects.");
  }
  table(["NAME", "STATUS", "PATH"], cellsOf(shown.filter(({ box }) => !box.workset)), { minimum: WIDTHS });
  groups.forEach((workset, index) => {
    if (index > 0 || shown.some(({ box }) => !box.workset)) out();
    showWorkset(workset, shown.filter((row) => isOf(row, workset.name)));
  });
  const hidden = rows.length - shown.length;
  if (shown.length === 0 && hidden > 0 && !flags.active) {
    note(`Without a folder: ${hidden}. To see them: kanibako list --all`);
  }
}

function isOf({ box }: Row, workset: string): boolean {
  return box.workset?.name === workset;
}

function showWorkset(workset: Workset, rows: readonly Row[]): void {
  out(bold(`Workset: ${workset.name}`), ` (${workset.root})`);
  if (workset.error) return out("  ", red(workset.error.message));
  if (rows.length === 0) return out("  (no projects)");
  table(["NAME", "STATUS", "SOURCE"], cellsOf(rows), { minimum: WIDTHS, indent: 2 });
}

function cellsOf(rows: readonly Row[]): Part[][] {
  return rows.map(({ box, status }) => [box.name, coloured(status), place(box)]);
}

async function allRows(
  host: Host,
  engine: string | undefined,
): Promise<{ rows: Row[]; worksets: readonly Workset[] }> {
  // The engine takes longest: it answers while the projects are looked at.
  const asking = askRunning(host, engine);
  asking.catch(() => {});
  const { projects, worksets } = await listAll(host);
  const running = projects.length === 0 ? undefined : await asking;
  const rows = projects.map((box): Row => {
    const container = running?.containers.get(box.id);
    const idle = running ? "stopped" : "unknown";
    return {
      box,
      status: container?.running ? "active" : box.status === "ok" ? idle : box.status,
      container: container?.name,
    };
  });
  return { rows, worksets };
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
    qualifiedName: box.qualifiedName,
    workset: box.workset?.name ?? null,
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
  const own = rows.filter(({ box }) => !box.workset);
  const members = rows.filter(({ box }) => box.workset);
  table(["NAME", "PATH"], own.map(({ box }) => [box.name, place(box)]), { minimum: WIDTHS });
  if (own.length > 0 && members.length > 0) out();
  table(
    ["WORKSET", "PROJECT", "PATH"],
    members.map(({ box }) => [box.workset!.name, box.name, place(box)]),
    { minimum: [18, 18] },
  );
  out(`${rows.length} orphaned ${rows.length === 1 ? "project" : "projects"}.`);
  note("If the folder of one was moved: kanibako box migrate NAME FOLDER");
  note("To delete the data of one: kanibako rm NAME --purge");
}

/** What each is called on a command line: its name, or its folder where another one has that name too. */
function words(shown: readonly Row[], all: readonly Row[]): string[] {
  return shown.map(({ box }) => {
    const several = all.filter((row) => row.box.qualifiedName === box.qualifiedName).length > 1;
    return several && box.mode === "standalone" && box.path ? box.path : box.qualifiedName;
  });
}
