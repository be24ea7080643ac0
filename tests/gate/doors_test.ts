import assert from "node:assert/strict";
import { parse, readSources, type Source } from "./sources.ts";

/** What only some modules may use: there it is done right, once. */
const DOORS: readonly { what: string; pattern: RegExp; only: readonly string[] }[] = [
  {
    what: "other processes",
    pattern: /Deno\.(Command|run)\b|["']node:(child_process|cluster|worker_threads)["']/,
    only: ["lib/host/process.ts"],
  },
  {
    what: "other processes, by the C library",
    pattern: /["'][^"']*\blibc\/spawn\.ts["']/,
    only: ["lib/host/process.ts"],
  },
  {
    what: "foreign functions",
    pattern: /Deno\.dlopen\b/,
    only: ["lib/host/libc/libc.ts"],
  },
  {
    what: "the C library",
    pattern: /["'][^"']*\blibc\/\w+\.ts["']/,
    only: ["lib/host/", "lib/archive/", "lib/vault/restore/place_entry.ts"],
  },
  { what: "code made at run time", pattern: /\beval\(|new Function\(/, only: [] },
  { what: "an import that is computed", pattern: /\bimport\(\s*(?!["'])/, only: [] },
  {
    what: "plain writing of files",
    pattern: /Deno\.(writeTextFile|writeFile|create|copyFile|truncate|utime)(Sync)?\b/,
    only: [
      "lib/host/store.ts",
      "lib/host/bundle.ts",
      "lib/host/source_bundle.ts",
      // Folders that no box can write: a run's own, before the box starts, the context of an image build, and the cache.
      "lib/run/folders.ts",
      "lib/runtime/cli/handed_files.ts",
      "lib/crab/prepare.ts",
      "lib/crab/tweak/copies.ts",
      "lib/rig/scratch.ts",
      "lib/runtime/cli/image_facts/",
    ],
  },
  {
    what: "giving files away",
    pattern: /Deno\.(chown|lchown)(Sync)?\b/,
    // Each on what it has just made.
    only: [
      "lib/host/give.ts",
      "lib/run/folders.ts",
      "lib/project/vault_folders.ts",
    ],
  },
  {
    what: "node's file system",
    pattern: /["']node:(fs|fs\/promises)["']/,
    only: [],
  },
  {
    what: "the network",
    pattern: /\bfetch\(|Deno\.(connect|connectTls)\b|new WebSocket\(/,
    only: [
      "lib/rig/",
      "lib/devcontainer/features/registry.ts",
      // Releases, at the user's command.
      "lib/app/system/upgrade/fetch.ts",
      // What a rig is made of, at the user's command.
      "lib/app/rig/download.ts",
      "lib/host/unix_socket.ts",
      "lib/steward/",
      "lib/net/race.ts",
      "lib/net/through_proxy.ts",
    ],
  },
  {
    what: "the terminal",
    pattern: /\bui\/(terminal|progress|prompt)\.ts["']/,
    // Below the commands everything goes through the `Ui` of the host.
    only: ["lib/commands/"],
  },
  {
    what: "timers that are slow to load: see lib/host/timer.ts",
    pattern: /\bset(Timeout|Interval)\(/,
    only: [],
  },
  { what: "a registry of no use here", pattern: /["']jsr:/, only: [] },
  { what: "the full zod, which is slow to load", pattern: /from\s+["'](npm:)?zod(@[^"'/]*)?["']/, only: [] },
];

function complaints(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    DOORS.filter((door) =>
      door.pattern.test(source.text) &&
      !door.only.some((place) => place.endsWith("/") ? source.path.startsWith(place) : source.path === place)
    ).map((door) => `${source.path} uses ${door.what}`)
  );
}

Deno.test("each door to the outside world has its keepers", async () => {
  const sources = await readSources("lib", "targets", "cli.ts", "mod.ts");
  assert.ok(sources.length > 10, "the sources were not found");
  assert.deepEqual(complaints(sources), []);
});

Deno.test("a module that goes round a door is found", () => {
  const bad = [
    "new Deno.Command(x)",
    'import cp from "node:child_process";',
    "await import(name)",
    "eval(x)",
  ];
  for (const text of bad) assert.equal(complaints([parse("lib/plan/x.ts", text)]).length, 1, text);
  assert.deepEqual(complaints([parse("lib/host/process.ts", "new Deno.Command(x)")]), []);
  assert.deepEqual(complaints([parse("lib/plan/x.ts", 'await import("./y.ts"); // not Deno.Command')]), []);
});
