/**
 * Lists the boxes.
 *
 * @module
 */

import { type BoxStatus, listBoxes, type ListedBox } from "../../../app/project/listing.ts";
import { bold, json, note, out, type Part, red, table } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { projectHash } from "../../../project/identity.ts";
import type { Workset } from "../../../project/membership/members.ts";
import type { Context } from "../../context.ts";
import { keptAsJson, keptLines, showKept } from "./list_kept.ts";
import { columnsFor, place, WIDTHS } from "./list_columns.ts";
import type { ListFlags } from "./list.ts";

/** Runs `kanibako list`. */
export default async function list(this: Context, flags: ListFlags): Promise<void> {
  const { boxes, worksets } = await listBoxes(await this.host(), flags.engine);
  const shown = boxes.filter(({ status }) => isShown(status, flags));
  const kept = flags.orphan ? [] : await keptLines(await this.host(), flags);
  if (flags.json) return json([...await Promise.all(shown.map(asJson)), ...kept.map(keptAsJson)]);
  if (flags.quiet) {
    return [...words(shown, boxes), ...kept.map(({ box }) => box.name)].forEach((word) => out(word));
  }
  if (flags.orphan) return showOrphans(shown);
  // A workset that is empty or damaged is something to show, but nothing that runs.
  const groups = flags.active
    ? worksets.filter(({ name }) => shown.some((box) => isOf(box, name)))
    : worksets;
  if (shown.length === 0 && groups.length === 0 && kept.length === 0) {
    out(flags.active ? "No active boxes." : "No known projects.");
  }
  const { header, cellsOf } = columnsFor(shown);
  if (shown.length > 0 || kept.length === 0) {
    table(header("PATH"), cellsOf(shown.filter(({ project }) => !project.workset)), { minimum: WIDTHS });
  }
  groups.forEach((workset, index) => {
    if (index > 0 || shown.some(({ project }) => !project.workset)) out();
    showWorkset(
      workset,
      header("SOURCE"),
      cellsOf(shown.filter((box) => isOf(box, workset.name))),
    );
  });
  if (kept.length > 0) showKept(kept, shown.length > 0 || groups.length > 0);
  for (const { name, path } of ambiguous(shown)) {
    note(
      `${name} means the project in ${shellQuote(path)}. To name another one of that name, give its folder.`,
    );
  }
  const hidden = boxes.length - shown.length;
  if (shown.length === 0 && hidden > 0 && !flags.active) {
    note(`${hidden} without a folder. To list them: kanibako list --all`);
  }
}

function isOf({ project }: ListedBox, workset: string): boolean {
  return project.workset?.name === workset;
}

function showWorkset(workset: Workset, columns: string[], cells: Part[][]): void {
  out(bold(`Workset: ${workset.name}`), ` (${workset.root})`);
  if (workset.error) return out("  ", red(workset.error.message));
  if (cells.length === 0) return out("  (no projects)");
  table(columns, cells, { minimum: WIDTHS, indent: 2 });
}

function isShown(status: BoxStatus, flags: ListFlags): boolean {
  if (flags.active) return ["active", "stopping", "broken"].includes(status);
  if (flags.orphan) return status === "missing" || status === "left-over";
  return flags.all || (status !== "missing" && status !== "left-over");
}

async function asJson(box: ListedBox): Promise<Record<string, unknown>> {
  const { project } = box;
  return {
    name: project.name,
    qualifiedName: project.qualifiedName,
    workset: project.workset?.name ?? null,
    status: box.status,
    paused: box.paused,
    agent: box.agent ?? null,
    network: box.network ?? null,
    attached: box.attended ?? null,
    path: project.path ?? null,
    mode: project.mode,
    id: project.id,
    hash: project.path === undefined ? null : await projectHash(project.path),
    container: box.container ?? null,
    engine: box.engine ?? null,
    helpers: box.helpers,
    ports: box.ports,
    since: box.sinceMs === undefined ? null : new Date(box.sinceMs).toISOString(),
  };
}

function showOrphans(boxes: readonly ListedBox[]): void {
  if (boxes.length === 0) return out("No orphaned projects found.");
  const own = boxes.filter(({ project }) => !project.workset);
  const members = boxes.filter(({ project }) => project.workset);
  table(["NAME", "PATH"], own.map(({ project }) => [project.name, place(project)]), { minimum: WIDTHS });
  if (own.length > 0 && members.length > 0) out();
  table(
    ["WORKSET", "PROJECT", "PATH"],
    members.map(({ project }) => [project.workset!.name, project.name, place(project)]),
    { minimum: [18, 18] },
  );
  out(`${boxes.length} orphaned ${boxes.length === 1 ? "project" : "projects"}.`);
  note("To reconnect one whose folder was moved: kanibako box migrate NAME FOLDER");
  note("To delete its data: kanibako rm NAME --purge");
}

/** Names that a standalone project has, too, with the project that they stand for. */
function ambiguous(shown: readonly ListedBox[]): { name: string; path: string }[] {
  const standalone = new Set(
    shown.filter(({ project }) => project.mode === "standalone").map(({ project }) => project.name),
  );
  return shown.flatMap(({ project: { mode, name, path } }) =>
    mode === "default" && path !== undefined && standalone.has(name) ? [{ name, path }] : []
  );
}

/** What each is called on a command line: its name, or its folder where another one has that name too. */
function words(shown: readonly ListedBox[], all: readonly ListedBox[]): string[] {
  return shown.map(({ project }) => {
    const several = all.filter((box) => box.project.qualifiedName === project.qualifiedName).length > 1;
    return several && project.mode === "standalone" && project.path ? project.path : project.qualifiedName;
  });
}
