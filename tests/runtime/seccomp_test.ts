import assert from "node:assert/strict";
import { restrict } from "../../lib/runtime/cli/seccomp.ts";

const profile = {
  defaultAction: "SCMP_ACT_ERRNO",
  syscalls: [
    { names: ["read", "unshare", "clone", "clone3", "keyctl"], action: "SCMP_ACT_ALLOW" },
    { names: ["setns"], action: "SCMP_ACT_ALLOW", includes: { caps: ["CAP_SYS_ADMIN"] } },
  ],
};

Deno.test("restrict() refuses what makes namespaces, mounts and keyrings, and keeps the rest", () => {
  const { syscalls } = restrict(profile);
  const allowed = syscalls.filter((rule) => rule.action === "SCMP_ACT_ALLOW" && !rule.args).flatMap((
    { names },
  ) => names);
  assert.deepEqual(allowed, ["read"]);
  const refused = syscalls.filter((rule) => rule.action === "SCMP_ACT_ERRNO").flatMap(({ names }) => names);
  for (const name of ["unshare", "setns", "mount", "keyctl", "clone3"]) {
    assert.ok(refused.includes(name), name);
  }
});

Deno.test("restrict() still lets processes and threads be made, without new namespaces", () => {
  const clone = restrict(profile).syscalls.filter(({ names }) => names.includes("clone"));
  assert.deepEqual(clone, [{
    names: ["clone"],
    action: "SCMP_ACT_ALLOW",
    args: [{ index: 0, value: 0x7e020000, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }],
  }]);
});
