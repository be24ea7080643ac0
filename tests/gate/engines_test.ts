/**
 * Engines are data: outside the folder that knows them nothing decides by the name of one.
 */

import assert from "node:assert/strict";
import { parse, readSources, type Source } from "./sources.ts";

/** Where engines are known. */
const HOME = "lib/runtime/cli/";

/** A name in a comparison, a case, a list or a type: what code decides by. A message or a hint may name an engine. */
const NAME = `["'](?:podman|docker)["']`;
const DECISIONS: readonly RegExp[] = [
  new RegExp(`[=!]==?\\s*${NAME}`),
  new RegExp(`${NAME}\\s*[=!]==?`),
  new RegExp(`\\bcase\\s+${NAME}`),
  new RegExp(`${NAME}\\s*[|,]\\s*${NAME}`),
  /\b(?:includes|startsWith|endsWith|has|hasOwn)\(\s*["'](?:podman|docker)["']/,
];

function decisions(sources: readonly Source[]): string[] {
  return sources.filter(({ path }) => !path.startsWith(HOME)).flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, n) =>
      DECISIONS.some((decision) => decision.test(line)) ? [`${path}:${n + 1}: ${line.trim()}`] : []
    )
  );
}

Deno.test("nothing outside lib/runtime/cli decides by the name of an engine", async () => {
  const sources = await readSources("lib", "targets", "cli.ts", "mod.ts");
  assert.ok(sources.some(({ path }) => path.startsWith(HOME)), "the engines were not found");
  assert.deepEqual(decisions(sources), []);
});

Deno.test("nothing outside lib/runtime reaches into the folder of the engines", async () => {
  const sources = await readSources("lib", "targets", "cli.ts", "mod.ts");
  const reaching = sources.filter(({ path }) => !path.startsWith("lib/runtime/")).flatMap((
    { path, imports },
  ) =>
    imports.filter((imported) => imported.startsWith(HOME)).map((imported) => `${path} imports ${imported}`)
  );
  assert.deepEqual(reaching, []);
});

Deno.test("a decision by the name of an engine is found, and a text that names one is not", () => {
  const deciding = [
    'if (engine.name === "podman") go();',
    'return "docker" !== kind;',
    'type Name = "podman" | "docker";',
    'case "docker":',
    'for (const name of ["podman", "docker"]) go(name);',
    'if (name.includes("docker")) go();',
  ];
  for (const text of deciding) assert.equal(decisions([parse("lib/app/x.ts", text)]).length, 1, text);
  const naming = ['hint: "Use podman: --engine podman",', 'const kind = "podman";', "// podman === docker"];
  for (const text of naming) assert.deepEqual(decisions([parse("lib/app/x.ts", text)]), [], text);
  assert.deepEqual(decisions([parse(`${HOME}x.ts`, deciding[0]!)]), []);
});
