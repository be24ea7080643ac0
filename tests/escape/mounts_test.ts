/** T22, T23: no part of a plan claims what is reserved, and no path becomes more than one word of a mount. */

import { DEFAULT, fromFile, fromPart } from "../../lib/spec/source.ts";
import { BOX_WORKSPACE } from "../../lib/spec/box_paths.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Part, PlanInput } from "../../lib/plan/parts/part.ts";
import { PARTS, planBox } from "../../lib/plan/plan.ts";
import { mountValue } from "../../lib/runtime/cli/mount.ts";

/** What the evil part below is given: nothing of it matters to a mount. */
const INPUT = {
  box: { id: "kanibako-app", name: "app" },
  protectedPaths: [],
  labels: {},
  place: BOX_WORKSPACE,
  settings: { workspacePath: { value: "home", from: DEFAULT } },
} as unknown as PlanInput;

const BASE: Part = {
  name: "base",
  contribute: () => ({
    limits: { pids: 100, from: DEFAULT },
    network: { kind: "none", from: DEFAULT },
    command: { entrypoint: "/bin/sh", args: [] },
  }),
};

/** All parts keep their places, though none of them contributes. */
const OWNERS: readonly Part[] = PARTS.map(({ name, owns }) => ({
  name,
  ...(owns ? { owns } : {}),
  contribute: () => ({}),
}));

function planWith(destination: string): unknown {
  const evil: Part = {
    name: "shares",
    contribute: () => ({
      mounts: [{ type: "bind", source: "/x", destination, readOnly: false, from: fromFile("box", "config") }],
    }),
  };
  return planBox(INPUT, [...OWNERS, BASE, evil]);
}

Deno.test("T22 nothing is mounted over the repository, kanibako's own folders or the kernel's", () => {
  const reserved = [
    "/home/agent/workspace/.git",
    "/home/agent/workspace/.git/hooks",
    "/run/kanibako",
    "/run/kanibako/in",
    "/run/kanibako/in/enter",
    "/opt/kanibako",
    "/opt/kanibako/deno",
    "/home/agent/.local/bin/kanibako",
    "/etc",
    "/etc/passwd",
    "/etc/sudoers.d/x",
    "/proc",
    "/proc/sys",
    "/sys/fs/cgroup",
    "/dev/null",
  ];
  const dressed = reserved.flatMap((
    path,
  ) => [
    path,
    `${path}/`,
    path.replace("/", "//"),
    path.replace(/\/([^/]+)$/, "/./$1"),
    path.replace(/\/([^/]+)$/, "/x/../$1"),
  ]);
  for (const path of dressed) {
    assert.throws(() => planWith(path), { name: "KanibakoError" }, path);
  }
  for (const path of ["", "/", "relative", "/a\0b", "/a/..", "/.."]) {
    assert.throws(() => planWith(path), { code: "bad-mount" }, JSON.stringify(path));
  }
  for (
    const path of ["/home/agent/share", "/home/agent/workspace/.github", "/run/kanibako-not", "/etcetera"]
  ) {
    assert.doesNotThrow(() => planWith(path), path);
  }
});

Deno.test("T22 two parts that claim one place are an error, never a race", () => {
  const part = (name: string): Part => ({
    name,
    contribute: () => ({
      mounts: [{
        type: "bind",
        source: `/${name}`,
        destination: "/home/agent/x",
        readOnly: false,
        from: fromPart(name),
      }],
    }),
  });
  assert.throws(() => planBox(INPUT, [BASE, part("a"), part("b")]), { code: "plan-conflict" });
  assert.doesNotThrow(() => planBox(INPUT, [BASE, part("a")]));
});

/** One record of CSV (RFC 4180), as engines read it. */
function csv(line: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= line.length; at++) {
    let field = "";
    if (line[at] === '"') {
      for (at++; line[at] !== '"' || line[at + 1] === '"'; at++) {
        if (line[at] === '"') at++;
        field += line[at];
      }
      at++;
    } else for (; at < line.length && line[at] !== ","; at++) field += line[at];
    assert.ok(at >= line.length || line[at] === ",", line);
    fields.push(field);
  }
  return fields;
}

Deno.test("T20 any path is one field of a mount, or refused", () => {
  const name = fc.string({
    unit: fc.constantFrom(...`a,":='\\ \n\t\x1b\u009b-/$%{}日`),
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(fc.property(name, name, fc.boolean(), (source, destination, readOnly) => {
    const mount = {
      type: "bind",
      source: `/${source}`,
      destination: `/${destination}`,
      readOnly,
      from: fromPart("test"),
    } as const;
    let value: string;
    try {
      value = mountValue(mount, false);
    } catch (error) {
      // deno-lint-ignore no-control-regex
      assert.match(source + destination, /[\n\t\x1b]/);
      assert.equal((error as { code?: string }).code, "cannot-express");
      return;
    }
    const expected = [
      "type=bind",
      `source=/${source}`,
      `destination=/${destination}`,
      ...readOnly ? ["ro"] : [],
    ];
    assert.deepEqual(csv(value), expected);
  }));
});
