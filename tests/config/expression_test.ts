import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as fc from "fast-check";
import { expand, type ExpressionContext, splitBind } from "../../lib/config/expression.ts";
import { resolveShares } from "../../lib/config/shares.ts";
import { fromPart } from "../../lib/spec/source.ts";

const context: ExpressionContext = {
  home: "/home/u",
  variables: { XDG_DATA_HOME: "/d", CRAB: "claude", WORKSET: undefined },
  lookup: (key) => ({ "system.path.data": "/data", loop: "@loop", "a.b": "@system.path.data/$CRAB" })[key],
};

for (
  const [input, host, guest] of [
    ["a:b", "a", "b"],
    ["/h/x:~/y", "/h/x", "~/y"],
    ["plain", "plain", undefined],
    ["a\\:b", "a\\:b", undefined],
    ["a\\:b:c", "a\\:b", "c"],
    ["a:b:c", "a", "b:c"],
    ["a\\\\:b", "a\\\\", "b"],
    [":g", "", "g"],
    ["h:", "h", ""],
    ["", "", undefined],
  ] as const
) {
  Deno.test(`splitBind splits ${JSON.stringify(input)} at the first colon that is not escaped`, () => {
    deepStrictEqual(splitBind(input), { host, guest });
  });
}

for (
  const [input, space, result] of [
    ["~", "host", "/home/u"],
    ["~/x", "guest", "/home/agent/x"],
    ["a~", "host", "a~"],
    ["$XDG_DATA_HOME/k", "host", "/d/k"],
    ["${CRAB}x", "host", "claudex"],
    ["@system.path.data/boxes", "host", "/data/boxes"],
    ["@a.b", "host", "/data/claude"],
    ["\\@x", "host", "@x"],
    ["/srv/a/@scope", "host", "/srv/a/@scope"],
    ["/srv/a/\\@scope", "host", "/srv/a/@scope"],
    ["~/@scope/$CRAB", "guest", "/home/agent/@scope/claude"],
    ["\\$CRAB", "host", "$CRAB"],
    ["a\\\\b", "host", "a\\b"],
    ["x\\", "host", "x\\"],
  ] as const
) {
  Deno.test(`expand turns ${JSON.stringify(input)} into ${JSON.stringify(result)}`, () => {
    strictEqual(expand(input, space, context), result);
  });
}

for (
  const input of [
    ...["$CRABx", "$HOME", "$WORKSET", "$XDG_FOO", "$", "${CRAB", "@", "@system.path.data.x", "~root"],
  ]
) {
  Deno.test(`expand refuses ${JSON.stringify(input)}`, () => {
    throws(() => expand(input, "host", context), { code: "bad-expression" });
  });
}

Deno.test("expand shows the chain of a reference to itself", () => {
  throws(() => expand("@loop", "host", context), /loop -> loop/);
});

Deno.test("expand refuses more than 64 references in a row", () => {
  const deep = { ...context, lookup: (key: string) => `@k${Number(key.slice(1)) + 1}` };
  throws(() => expand("@k0", "host", deep), /64/);
});

Deno.test("expand does not look again at what it put in", () => {
  const tricky = { ...context, variables: { CRAB: "$WORKSET@x" } };
  strictEqual(expand("$CRAB", "host", tricky), "$WORKSET@x");
});

Deno.test("expand gives back any text whose special characters are escaped", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    strictEqual(expand(text.replace(/[\\$@~]/g, "\\$&"), "host", context), text);
  }));
});

Deno.test("splitBind and expand give back any two halves that were escaped once", () => {
  const escape = (text: string) => text.replace(/[\\:$@~]/g, "\\$&");
  fc.assert(fc.property(fc.string(), fc.string(), (before, after) => {
    const { host, guest } = splitBind(`${escape(before)}:${escape(after)}`);
    deepStrictEqual([expand(host, "host", context), expand(guest!, "guest", context)], [before, after]);
  }));
});

Deno.test("C47, D14: in a share a backslash takes the meaning from the next character, once, and an @ within a path has none", () => {
  const sourceOf = (text: string) =>
    resolveShares({ "box.path.share_ro.x": { value: text, level: "box", from: fromPart("a test") } }, {
      expressions: context,
      roots: { systemReadOnly: "/ro", systemReadWrite: "/rw" },
    }).map(({ source, destination }) => `${source} ${destination}`)[0];
  strictEqual(sourceOf("/nm/a\\\\b:~/x"), "/nm/a\\b /home/agent/x");
  strictEqual(sourceOf("/nm/\\$HOME:~/x"), "/nm/$HOME /home/agent/x");
  strictEqual(sourceOf("/nm/\\~a\\:b:/x\\\\y"), "/nm/~a:b /x\\y");
  strictEqual(sourceOf("/nm/@scope:~/@scope"), "/nm/@scope /home/agent/@scope");
  strictEqual(sourceOf("/nm/\\@scope:~/x"), "/nm/@scope /home/agent/x");
  strictEqual(sourceOf("@system.path.data/x:~/x"), "/data/x /home/agent/x");
  throws(() => sourceOf("/nm/$HOME:~/x"), /HOME is not a variable/);
});
