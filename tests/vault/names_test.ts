import { strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { KanibakoError } from "../../lib/host/error.ts";
import { checkSnapshotName, isSnapshotName, timeName, timeOfName } from "../../lib/vault/names.ts";

Deno.test("a name cannot leave the folder of snapshots, hide, be taken for an option or steer a terminal", () => {
  const bad = [
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "/a",
    "a\\b",
    ".hidden",
    "-rf",
    "a\nb",
    "a\0",
    "\u001b[2J",
    "a\u202eb",
    " a",
    "a ",
    "x".repeat(101),
    "\ud800",
  ];
  for (const name of bad) {
    strictEqual(isSnapshotName(name), false, JSON.stringify(name));
    throws(
      () => checkSnapshotName(name),
      (error) => error instanceof KanibakoError && error.code === "bad-name",
    );
  }
});

Deno.test("a name may hold spaces, dots, dashes and letters of any language", () => {
  for (const name of ["before upgrade", "v1.2-rc", "über", "20260131T120000Z", "x".repeat(100)]) {
    strictEqual(isSnapshotName(name), true, name);
  }
});

Deno.test("no name that is taken leads to another folder", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    if (!isSnapshotName(name)) return;
    strictEqual(new URL(`file:///versions/${encodeURIComponent(name)}`).pathname.split("/").length, 3);
    strictEqual(name.includes("/") || name.includes("\0") || name.startsWith("."), false);
  }));
});

Deno.test("the name of a time is read back as that time, in whole seconds", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
    strictEqual(timeOfName(timeName(seconds * 1000 + 999)), seconds * 1000);
  }));
  strictEqual(timeOfName("20260131T120000Z-2"), Date.UTC(2026, 0, 31, 12));
  strictEqual(timeOfName("20261399T999999Z"), undefined);
  strictEqual(timeOfName("before"), undefined);
});
