/**
 * The columns of a list of boxes: name, status and place always, and of what runs as much more as fits.
 *
 * @module
 */

import type { ListedBox } from "../../../app/project/listing.ts";
import { placeText } from "../../../config/port.ts";
import { green, type Part, red, yellow } from "../../../host/ui/terminal.ts";
import { escapeControl } from "../../../host/ui/text.ts";
import { displayWidth } from "../../../host/ui/width.ts";
import type { KnownProject } from "../../../project/list.ts";
import { span } from "./age.ts";

/** Least widths of the first columns. */
export const WIDTHS: readonly [name: number, status: number] = [18, 10];

/** What is said of a box beside its name, its status and its place; where it runs, and nothing but a dash elsewhere. */
interface Column {
  readonly title: string;
  readonly cell: (box: ListedBox) => string;
  /** What must leave the others their room goes first, and those with the highest number first of all. */
  readonly rank: number;
}

const COLUMNS: readonly Column[] = [
  { title: "AGENT", cell: ({ agent }) => agent ?? "-", rank: 1 },
  { title: "AGE", cell: ({ sinceMs }) => sinceMs === undefined ? "-" : span(sinceMs, Date.now()), rank: 0 },
  {
    title: "ATTACHED",
    cell: ({ attended }) => attended === undefined ? "-" : attended ? "yes" : "no",
    rank: 3,
  },
  { title: "NETWORK", cell: ({ network }) => network ?? "-", rank: 2 },
];

/** Lines are no longer than this for what is said beside. */
const MOST_WIDTH = 100;
const GAP = 2;

/** The columns of these boxes: those that fit beside what is always shown. */
export function columnsFor(shown: readonly ListedBox[]): {
  readonly header: (where: string) => string[];
  readonly cellsOf: (boxes: readonly ListedBox[]) => Part[][];
} {
  const withHelpers = shown.some(({ helpers }) => helpers > 0);
  const withPorts = shown.some(({ ports }) => ports.length > 0);
  const widest = (texts: readonly string[]) =>
    Math.max(0, ...texts.map((text) => displayWidth(escapeControl(text))));
  const indent = shown.some(({ project }) => project.workset) ? GAP : 0;
  let room = MOST_WIDTH - indent - Math.max(WIDTHS[0], widest(shown.map(({ project }) => project.name))) -
    GAP - WIDTHS[1] - GAP - widest(shown.map(({ project }) => place(project))) -
    (withHelpers ? GAP + "HELPERS".length : 0) -
    (withPorts ? GAP + widest(["PORTS", ...shown.map(portsOf)]) : 0);
  const fitting = new Set<Column>();
  const running = shown.some(({ status }) => status === "active");
  for (const column of running ? COLUMNS.toSorted((a, b) => a.rank - b.rank) : []) {
    room -= GAP + widest([column.title, ...shown.map(column.cell)]);
    if (room < 0) break;
    fitting.add(column);
  }
  const columns = COLUMNS.filter((column) => fitting.has(column));
  return {
    header: (where) => [
      "NAME",
      "STATUS",
      ...columns.map(({ title }) => title),
      ...(withHelpers ? ["HELPERS"] : []),
      ...(withPorts ? ["PORTS"] : []),
      where,
    ],
    cellsOf: (boxes) =>
      boxes.map((box) => [
        box.project.name,
        coloured(box),
        ...columns.map(({ cell }) => cell(box)),
        ...(withHelpers ? [box.helpers > 0 ? String(box.helpers) : "-"] : []),
        ...(withPorts ? [portsOf(box)] : []),
        place(box.project),
      ]),
  };
}

/** Where its ports are reached. One that nobody listens for is a matter of `box port list`. */
function portsOf({ ports }: ListedBox): string {
  return ports.map((port) => {
    const leads = port.boxPort === port.port ? placeText(port) : `${placeText(port)} to ${port.boxPort}`;
    return port.problem === undefined ? leads : `${leads} (failed)`;
  }).join(", ");
}

/** Where a project is, in words. */
export function place(project: KnownProject): string {
  return project.path ?? "(no folder recorded)";
}

function coloured({ status, paused }: ListedBox): Part {
  if (paused) return yellow("paused");
  if (status === "active") return green(status);
  if (status === "stopping") return yellow(status);
  return status === "stopped" || status === "unknown" ? status : red(status);
}
