import assert from "node:assert/strict";
import { parse, readSources, type Source } from "./sources.ts";

/** Entries from outside: the command line, and what scripts import. */
const ENTRIES = ["cli.ts", "mod.ts"];
/** Parts of public signatures: who is given one never has to name it. */
const NAMED_BY_NOBODY = ["lib/host/ui/terminal.ts Styled", "lib/project/git/dir.ts Place"];

/**
 * Exported values that no other module names, and modules that no other imports. Types do not count: what a public signature is
 * made of is exported, whoever names it.
 */
function unused(sources: readonly Source[]): string[] {
  const importers = new Map<string, Source[]>();
  for (const source of sources) {
    for (const imported of new Set(source.imports)) {
      importers.set(imported, [...importers.get(imported) ?? [], source]);
    }
  }
  return sources.filter(({ path }) => /^(lib|targets)\//.test(path)).flatMap(({ path, text }) => {
    const from = (importers.get(path) ?? []).filter((source) => source.path !== path);
    if (from.length === 0) return [`${path} is imported by nobody`];
    return exported(text).filter((name) =>
      !from.some((source) => new RegExp(`\\b${name}\\b`).test(source.text))
    )
      .map((name) => `${path} ${name}`);
  }).filter((found) => !NAMED_BY_NOBODY.includes(found));
}

function exported(text: string): string[] {
  const declared = /^export (?:abstract )?(?:async )?(?:const|let|function\*?|class|enum) +(\w+)/gm;
  return [...text.matchAll(declared)].map((match) => match[1]!);
}

Deno.test("what is exported is imported somewhere", async () => {
  const sources = await readSources("lib", "targets", ...ENTRIES, "tools", "bench", "tests");
  assert.deepEqual(unused(sources), []);
});

Deno.test("an export that nobody imports is found, and a module that nobody does", () => {
  const sources = [
    parse("lib/a.ts", "export const one = 1;\nexport async function* two() {}\nexport interface Three {}"),
    parse("lib/b.ts", 'import { one } from "./a.ts";\nexport class Four {}'),
    parse("cli.ts", 'const { Four } = await import("./lib/b.ts");'),
    parse("lib/c.ts", ""),
  ];
  assert.deepEqual(unused(sources), ["lib/a.ts two", "lib/c.ts is imported by nobody"]);
});
