import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { parse } from "smol-toml";
import { applyEdits, type Edit, type EditValue } from "../../lib/config/edit.ts";

type Table = Record<string, unknown>;

const set = (text: string, path: string, value: EditValue) =>
  applyEdits(text, [{ path: path.split("."), value }]);
const reset = (text: string, path: string) => applyEdits(text, [{ path: path.split("."), value: undefined }]);

for (
  const [what, before, path, value, after] of [
    ["a value in its place", '[a]\nb = "x"  # why\nc = 1\n', "a.b", "y", '[a]\nb = "y"  # why\nc = 1\n'],
    [
      "a new key below its heading",
      "[a]\nb = 1\n# of c\n\n[c]\nd = 1\n",
      "a.e",
      true,
      "[a]\nb = 1\ne = true\n# of c\n\n[c]\nd = 1\n",
    ],
    ["a new heading at the end", "# mine", "a.b", 1, "# mine\n\n[a]\nb = 1\n"],
    ["into nothing", "", "a.b.c", "x", '[a.b]\nc = "x"\n'],
    [
      "a key without a table before the first heading and its comments",
      "# top\n\n# of a\n[a]\nb = 1\n",
      "x",
      1,
      "# top\n\nx = 1\n\n# of a\n[a]\nb = 1\n",
    ],
    ["beside dotted keys", "a.b = 1\n[c]\n", "a.d", 2, "a.b = 1\na.d = 2\n[c]\n"],
    [
      "below an empty heading",
      "[a] # note\n# comment\n[b]\n",
      "a.x",
      1,
      "[a] # note\nx = 1\n# comment\n[b]\n",
    ],
    ["with the line ends of the file", "[a]\r\nb = 1\r\n", "a.c", 2, "[a]\r\nb = 1\r\nc = 2\r\n"],
    ["after a value of several lines", 'a = """\n[x]\n"""\n', "b", 1, 'a = """\n[x]\n"""\nb = 1\n'],
    [
      "a list",
      "[crab]\nrun_args = [ ]\n",
      "crab.run_args",
      ["--a", "b"],
      '[crab]\nrun_args = [ "--a", "b" ]\n',
    ],
  ] as const
) {
  Deno.test(`applyEdits sets ${what}`, async () => strictEqual(await set(before, path, value), after));
}

for (
  const [what, before, path, after] of [
    ["a key, and leaves the comments above it", "[a]\n# of b\nb = 1\nc = 2\n", "a.b", "[a]\n# of b\nc = 2\n"],
    ["the last key with its heading", "x = 1\n[a]\nb = 1\n\n[c]\n", "a.b", "x = 1\n[c]\n"],
    ["the last key but not a heading with comments", "[a]\n# keep\nb = 1\n", "a.b", "[a]\n# keep\n"],
    ["nothing when there is nothing", "[a]\nb=1\n", "a.c", "[a]\nb=1\n"],
  ] as const
) {
  Deno.test(`applyEdits takes out ${what}`, async () => strictEqual(await reset(before, path), after));
}

for (
  const [what, before, path, value, after] of [
    [
      "changes a value",
      "# top\na = { b = 1, c = 2 } # keep\n",
      "a.b",
      3,
      "# top\na = { b = 3, c = 2 } # keep\n",
    ],
    ["adds a key", "a = { b = 1 }\n", "a.c", "x", 'a = { b = 1, c = "x" }\n'],
    ["adds a key to an empty one", "a = {}\n", "a.c", 1, "a = { c = 1 }\n"],
    [
      "changes a value of one in another",
      "a = { b = { c = 1 }, d = '}' }\n",
      "a.b.c",
      2,
      "a = { b = { c = 2 }, d = '}' }\n",
    ],
    ["changes a value behind a dotted key", "a = { b.c = 1 }\n", "a.b.c", 2, "a = { b.c = 2 }\n"],
    ["takes out the first key", "a = { b = 1, c = 2 }\n", "a.b", undefined, "a = { c = 2 }\n"],
    ["takes out the last key", "a = { b = 1, c = 2 }\n", "a.c", undefined, "a = { b = 1 }\n"],
    ["takes out the only key", "a = { b = 1 }\n", "a.b", undefined, "a = {  }\n"],
  ] as const
) {
  Deno.test(`applyEdits ${what} inside an inline table`, async () => {
    strictEqual(await applyEdits(before, [{ path: path.split("."), value }]), after);
  });
}

Deno.test("applyEdits says that a value in an array has to be changed by hand, and changes nothing", async () => {
  await rejects(set("a = [{ b = 1 }]\n", "a.b", 2), {
    code: "cannot-edit",
    hints: ["Edit the file by hand; kanibako cannot change this value without rewriting its surroundings."],
  });
});

Deno.test("applyEdits changes nothing where a value stands for a table, or a table for a value", async () => {
  await rejects(set("a = 1\n", "a.b", 1), { code: "cannot-edit" });
  await rejects(set("[a.b]\nc = 1\n", "a.b", 1), { code: "cannot-edit" });
  await rejects(set("[[a]]\nb = 1\n", "a.b", 1), { code: "cannot-edit" });
});

