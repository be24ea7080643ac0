import assert from "node:assert/strict";
import { type UserLimits, withinUser } from "../../../lib/rig/choose/within.ts";

const NOTHING: UserLimits = { memoryBytes: undefined, cpus: undefined, profile: "", network: "open" };

Deno.test("withinUser: a project's file takes away", () => {
  const settings = {
    memoryBytes: 10,
    cpus: 1,
    profile: "restrictive",
    network: "filtered",
    rules: { "a.org": "allow" },
    presets: [],
    mountProject: false,
  } as const;
  assert.deepEqual(withinUser(settings, NOTHING), settings);
  assert.deepEqual(
    withinUser(settings, { memoryBytes: 11, cpus: 2, profile: "moderate", network: "open" }),
    settings,
  );
});

Deno.test("withinUser: a project's file never adds", () => {
  const settings = {
    memoryBytes: 10,
    cpus: 2,
    profile: "moderate",
    network: "filtered",
    rules: { "a.org": "allow" },
    presets: [],
  } as const;
  for (const network of ["filtered", "none"] as const) {
    assert.deepEqual(withinUser(settings, { memoryBytes: 10, cpus: 1, profile: "moderate", network }), {});
  }
  for (const profile of ["restrictive", "paranoid"] as const) {
    assert.deepEqual(withinUser({ profile: "moderate" }, { ...NOTHING, profile }), {});
  }
  assert.deepEqual(withinUser({ network: "open" }, { ...NOTHING, network: "none" }), {});
  assert.deepEqual(
    withinUser({ profile: "restrictive", network: "none" }, { ...NOTHING, profile: "paranoid" }),
    {
      network: "none",
    },
  );
});
