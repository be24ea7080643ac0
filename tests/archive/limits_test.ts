import assert from "node:assert/strict";
import { isAboveDefault, limitsFrom, OWN_LIMITS } from "../../lib/archive/limits.ts";
import { TREE_LIMITS } from "../../lib/host/tree/limits.ts";

Deno.test("whatever a walk takes fits into an archive of our own, a vault and a home together", () => {
  const { entries, bytes } = limitsFrom(OWN_LIMITS);
  assert.ok(entries > 2 * TREE_LIMITS.entries);
  assert.ok(bytes > 2 * TREE_LIMITS.bytes);
});

Deno.test("what is above the limits of others is known before it is read by them", () => {
  const { entries, bytes, ratio } = limitsFrom();
  const archiveBytes = 2 ** 20;
  const most = { entries, bytes, archiveBytes, unpackedBytes: archiveBytes * ratio };
  assert.equal(isAboveDefault(most), false);
  assert.equal(isAboveDefault({ ...most, entries: entries + 1 }), true);
  assert.equal(isAboveDefault({ ...most, bytes: bytes + 1 }), true);
  assert.equal(isAboveDefault({ ...most, unpackedBytes: most.unpackedBytes + 1 }), true);
  assert.equal(isAboveDefault({ ...most, archiveBytes: 100, unpackedBytes: 100 * 2 ** 20 }), false);
});
