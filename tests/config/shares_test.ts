import { fromFile, type SourceLevel, sourceText } from "../../lib/spec/source.ts";
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as fc from "fast-check";
import { systemContext } from "../../lib/config/paths.ts";
import type { Level, Setting } from "../../lib/config/settings.ts";
import { type Binds, resolveSeeds, resolveShares, type ShareContext } from "../../lib/config/shares.ts";
import { EMPTY } from "../../lib/config/file.ts";

const context: ShareContext = {
  expressions: systemContext(EMPTY, { home: "/home/u", dataHome: "/d" }, { CRAB: "claude" }),
  roots: { systemReadOnly: "/sro", systemReadWrite: "/srw", crab: "/crab/share" },
};
const grouped: ShareContext = {
  expressions: systemContext(EMPTY, { home: "/home/u", dataHome: "/d" }, { CRAB: "claude", WORKSET: "w" }),
  roots: { ...context.roots, workset: "/ws" },
};

function binds(values: Readonly<Record<string, string>>, level: Level = "box"): Binds {
  const setting = (value: string): Setting<string> => ({
    value,
    level,
    from: fromFile(level as SourceLevel, "config"),
  });
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, setting(value)]));
}

/** As `source:destination:mode`. */
function short(values: Readonly<Record<string, string>>, where = context, level: Level = "box"): string[] {
  return resolveShares(binds(values, level), where)
    .map(({ source, destination, mode }) => `${source}:${destination}:${mode}`);
}

Deno.test("shares come in the order of their scopes, each from the root of its scope and mode", () => {
  deepStrictEqual(
    short({
      "box.path.share_rw.z": "~/z:/z",
      "system.path.share_rw.b": "b:~/b",
      "system.path.share_ro.a": "a:/x",
    }),
    ["/sro/a:/x:ro", "/srw/b:/home/agent/b:rw", "/home/u/z:/z:rw"],
  );
  deepStrictEqual(
    short({
      "box.path.share_ro.a": "/1:/1",
      "workset.path.share_ro.b": "two:/2",
      "workset.path.share_ro.a": "three:/3",
      "crab.path.share_ro.a": "four:/4",
    }, grouped),
    ["/crab/share/four:/4:ro", "/ws/three:/3:ro", "/ws/two:/2:ro", "/1:/1:ro"],
  );
});

Deno.test("a share at the crab's scope begins at the agent's own folder, whoever sets it", () => {
  deepStrictEqual(short({ "crab.path.share_rw.x": "y:/y" }), ["/crab/share/y:/y:rw"]);
});

Deno.test("an empty text takes a share away", () => {
  deepStrictEqual(short({ "crab.path.share_rw.plugins": "", "box.path.share_ro.a": "/a:/a" }), ["/a:/a:ro"]);
});

Deno.test("an absolute source stays as it is, at any scope", () => {
  deepStrictEqual(short({ "system.path.share_ro.a": "/abs//x/./y/:~/a/" }), ["/abs/x/y:/home/agent/a:ro"]);
});

Deno.test("a colon in a source is kept when it is escaped", () => {
  deepStrictEqual(short({ "system.path.share_ro.a": "a\\:b:/x" }), ["/sro/a:b:/x:ro"]);
});

Deno.test("both halves are expanded, each on its own side", () => {
  deepStrictEqual(
    short({ "box.path.share_ro.a": "@system.path.data/$CRAB:~/$WORKSET" }, grouped),
    ["/d/kanibako/claude:/home/agent/w:ro"],
  );
});

Deno.test("a share keeps the whole key, and who set it, for whoever asks", () => {
  const [share] = resolveShares(binds({ "system.path.share_ro.a.b": "x:/x" }, "system"), context);
  strictEqual(sourceText(share!.from), "system config, system.path.share_ro.a.b");
  strictEqual(share!.root, "/sro");
});

Deno.test("a relative share of worksets is passed over in a box of none, unless this box asked for it", () => {
  deepStrictEqual(short({ "workset.path.share_ro.a": "x:/x" }, context, "system"), []);
  deepStrictEqual(short({ "workset.path.share_ro.a": "x:/x" }, grouped, "system"), ["/ws/x:/x:ro"]);
  throws(() => short({ "workset.path.share_ro.a": "x:/x" }), /this box is in no workset/);
});

for (
  const [value, why] of [
    ["rel:~/r", /is a relative path/],
    ["plain", /there is no colon/],
    ["a\\:b", /there is no colon/],
    [":~/x", /nothing before the colon/],
    ["/x:", /nothing after the colon/],
    ["/x:rel", /not an absolute path in the box/],
    ["/x:/", /not an absolute path in the box/],
    ["/x:~/../etc", /not an absolute path in the box/],
    ["/a/../b:/x", /\.\. is not allowed/],
    ["$HOME/x:/x", /not a variable/],
    ["@box.image/x:/x", /no key box.image/],
    ["$WORKSET/x:/x", /not set here/],
  ] as const
) {
  Deno.test(`a share ${JSON.stringify(value)} of a box is refused by its key and level`, () => {
    throws(
      () => short({ "box.path.share_rw.bad": value }),
      (error: { code: string; message: string }) => {
        strictEqual(error.code, "bad-share");
        strictEqual(error.message.includes("box.path.share_rw.bad (box config)"), true, error.message);
        return why.test(error.message);
      },
    );
  });
}

Deno.test("relative sources never lead out of their root", () => {
  throws(() => short({ "system.path.share_rw.a": "../boxes:/x" }), { code: "bad-share" });
  fc.assert(fc.property(fc.string(), (text) => {
    let found: string[];
    try {
      found = resolveShares(binds({ "system.path.share_rw.a": `${text}:/x` }), {
        ...context,
        expressions: { ...context.expressions, home: "/srw/home" },
      }).map(({ source }) => source);
    } catch (error) {
      return strictEqual((error as { code: string }).code, "bad-share");
    }
    const absolute = text.startsWith("/") || text.startsWith("\\/") || text.startsWith("$");
    for (const source of found) {
      strictEqual(absolute || source === "/srw" || source.startsWith("/srw/"), true);
    }
  }));
});

Deno.test("seeds come the strongest first, and lie in the home", () => {
  const seeds = resolveSeeds(
    binds({
      "system.path.seeded.rc": "rc:~/.rc",
      "crab.path.seeded.rc": "~/.inputrc:~/.inputrc",
      "box.path.seeded.all": "/all:~",
      "box.path.seeded.none": "empty",
      "workset.path.seeded.none": "",
      "box.path.share_ro.x": "/x:/x",
    }),
    context,
  );
  deepStrictEqual(seeds.map(({ source, path }) => `${source}:${path}`), [
    "/all:",
    "/home/u/.inputrc:.inputrc",
    "/sro/rc:.rc",
  ]);
});

for (const value of ["/x:/etc/x", "/x:/home/agentx", "/x:~/../x", "rel:~/x", "plain"]) {
  Deno.test(`a seed ${JSON.stringify(value)} of a box is refused`, () => {
    throws(() => resolveSeeds(binds({ "box.path.seeded.bad": value }), context), { code: "bad-share" });
  });
}
