import assert from "node:assert/strict";
import { reportLine, reportNote, timeOf } from "../../lib/commands/report_lines.ts";
import type { ReportLine } from "../../lib/spec/notes.ts";

const line = (more: Partial<ReportLine> = {}): ReportLine => ({
  path: ".envrc",
  change: "new",
  effect: "runs when you cd here",
  keys: [],
  ...more,
});
const note = { name: "api", bounds: [], sinceMs: 0, since: "start", late: false, full: false } as const;

Deno.test("a line says what, what happened to it, and when it runs", () => {
  const cases: readonly [Partial<ReportLine>, string][] = [
    [{}, ".envrc new: runs when you cd here"],
    [{ change: "changed", keys: ["a.b"] }, ".envrc changed (a.b): runs when you cd here"],
    [{ keys: ["a", "b", "c", "d", "e"] }, ".envrc new (a, b, c and 2 more): runs when you cd here"],
    [{ change: "executable" }, ".envrc can be executed now: runs when you cd here"],
    [{ change: "removed" }, ".envrc removed: it ran when you cd here"],
    [{ change: "removed", effect: "decides what runs" }, ".envrc removed: it decided what runs"],
    [{ change: "removed", effect: "instructs agents" }, ".envrc removed: it instructed agents"],
    [{ change: "removed", effect: "is read here" }, ".envrc removed: it was read here"],
    [{ target: "/etc" }, ".envrc new, a link to /etc: runs when you cd here"],
    [{ path: "a b" }, "'a b' new: runs when you cd here"],
    [{ path: "a\udcffb" }, "'a\\xffb' new: runs when you cd here"],
    [{ path: "bin", count: 12, effect: "runs when you call it" }, "bin/ 12 new: each runs when you call it"],
    [{ path: "", count: 4, effect: "runs when you call it" }, "./ 4 new: each runs when you call it"],
  ];
  for (const [given, text] of cases) assert.equal(reportLine(line(given)), text);
  assert.ok(reportLine(line({ path: "x".repeat(4000) })).length < 200);
});

Deno.test("a brief report has 8 lines at most and says how to see the others, a full one has all", () => {
  const many = Array.from({ length: 9 }, () => line());
  assert.equal(reportNote({ ...note, findings: many.slice(1) }).length, 10);
  const brief = reportNote({ ...note, findings: many });
  assert.equal(brief.length, 9);
  assert.equal(brief.at(-1), "and 2 more: kanibako box report api");
  const full = reportNote({ ...note, findings: many, full: true });
  assert.deepEqual([full.length, full[0], full.at(-1)], [
    11,
    "9 changes to what your machine runs in api:",
    "For details: kanibako box report --diff api",
  ]);
  const late = reportNote({ ...note, findings: [line()], late: true, since: "shown", bounds: ["", "a"] });
  assert.match(
    late[0]!,
    /^1 change to what your machine runs in api, since you left the session at 1970-01-01 \d\d:\d\d:$/,
  );
  assert.equal(late[2], "There is more than was looked at in ., a");
  assert.match(timeOf(Date.now()), /^\d\d:\d\d$/);
});
