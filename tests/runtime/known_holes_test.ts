import assert from "node:assert/strict";
import { description } from "../../lib/runtime/cli/describe.ts";
import type { EngineFacts } from "../../lib/runtime/cli/facts.ts";
import { holeLines, holesOf, runtimeProgram } from "../../lib/runtime/cli/known_holes.ts";
import { compareVersions, parseVersion } from "../../lib/runtime/cli/version.ts";

/** The names of the holes that a version may have. */
function ids(name: string, version: string): string[] {
  return (holesOf({ name, version }) ?? assert.fail(version)).flatMap((hole) => hole.ids);
}

Deno.test("compareVersions() orders releases, what comes before them, and what distributions make of them", () => {
  const ordered = [
    "1.1.12",
    "1.2.0-rc.1",
    "1.2.0",
    "1.2.8",
    "1.2.9-dev",
    "1.2.9~rc1",
    "1.2.9-rc2",
    "1.2.9",
    "1.10",
    "2.0",
  ];
  const parsed = ordered.map((text) => parseVersion(text)!);
  for (let at = 1; at < parsed.length; at++) {
    assert.ok(compareVersions(parsed[at - 1]!, parsed[at]!) < 0, `${ordered[at - 1]} before ${ordered[at]}`);
  }
  for (
    const same of ["1.2.9", "v1.2.9", "1.2.9+ds1-1+deb12u1", "1.2.9-0ubuntu1~24.04", "1.2.9-rhel", "1.2.9-ce"]
  ) {
    assert.equal(compareVersions(parseVersion(same)!, parseVersion("1.2.9")!), 0, same);
  }
  for (const none of ["", "unknown", "4", "<no value>"]) assert.equal(parseVersion(none), undefined, none);
});

Deno.test("holesOf() podman: each edge of its ranges", () => {
  const [env, workdir, build] = ["CVE-2026-57231", "GHSA-q6r4-3wmg-fwcq", "CVE-2024-9675"];
  const cases: readonly [string, readonly string[]][] = [
    ["4.3.1", [env, workdir, build]],
    ["5.2.4", [env, workdir, build]],
    ["5.2.5", [env, workdir]],
    ["5.7.0", [env, workdir]],
    ["5.7.1-rc1", [env, workdir]],
    ["5.7.1", [env]],
    ["5.8.0", [env]],
    ["5.8.3", [env]],
    ["5.8.4-dev", [env]],
    ["5.8.4", []],
    ["5.9.0", []],
    ["6.0.0", []],
  ];
  for (const [version, expected] of cases) assert.deepEqual(ids("podman", version), expected, version);
});

Deno.test("holesOf() runc: a branch that got a fix is without it from there, an older one never", () => {
  const race = ["CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881"];
  const all = [...race, "CVE-2024-21626"];
  const cases: readonly [string, readonly string[]][] = [
    ["1.1.5+ds1", all],
    ["1.1.11", all],
    ["1.1.12", race],
    ["1.1.15", race],
    ["1.2.7", race],
    ["1.2.8", []],
    ["1.2.9", []],
    ["1.3.0", race],
    ["1.3.2", race],
    ["1.3.3", []],
    ["1.4.0-rc.2", race],
    ["1.4.0-rc.3", []],
    ["1.4.0", []],
    ["1.5.0", []],
  ];
  for (const [version, expected] of cases) assert.deepEqual(ids("runc", version), expected, version);
});

Deno.test("holesOf() crun: those of runc are not its own", () => {
  assert.deepEqual(ids("crun", "1.4.3"), ["CVE-2022-27650"]);
  assert.deepEqual(ids("crun", "1.4.4"), []);
  assert.deepEqual(ids("crun", "1.8.1"), []);
  assert.deepEqual(ids("runsc", "0.1.0"), []);
});

Deno.test("holeLines() says that a hole may be there, since when it is not, what it means for boxes and what to do", () => {
  const lines = holeLines([{ name: "podman", version: "5.8.3" }, { name: "crun", version: "1.27" }]);
  assert.equal(lines.length, 2);
  assert.equal(lines[0]!.value, "podman 5.8.3 may have CVE-2026-57231");
  assert.match(lines[0]!.attention!, /boxes get none.*Fixed in podman 5\.8\.4$/);
  assert.match(lines[1]!.attention!, /distribution may have fixed/);
  assert.deepEqual(holeLines([{ name: "podman", version: "5.8.4" }, { name: "crun", version: "1.27" }]), [
    { label: "Known holes", value: "none known in podman 5.8.4, crun 1.27" },
  ]);
});

Deno.test("holeLines() does not take what it cannot read for free of holes", () => {
  const [one] = holeLines([{ name: "podman", version: "unknown" }, { name: "crun", version: "1.27" }]);
  assert.match(one!.attention!, /version of podman cannot be read/);
  const [other, more] = holeLines([{ name: "podman", version: "5.7.1" }, undefined]);
  assert.match(other!.attention!, /\(runc, crun\) cannot be read/);
  assert.match(more!.value, /podman 5\.7\.1 may have/);
  const { lines } = description("/usr/bin/x", "28.2.2", "overlay2", "2", false, [undefined], {});
  assert.match(lines.at(-1)!.attention!, /cannot be read/);
});

Deno.test("runtimeProgram() reads what runc and crun say of themselves", () => {
  assert.deepEqual(runtimeProgram("runc version 1.1.5+ds1\ncommit: 1.1.5+ds1-1+deb12u1\n"), {
    name: "runc",
    version: "1.1.5+ds1",
  });
  assert.deepEqual(runtimeProgram("crun version 1.8.1\ncommit: f8a0"), { name: "crun", version: "1.8.1" });
  assert.equal(runtimeProgram("\n"), undefined);
});

Deno.test("what runs were found to need on this host is part of an engine's description, and nothing where nothing was", () => {
  const of = (facts: EngineFacts) =>
    description("/usr/bin/x", "4.3.1", "overlay", "v2", true, [], facts).lines
      .filter(({ label }) => label === "Workaround").map(({ value }) => value);
  assert.deepEqual(of({}), []);
  const all = of({ runtime: "runc", clampUlimits: true, plainKeepId: true });
  assert.equal(all.length, 3);
  assert.match(all[0]!, /^runc runs boxes/);
});
