import assert from "node:assert/strict";
import { age } from "../../lib/commands/box/report/age.ts";
import { version } from "../../lib/host/version.ts";
import { Sandbox } from "./program.ts";

Deno.test("system diagnose: ends with 0 whatever it finds, and marks what needs attention", async () => {
  await using sandbox = await Sandbox.make();
  await Deno.writeTextFile(`${sandbox.home}/engine.info`, "4.3.1 vfs v1\n");
  const { code, stdout, stderr } = await sandbox.run(["system", "diagnose"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /\[ok\] Container engine: podman 4\.3\.1/);
  assert.match(stdout, /\[!!\] Engine storage: vfs/);
  assert.match(stdout, /\[--\] Rig: oci is not here yet/);
  assert.match(stdout, /\[--\] Claude Code: not found/);
  assert.match(stdout, /\[(ok|!!)\] Storage: .* free of /);
  const checks = JSON.parse((await sandbox.run(["system", "diagnose", "--json"])).stdout);
  assert.ok(checks.some((each: { check: string; status: string }) => each.status === "attention"));
});

Deno.test("system diagnose: works without an engine too", async () => {
  await using sandbox = await Sandbox.make({ engine: false });
  const { code, stdout } = await sandbox.run(["system", "diagnose"]);
  assert.equal(code, 0);
  assert.match(stdout, /\[!!\] Container engine: none found; install podman/);
});

Deno.test("system info: versions and places", async () => {
  await using sandbox = await Sandbox.make();
  const json = JSON.parse((await sandbox.run(["system", "--json"])).stdout);
  assert.deepEqual([json.version, json.data, json.engine.name, json.install], [
    version,
    `${sandbox.home}/data/kanibako`,
    "podman",
    "source",
  ]);
  const { code, stdout } = await sandbox.run(["system", "info"]);
  assert.equal(code, 0);
  assert.ok(stdout.includes(`Version:  ${version}`), stdout);
});

Deno.test("setup: says what is missing; without an engine with exit code 1", async () => {
  await using sandbox = await Sandbox.make({ engine: false });
  const { code, stdout } = await sandbox.run(["setup"]);
  assert.equal(code, 1);
  assert.match(stdout, /\[!!\] Container engine/);
  await using other = await Sandbox.make();
  assert.equal((await other.run(["setup"])).code, 0);
});

Deno.test("crab list and info: what is set for an agent, an unknown one named with its place", async () => {
  await using sandbox = await Sandbox.make();
  const nothing = await sandbox.run(["crab", "list"]);
  assert.equal(nothing.stdout, "No agent is installed on this machine.\n");
  assert.match(nothing.stderr, /Not installed: claude, codex, /);
  await Deno.mkdir(`${sandbox.home}/data/kanibako/crabs`, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(
    `${sandbox.home}/data/kanibako/crabs/claude.toml`,
    `[crab]\nname = "Claude Code"\nrun_args = ["--verbose"]\n[env]\nA = "1"\n`,
  );
  assert.equal((await sandbox.run(["agent", "ls", "-q"])).stdout, "claude\n");
  assert.match(
    (await sandbox.run(["crab"])).stdout,
    /^NAME +VERSION +LOGIN +FOUND +DECLARED BY\nclaude +- +- +not installed +kanibako\n/,
  );
  const { code, stdout, stderr } = await sandbox.run(["crab", "info", "claude"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Name: +Claude Code/);
  assert.match(stdout, /--verbose/);
  const unknown = await sandbox.run(["crab", "info", "cluade"]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /crabs\/cluade\.toml/);
  assert.match(unknown.stderr, /Did you mean claude\?/);
});

Deno.test("age: seconds, minutes, hours, days", () => {
  const now = Date.UTC(2026, 0, 2, 3, 4);
  for (
    const [seconds, shown] of [[5, "5s"], [300, "5m"], [7200, "2h"], [200000, "2d"], [-5, "0s"]] as const
  ) {
    assert.ok(age(now - seconds * 1000, now).startsWith(`${shown} ago (`));
  }
  assert.equal(age(now, now), "0s ago (2026-01-02 03:04 UTC)");
});
