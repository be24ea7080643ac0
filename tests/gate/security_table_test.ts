/** The table of SECURITY.md promises tests: each that it names must be there. */

import assert from "node:assert/strict";
import { readSources, root } from "./sources.ts";

/** The rows of the table of attacks: what is attacked, what stops it, and the tests as they are named. */
export function rowsOf(text: string): { attack: string; stops: string; tests: string[] }[] {
  const from = text.indexOf("| Attack |");
  const lines = text.slice(from).split("\n");
  const rows = lines.slice(2, lines.findIndex((line) => !line.startsWith("|")));
  return rows.map((row) => {
    const [, attack = "", stops = "", tests = "", ...rest] = row.split(/(?<!\\)\|/).map((cell) =>
      cell.trim()
    );
    assert.equal(rest.length, 1, `three columns: ${row}`);
    return {
      attack,
      stops,
      tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
    };
  });
}

/** Names of tests, as far as they are written out. */
async function testNames(): Promise<string[]> {
  const modules = await readSources("tests");
  return modules.flatMap(({ text }) =>
    [...text.matchAll(/(?:Deno\.test\(|\bname:)\s*(["`])((?:\\.|(?!\1)[^\\])*)/g)].map(([, , name]) =>
      name!.replaceAll(/\\(.)/g, "$1")
    )
  );
}

Deno.test("each test that SECURITY.md names exists, and each row says what stops the attack", async () => {
  const rows = rowsOf(await Deno.readTextFile(`${root}SECURITY.md`));
  assert.ok(rows.length > 10, "the table was not found");
  const names = await testNames();
  const missing = rows.flatMap(({ tests }) => tests).filter((wanted) =>
    !names.some((name) => name.startsWith(wanted) || name.split("${")[0] === wanted)
  );
  assert.deepEqual(missing, []);
  assert.deepEqual(rows.filter(({ attack, stops }) => attack === "" || stops === ""), []);
});

Deno.test("rowsOf() reads the names of tests, one or several, or none", () => {
  const table =
    "x\n\n| Attack | What stops it | Test |\n| --- | --- | --- |\n| a | b `c` | `T1 x`<br>`T2 y` |\n| d | e |  |\n\ny | z\n";
  assert.deepEqual(rowsOf(table), [
    { attack: "a", stops: "b `c`", tests: ["T1 x", "T2 y"] },
    { attack: "d", stops: "e", tests: [] },
  ]);
});
