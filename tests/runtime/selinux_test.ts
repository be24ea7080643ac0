import assert from "node:assert/strict";
import { FactsFile } from "../../lib/runtime/cli/facts.ts";
import { Podman } from "../../lib/runtime/cli/podman.ts";
import { labelling } from "../../lib/runtime/cli/selinux.ts";
import { baseDirs } from "../../lib/host/dirs.ts";
import { fromPart } from "../../lib/spec/source.ts";
import type { BindMount } from "../../lib/spec/box_spec.ts";
import { someSpec } from "../support/spec.ts";

const HOME = "/home/me";
const FITTING = "system_u:object_r:container_file_t:s0";

function bind(source: string, relabel?: "private" | "shared"): BindMount {
  return {
    type: "bind",
    source,
    destination: `/box${source}`,
    readOnly: false,
    ...(relabel ? { relabel } : {}),
    from: fromPart("test"),
  };
}

function relabelled(mounts: readonly BindMount[], labels: Readonly<Record<string, string>> = {}): string[] {
  return [...labelling(mounts, HOME, new Map(Object.entries(labels))).relabelled];
}

Deno.test("labelling() asks for a label where one is wanted and the folder's own does not fit", () => {
  assert.deepEqual(relabelled([bind("/p", "shared"), bind("/tools")]), ["/p"]);
  assert.deepEqual(relabelled([bind("/p", "shared")], { "/p": "user_u:object_r:user_home_t:s0" }), ["/p"]);
  assert.deepEqual(relabelled([bind("/p", "shared")], { "/p": `${FITTING}:c1,c2` }), ["/p"]);
  assert.deepEqual(relabelled([bind("/p", "shared")], { "/p": FITTING }), []);
  // What is one run's own is new, and labelled for it alone.
  assert.deepEqual(relabelled([bind("/run", "private")], { "/run": FITTING }), ["/run"]);
});

Deno.test("labelling() leaves the user's home and what is above it as it is, and does without confinement", () => {
  for (const source of [HOME, "/home", "/"]) {
    const decided = labelling([bind(source, "shared"), bind("/run", "private")], HOME, new Map());
    assert.deepEqual([decided.disabled, [...decided.relabelled]], [true, []], source);
  }
  for (const source of [`${HOME}/project`, "/home/me2", "/home/m"]) {
    const decided = labelling([bind(source, "shared")], HOME, new Map());
    assert.deepEqual([decided.disabled, [...decided.relabelled]], [false, [source]], source);
  }
});

Deno.test("podman labels a project for all boxes, and never for one alone", async () => {
  const words = await wordsOf([bind("/p", "shared")], true);
  assert.ok(words.includes("--mount=type=bind,source=/p,relabel=shared,destination=/box/p"));
  assert.ok(!words.includes("--security-opt=label=disable"));
  assert.ok(!(await wordsOf([bind("/p", "shared")], false)).some((word) => word.includes("relabel")));
});

Deno.test("podman does not label a home that is the project", async () => {
  const words = await wordsOf([bind(HOME, "shared"), bind("/run", "private")], true);
  assert.ok(words.includes("--security-opt=label=disable"));
  assert.ok(!words.some((word) => word.includes("relabel")));
  assert.ok(!(await wordsOf([bind(HOME, "shared")], false)).includes("--security-opt=label=disable"));
});

async function wordsOf(mounts: readonly BindMount[], selinux: boolean): Promise<readonly string[]> {
  const home = await Deno.makeTempDir();
  const facts = await FactsFile.open(baseDirs((name) => name === "HOME" ? home : undefined), Deno.execPath());
  const podman = new Podman("/usr/bin/podman", facts, { selinux, home: HOME, profile: "/profile.json" });
  const user = Deno.uid() === 0
    ? { kind: "owner", uid: 1234, gid: 1234 } as const
    : { kind: "keep-id", uid: 1000, gid: 1000 } as const;
  return podman.runCommand(someSpec({ user, mounts })).argv;
}
