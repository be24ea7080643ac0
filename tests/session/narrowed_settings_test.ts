// A file of the project takes away, and never gives.

import { deepEqual, equal } from "node:assert/strict";
import type { Settings } from "../../lib/config/settings.ts";
import { narrowedSettings, type Narrowing } from "../../lib/session/narrowed_settings.ts";
import { DEFAULT } from "../../lib/spec/source.ts";

type Fields = Pick<Settings, "memory" | "cpus" | "security" | "network">;

function settings(
  values: { memory?: number; cpus?: number; security?: string; network?: string },
  level = "system",
): Settings {
  const setting = (value: unknown) => ({ value, level, from: DEFAULT });
  return {
    memory: setting(values.memory),
    cpus: setting(values.cpus),
    security: setting(values.security ?? ""),
    network: setting(values.network ?? "open"),
  } as Fields as Settings;
}

function values(from: Settings, by: Narrowing): unknown[] {
  const { memory, cpus, security, network } = narrowedSettings(from, by, "agentkernel.toml");
  return [memory.value, cpus.value, security.value, network.value];
}

Deno.test("what a project's file says applies where it is stricter, and nowhere else", () => {
  const by = { memoryBytes: 512, cpus: 1, profile: "moderate", network: "filtered" } as const;
  deepEqual(values(settings({}), by), [512, 1, "moderate", "filtered"]);
  deepEqual(values(settings({ memory: 100, cpus: 0.5, security: "restrictive", network: "none" }), by), [
    100,
    0.5,
    "restrictive",
    "none",
  ]);
  deepEqual(values(settings({ memory: 1024, cpus: 2, security: "nested" }), by), [
    512,
    1,
    "moderate",
    "filtered",
  ]);
  deepEqual(values(settings({ security: "strict" }), { profile: "permissive", network: "open" }), [
    undefined,
    undefined,
    "strict",
    "open",
  ]);
  deepEqual(values(settings({ security: "paranoid", network: "filtered" }), { profile: "restrictive" }), [
    undefined,
    undefined,
    "paranoid",
    "none",
  ]);
});

Deno.test("an option of the call wins over a project's file", () => {
  const by = { memoryBytes: 1, cpus: 0.1, profile: "restrictive", network: "none" } as const;
  deepEqual(values(settings({ memory: 9, cpus: 9, security: "standard" }, "flag"), by), [
    9,
    9,
    "standard",
    "open",
  ]);
  equal(narrowedSettings(settings({}), by, "f").memory.level, "box");
});

Deno.test("a list of a project's file replaces what the user allows, where it is the file that filters", () => {
  const by = { network: "filtered", presets: [], rules: { "a.org": "allow", "b.org": "allow" } } as const;
  const rule = (value: string) => ({ value, level: "system", from: DEFAULT });
  const filtered = {
    presets: { value: ["@git"], level: "default", from: DEFAULT },
    rules: { "b.org": rule("refuse"), "c.org": rule("allow") },
  };
  const of = (network: string) => {
    const narrowed = narrowedSettings({ ...settings({ network }), filtered } as unknown as Settings, by, "f");
    const { presets, rules } = narrowed.filtered;
    return [presets.value, Object.entries(rules).map(([name, { value }]) => `${name} ${value}`)];
  };
  deepEqual(of("open"), [[], ["a.org allow", "b.org refuse"]]);
  const users = [["@git"], ["b.org refuse", "c.org allow"]];
  deepEqual(of("filtered"), users, "a filtered network of the user's gets no rule");
  deepEqual(of("none"), users);
});

Deno.test("an author of commits that a project's file names gives way to the user's", () => {
  const env = { GIT_AUTHOR_NAME: { value: "user", secret: false, from: DEFAULT } };
  const by = { env: { GIT_AUTHOR_NAME: "file", GIT_AUTHOR_EMAIL: "f@example.org" } };
  const narrowed = narrowedSettings({ ...settings({}), env } as unknown as Settings, by, "f");
  deepEqual(Object.entries(narrowed.env).map(([name, { value }]) => [name, value]), [
    ["GIT_AUTHOR_NAME", "user"],
    ["GIT_AUTHOR_EMAIL", "f@example.org"],
  ]);
});
