import assert from "node:assert/strict";
import type { ListedBox } from "../../lib/app/project/listing.ts";
import { columnsFor } from "../../lib/commands/box/report/list_columns.ts";

const box = (path: string, more: Partial<ListedBox> = {}): ListedBox => ({
  project: { name: "api", qualifiedName: "api", id: "kanibako-api", mode: "default", path, status: "ok" },
  status: "active",
  paused: false,
  agent: "claude",
  network: "filtered",
  attended: true,
  container: "kanibako-api",
  engine: "podman",
  sinceMs: Date.now() - 3 * 3600_000,
  helpers: 0,
  ports: [],
  ...more,
});

const stopped: Partial<ListedBox> = {
  status: "stopped",
  agent: undefined,
  network: undefined,
  attended: undefined,
  sinceMs: undefined,
};

Deno.test("a list says of what runs its agent, age, network and whether a terminal shows it, as far as a line has room", () => {
  const { header, cellsOf } = columnsFor([box("/w/api"), box("/w/web", stopped)]);
  assert.deepEqual(header("PATH"), ["NAME", "STATUS", "AGENT", "AGE", "ATTACHED", "NETWORK", "PATH"]);
  const [, , ...first] = cellsOf([box("/w/api")])[0]!;
  assert.deepEqual(first, ["claude", "3h", "yes", "filtered", "/w/api"]);
  const [, , ...second] = cellsOf([box("/w/web", stopped)])[0]!;
  assert.deepEqual(second, ["-", "-", "-", "-", "/w/web"]);
  const titles = (length: number) => columnsFor([box(`/${"x".repeat(length)}`)]).header("PATH").slice(2, -1);
  assert.deepEqual(titles(44), ["AGENT", "AGE", "NETWORK"]);
  assert.deepEqual(titles(50), ["AGENT", "AGE"]);
  assert.deepEqual(titles(60), ["AGE"]);
  assert.deepEqual(titles(70), []);
});

Deno.test("a list of boxes none of which runs is as short as ever, and one that stands still is said to", () => {
  assert.deepEqual(columnsFor([box("/w/api", stopped)]).header("PATH"), ["NAME", "STATUS", "PATH"]);
  const [cells] = columnsFor([]).cellsOf([box("/w/api", { paused: true })]);
  assert.match(JSON.stringify(cells), /paused/);
});

Deno.test("a list says how many helpers of a box run, where any do", () => {
  const { header, cellsOf } = columnsFor([box("/w/api", { helpers: 2 }), box("/w/web")]);
  assert.ok(header("PATH").includes("HELPERS"));
  const at = header("PATH").indexOf("HELPERS");
  assert.deepEqual(cellsOf([box("/w/api", { helpers: 2 }), box("/w/web")]).map((cells) => cells[at]), [
    "2",
    "-",
  ]);
  assert.ok(!columnsFor([box("/w/api")]).header("PATH").includes("HELPERS"));
});
