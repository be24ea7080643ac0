import assert from "node:assert/strict";
import { parse, readSources, type Source } from "./sources.ts";

/** From the bottom to the top; a module may import its own layer and those below. */
const LAYERS: readonly (readonly string[])[] = [
  ["lib/spec"],
  ["lib/host"],
  ["lib/config"],
  ["lib/archive", "lib/record"],
  ["lib/runtime", "lib/wire", "lib/terminal"],
  ["lib/steward"],
  [
    "lib/project",
    "lib/comms",
    "lib/crab",
    "lib/devcontainer",
    "lib/rig",
    "lib/vault",
    "lib/report",
    "lib/protect",
    "lib/net",
    "lib/secret",
    "lib/ssh",
    "lib/hub",
  ],
  ["lib/plan"],
  ["lib/run"],
  ["lib/session"],
  ["lib/app"],
  ["lib/commands"],
  ["mod.ts", "cli.ts"],
];

/** The words all parts share: nothing but types, so every layer may use them. */
const TYPES_FOR_ALL = ["targets/target.ts"];

const GROUPS = "lib/project/workset/";

function layer(path: string): number | undefined {
  const index = LAYERS.findIndex((places) =>
    places.some((place) => path === place || path.startsWith(`${place}/`))
  );
  return index === -1 ? undefined : index;
}

function complaints(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    source.imports.filter((imported) => !mayImport(source.path, imported)).map((imported) =>
      `${source.path} imports ${imported}`
    )
  );
}

function mayImport(from: string, to: string): boolean {
  if (to.endsWith(".json")) return to === "deno.json" || !to.includes("/") || !to.startsWith("tests/");
  if (from.startsWith("targets/")) {
    return to.startsWith("targets/") && sameTarget(from, to) || to.startsWith("lib/host/") ||
      to.startsWith("lib/spec/");
  }
  if (TYPES_FOR_ALL.includes(to)) return true;
  // The one place that lists the built-in agents, and what is embedded.
  if (to.startsWith("targets/")) return (layer(from) ?? 0) > 0;
  if (!to.endsWith(".ts")) return /^(containerfiles|templates|lib)\//.test(to);
  // Groups of projects are made of projects, which know no more of them than who belongs to which.
  if (to.startsWith(GROUPS) && from.startsWith("lib/project/")) return from.startsWith(GROUPS);
  const [upper, lower] = [layer(from), layer(to)];
  return upper !== undefined && lower !== undefined && lower <= upper;
}

/** What knows of all agents, or where their declarations are. */
const OF_ALL: readonly string[] = ["builtin", "discover", "known", "user_tier"].map((name) =>
  `targets/${name}.ts`
);

/** A target's folder is its own; what is beside the folders belongs to all. */
function sameTarget(from: string, to: string): boolean {
  const folder = (path: string) => path.split("/").length > 2 ? path.split("/")[1] : undefined;
  if (OF_ALL.includes(from)) return true;
  return folder(to) === undefined || folder(to) === folder(from);
}

function cycle(sources: readonly Source[]): string[] | undefined {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const visit = (path: string, trail: string[]): string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of byPath.get(path)?.staticImports ?? []) {
      const found = visit(next, [...trail, path]);
      if (found) return found;
    }
    done.add(path);
    return undefined;
  };
  for (const path of byPath.keys()) {
    const found = visit(path, []);
    if (found) return found;
  }
  return undefined;
}

Deno.test("imports point downwards", async () => {
  const sources = await readSources("lib", "targets", "cli.ts", "mod.ts");
  assert.ok(sources.length > 10, "the sources were not found");
  assert.deepEqual(complaints(sources), []);
});

Deno.test("what all layers share is nothing but types", async () => {
  for (const source of await readSources(...TYPES_FOR_ALL)) {
    assert.deepEqual(source.imports.filter((imported) => !TYPES_FOR_ALL.includes(imported)), [], source.path);
    assert.doesNotMatch(source.text, /^export (async )?(const|let|function|class|enum)\b/m, source.path);
  }
});

Deno.test("no import goes round in a cycle", async () => {
  assert.equal(cycle(await readSources("lib", "targets", "cli.ts", "mod.ts")), undefined);
});

Deno.test("an import that points upwards is found, static, lazy or of a type", () => {
  const upwards = [
    'import { a } from "../plan/plan.ts";',
    'const a = await import("../plan/plan.ts");',
    'import type { A } from "../plan/plan.ts";',
    'export * from "../plan/plan.ts";',
    'import {\n  a,\n  b,\n} from "../plan/plan.ts";',
  ];
  for (const text of upwards) assert.equal(complaints([parse("lib/host/x.ts", text)]).length, 1, text);
  assert.deepEqual(complaints([parse("lib/plan/x.ts", 'import { a } from "../host/error.ts";')]), []);
});

Deno.test("a project may not know of groups but who belongs to them", () => {
  const found = (from: string, to: string) => complaints([parse(from, `import "${to}";`)]).length;
  assert.equal(found("lib/project/list.ts", "./workset/find.ts"), 1);
  assert.equal(found("lib/project/membership/members.ts", "../workset/find.ts"), 1);
  assert.equal(found("lib/project/workset/find.ts", "../list.ts"), 0);
  assert.equal(found("lib/project/list.ts", "./membership/members.ts"), 0);
});

Deno.test("a target may not reach into another target or into the program", () => {
  assert.equal(complaints([parse("targets/a/x.ts", 'import "../b/y.ts";')]).length, 1);
  assert.equal(complaints([parse("targets/a/x.ts", 'import "../../lib/config/file.ts";')]).length, 1);
  assert.deepEqual(
    complaints([parse("targets/a/x.ts", 'import "../target.ts";\nimport "../../lib/host/ui/text.ts";')]),
    [],
  );
});

Deno.test("a cycle is found", () => {
  const a = parse("lib/host/a.ts", 'import "./b.ts";');
  const b = parse("lib/host/b.ts", 'import "./a.ts";');
  assert.deepEqual(cycle([a, b]), ["lib/host/a.ts", "lib/host/b.ts", "lib/host/a.ts"]);
  assert.equal(cycle([a, parse("lib/host/b.ts", "")]), undefined);
});

/** Modules that are loaded before one of these runs. */
function loadedWith(sources: readonly Source[], roots: readonly string[]): ReadonlySet<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const loaded = new Set(roots);
  for (const path of loaded) for (const next of byPath.get(path)?.staticImports ?? []) loaded.add(next);
  return loaded;
}

Deno.test("a box without a filtered network is started and supervised without what only such a network takes", async () => {
  const sources = await readSources("lib");
  const loaded = loadedWith(sources, [
    "lib/session/launch.ts",
    "lib/session/after_start.ts",
    "lib/run/supervisor.ts",
  ]);
  assert.ok(loaded.has("lib/run/service_table.ts"));
  assert.deepEqual([...loaded].filter((path) => path.startsWith("lib/net/")), []);
  assert.ok(loadedWith(sources, ["lib/run/door.ts"]).has("lib/net/box_door.ts"));
});