const NAMES = ["a", "b", "image", "x-y", "c_1", "a.b", "x/y", "sp ace", 'q"u', "é", ""];
const part = fc.constantFrom(...NAMES);
const comment = fc.constantFrom("", "  # note", " # = [x]", "\t#t");
const value = fc.constantFrom(
  '"s"',
  "'lit # x'",
  "1",
  "true",
  "-1.5e3",
  '"a \\" # b"',
  '["x", "y"]',
  '[\n  "m", # in\n  "n"\n]',
  '"""\nmulti \\""" no\nline"""',
  "'''a'b''c'''",
  "{ k = 1, l.m = '}' }",
  "2024-01-02T03:04:05Z",
  "[[1], [2]]",
);
const spelled = (path: readonly string[]) =>
  path.map((one) => /^[A-Za-z0-9_-]+$/.test(one) ? one : JSON.stringify(one)).join(".");
const path = (most: number) => fc.array(part, { minLength: 1, maxLength: most }).map(spelled);
const line = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(path(2), value, comment).map(([k, v, c]) => `${k} = ${v}${c}`) },
  { weight: 2, arbitrary: fc.tuple(path(3), comment).map(([k, c]) => `[${k}]${c}`) },
  { weight: 1, arbitrary: path(2).map((k) => `[[${k}]]`) },
  fc.constantFrom("# a comment", "#x = 1", "   # indented", "", "  "),
);
/** A document of those of the lines that make a sound one. */
const document = fc.array(line, { maxLength: 14 }).map((lines) =>
  lines.reduce((text, one, at) => {
    const longer = `${text}${one.includes("# ") && /^\s*#/.test(one) ? `${one} ${at}` : one}\n`;
    try {
      parse(longer);
      return longer;
    } catch {
      return text;
    }
  }, "")
);
const edit: fc.Arbitrary<Edit> = fc.record({
  path: fc.array(part, { minLength: 1, maxLength: 3 }),
  value: fc.constantFrom<EditValue | undefined>(undefined, "new", "", 5, true, 'we"ird\n#x\u007f', ["a"]),
});

/** What the edit should come to, or `undefined` where it cannot be made. */
function expected(root: Table, { path, value }: Edit): Table | undefined {
  const [first, ...rest] = path as [string, ...string[]];
  const old = Object.hasOwn(root, first) ? root[first] : undefined;
  const isTable = typeof old === "object" && old !== null && !Array.isArray(old) && !(old instanceof Date);
  if (rest.length > 0) {
    if (old !== undefined && !isTable) return undefined;
    if (old === undefined && value === undefined) return root;
    const inner = expected((old ?? {}) as Table, { path: rest, value });
    return inner && { ...root, [first]: inner };
  }
  if (isTable) return undefined;
  const { [first]: _, ...others } = root;
  return value === undefined ? others : { ...others, [first]: value };
}

/** Comparable: sorted, dates as text, without empty tables. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, plain(inner)] as const)
      .filter(([, inner]) =>
        typeof inner !== "object" || Array.isArray(inner) || Object.keys(inner as Table).length > 0
      )
      .sort(([a], [b]) => a < b ? -1 : 1),
  );
}

const commentLines = (text: string) => text.split("\n").filter((one) => /^\s*#/.test(one));

Deno.test("applyEdits: any edit of any document says what it should, and no line of comment goes", async () => {
  let made = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(document, fc.array(edit, { minLength: 1, maxLength: 4 }), async (before, edits) => {
      let text = before;
      for (const one of edits) {
        const want = expected(parse(text) as Table, one);
        let after: string;
        try {
          after = await applyEdits(text, [one]);
        } catch (error) {
          strictEqual((error as { code?: string }).code, "cannot-edit");
          // Only what stands in an array, or stands for something else, may be refused.
          if (want !== undefined) refused++;
          continue;
        }
        made++;
        ok(want !== undefined, "an edit was made that cannot be");
        deepStrictEqual(plain(parse(after)), plain(want));
        for (const comment of commentLines(text)) ok(commentLines(after).includes(comment), comment);
        text = after;
      }
    }),
    { numRuns: 600 },
  );
  ok(made > 300, `${made} edits were made`);
  ok(refused * 50 <= made, `${refused} of ${made + refused} edits were refused`);
});

Deno.test("applyEdits: what was set can be taken out again, and nothing is left of it", async () => {
  await fc.assert(
    fc.asyncProperty(document, edit, async (text, one) => {
      const root = parse(text) as Table;
      const without = expected(root, { ...one, value: undefined });
      if (one.value === undefined || without === undefined) return;
      if (JSON.stringify(plain(without)) !== JSON.stringify(plain(root))) return;
      const there = await applyEdits(text, [one]);
      deepStrictEqual(plain(parse(await applyEdits(there, [{ ...one, value: undefined }]))), plain(root));
    }),
    { numRuns: 300 },
  );
});
