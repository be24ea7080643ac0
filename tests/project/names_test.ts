import { match, ok, strictEqual, throws } from "node:assert/strict";
import * as fc from "fast-check";
import { boxId, projectHash } from "../../lib/project/identity.ts";
import { checkName, freeName, isName, MAX_NAME, slug } from "../../lib/project/names.ts";

for (const name of ["app", "a", "0", "my-app", "my_app.v2", "a".repeat(MAX_NAME), "helper-3", "browser"]) {
  Deno.test(`checkName accepts ${JSON.stringify(name.slice(0, 20))}`, () => checkName(name));
}

for (
  const name of [
    ...[
      "",
      "..",
      ".",
      ".app",
      "-app",
      "_app",
      "a/b",
      "a b",
      "App",
      "ü",
      "a..b",
      "a\n",
      "a".repeat(MAX_NAME + 1),
    ],
    ...[
      "default",
      "__default__",
      "ronin-x",
      "extend-x",
      "template-x",
      "a-helper-1",
      "a-browser",
      "__proto__",
    ],
  ]
) {
  Deno.test(`checkName refuses ${JSON.stringify(name.slice(0, 20))} and suggests one that it accepts`, () => {
    throws(() => checkName(name), (error: { code: string; hints: string[] }) => {
      strictEqual(error.code, "bad-name");
      checkName(/^Try (.*)\.$/.exec(error.hints[1]!)![1]!);
      return true;
    });
  });
}

for (
  const [text, name] of [
    ["My Project", "my-project"],
    ["Crème Brûlée", "creme-brulee"],
    ["..", "project"],
    ["", "project"],
    ["日本", "project"],
    ["-v", "v"],
    ["a...b", "a.b"],
    ["default", "default-project"],
    ["ronin-x", "project-ronin-x"],
    ["x-helper-3", "x-helper-3-project"],
    ["App.", "app"],
    ["app.", "app."],
  ] as const
) {
  Deno.test(`slug makes ${JSON.stringify(name)} of ${JSON.stringify(text)}`, () =>
    strictEqual(slug(text), name));
}

Deno.test("slug makes a name of any text, and keeps names", () => {
  const tricky = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.stringMatching(/^[a-z0-9._-]{0,80}$/),
    fc.stringMatching(/^(ronin|extend|template)-[a-z-]{0,70}(-helper-\d{1,3}|-browser)?$/),
  );
  fc.assert(fc.property(tricky, (text) => {
    const name = slug(text);
    ok(isName(name), `${JSON.stringify(text)} gave ${JSON.stringify(name)}`);
    if (isName(text)) strictEqual(name, text);
  }));
});

Deno.test("a name that is taken gets a number that cannot be read as part of it, from 2 on", async () => {
  const taken = new Set<string>();
  for (const name of ["proj", "proj-2", "proj-3"]) {
    strictEqual(await freeName("/x/proj", (word) => taken.has(word)), name);
    taken.add(name);
  }
  strictEqual(await freeName("/", () => false), "project");
});

Deno.test("freeName stays within the alphabet, whatever is taken", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), fc.nat(30), async (base, count) => {
      const taken = new Set<string>();
      for (let number = 0; number <= count; number++) {
        const name = await freeName(`/${base}`, (word) => taken.has(word));
        ok(isName(name) && !taken.has(name), name);
        taken.add(name);
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("box ids keep paths apart that look alike, and the modes too", async () => {
  const id = async (path: string) =>
    boxId("standalone", path.slice(path.lastIndexOf("/") + 1), await projectHash(path));
  const paths = ["/a-b", "/a/.b", "/a/-b", "/a b", "/A B", "/x/a-b"];
  const ids = new Set(await Promise.all(paths.map(id)));
  strictEqual(ids.size, paths.length);
  for (const one of ids) match(one, /^kanibako-ronin-[a-z0-9._-]+-[0-9a-f]{8}$/);
  strictEqual(boxId("default", "app", ""), "kanibako-app");
  ok(!isName([...ids][0]!.slice("kanibako-".length)), "no default project can be called so");
});

Deno.test("projectHash is the SHA-256 of the path", async () => {
  strictEqual(await projectHash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
