import assert from "node:assert/strict";
import { baseProfile } from "../../lib/runtime/cli/seccomp/base.ts";
import { seccompProfile } from "../../lib/runtime/cli/seccomp/profile.ts";
import { restrict } from "../../lib/runtime/cli/seccomp/restrict.ts";
import type { Condition, Rule, SeccompProfile } from "../../lib/runtime/cli/seccomp/rules.ts";

/** As engines' own: one list for all, and rules for those who hold a capability. */
const HOSTS: SeccompProfile = {
  defaultAction: "SCMP_ACT_ERRNO",
  syscalls: [
    {
      names: [
        "read",
        "unshare",
        "clone",
        "clone3",
        "keyctl",
        "chmod",
        "openat",
        "openat2",
        "mkdir",
        "socketcall",
      ],
      action: "SCMP_ACT_ALLOW",
    },
    { names: ["setns"], action: "SCMP_ACT_ALLOW", includes: { caps: ["CAP_SYS_ADMIN"] } },
    { names: ["socket"], action: "SCMP_ACT_ALLOW", args: null, includes: { caps: ["CAP_AUDIT_WRITE"] } },
  ],
};

function matches({ index, value, valueTwo, op }: Condition, args: readonly number[]): boolean {
  const arg = args[index] ?? 0;
  // Not by bit operators, which would take what is beyond 31 bits for a sign.
  const left = Number(BigInt(arg) & BigInt(value));
  return {
    SCMP_CMP_EQ: arg === value,
    SCMP_CMP_NE: arg !== value,
    SCMP_CMP_MASKED_EQ: left === valueTwo,
  }[op];
}

/** What a profile makes of a call: `allow`, the error's number, or `default`. Rules that contradict each other are an error. */
function verdict(profile: SeccompProfile, name: string, ...args: number[]): "allow" | "default" | number {
  const found = profile.syscalls.filter((rule: Rule) =>
    rule.names.includes(name) && (rule.args ?? []).every((condition) => matches(condition, args))
  ).map(({ action, errnoRet }) => action === "SCMP_ACT_ALLOW" ? "allow" : errnoRet!);
  const verdicts = [...new Set(found)];
  assert.ok(verdicts.length <= 1, `${name}(${args}): ${verdicts}`);
  return verdicts[0] ?? "default";
}

const EPERM = 1;
const ENOSYS = 38;
const BASES = { "the host's": HOSTS, "our own": baseProfile() };

Deno.test("restrict() refuses what makes namespaces, mounts and keyrings, and keeps the rest", () => {
  for (const [base, profile] of Object.entries(BASES)) {
    for (const restriction of ["narrowed", "no-setuid", "no-setid"] as const) {
      const made = restrict(profile, restriction);
      for (
        const name of ["unshare", "setns", "mount", "keyctl", "io_uring_setup", "bpf", "syslog", "reboot"]
      ) {
        assert.equal(verdict(made, name), EPERM, `${base}: ${name}`);
      }
      assert.equal(verdict(made, "clone3"), ENOSYS);
      assert.equal(verdict(made, "read"), "allow");
      assert.equal(verdict(made, "unknown"), "default");
    }
  }
});

Deno.test("restrict() still lets processes and threads be made, without new namespaces", () => {
  const made = restrict(HOSTS, "narrowed");
  const [SIGCHLD, CLONE_VM, CLONE_NEWUSER] = [17, 0x100, 0x10000000];
  assert.equal(verdict(made, "clone", SIGCHLD | CLONE_VM), "allow");
  assert.equal(verdict(made, "clone", SIGCHLD | CLONE_NEWUSER), "default");
});

Deno.test("H5: the strict profile lets no call make a setuid or setgid program, whichever argument its mode is in", () => {
  const [O_RDONLY, O_CREAT, O_TMPFILE] = [0, 0o1101, 0o20200002];
  for (const [base, profile] of Object.entries(BASES)) {
    const made = restrict(profile, "no-setid");
    const calls: [string, (mode: number) => number[]][] = [
      ["chmod", (mode) => [0, mode]],
      ["openat", (mode) => [0, 0, O_CREAT, mode]],
      ["openat", (mode) => [0, 0, O_TMPFILE, mode]],
      ...(base === "our own"
        ? [
          ["fchmod", (mode) => [0, mode]],
          ["fchmodat", (mode) => [0, 0, mode]],
          ["fchmodat2", (mode) => [0, 0, mode, 0]],
          ["creat", (mode) => [0, mode]],
          ["mknod", (mode) => [0, mode | 0o100000, 0]],
          ["mknodat", (mode) => [0, 0, mode | 0o100000, 0]],
          ["open", (mode) => [0, O_CREAT, mode]],
          ["open", (mode) => [0, O_TMPFILE, mode]],
        ] as [string, (mode: number) => number[]][]
        : []),
    ];
    for (const [name, args] of calls) {
      for (const mode of [0o4755, 0o2755, 0o6711, 0o4000, 0o7777]) {
        assert.equal(verdict(made, name, ...args(mode)), EPERM, `${base}: ${name} ${mode.toString(8)}`);
      }
      for (const mode of [0, 0o644, 0o755, 0o1777]) {
        assert.equal(verdict(made, name, ...args(mode)), "allow", `${base}: ${name} ${mode.toString(8)}`);
      }
    }
    // Without a flag that makes a file the mode is whatever the register held.
    assert.equal(verdict(made, "openat", 0, 0, O_RDONLY, 0o7777), "allow");
    assert.equal(verdict(made, "openat2"), ENOSYS);
    assert.equal(verdict(made, "mkdir", 0, 0o2755), "allow");
  }
  // A call that the host's profile does not have stays away.
  assert.equal(verdict(restrict(HOSTS, "no-setid"), "fchmodat2", 0, 0, 0o755), "default");
});

Deno.test("H5: where a folder hands its group on, the bit that says so can be set, and setuid cannot", () => {
  const made = restrict(baseProfile(), "no-setuid");
  for (
    const [mode, wanted] of [[0o2755, "allow"], [0o755, "allow"], [0o4755, EPERM], [0o6755, EPERM]] as const
  ) {
    assert.equal(verdict(made, "fchmodat", 0, 0, mode), wanted);
    assert.equal(verdict(made, "open", 0, 0o101, mode), wanted);
  }
});

Deno.test("H5: where packages can be installed, setuid programs can be made", () => {
  for (const profile of Object.values(BASES)) {
    const made = restrict(profile, "narrowed");
    assert.equal(verdict(made, "chmod", 0, 0o4755), "allow");
    assert.equal(verdict(made, "openat", 0, 0, 0o101, 0o4755), "allow");
    assert.equal(verdict(made, "openat2"), "allow");
  }
});

Deno.test("restrict() leaves the sockets of a box's own network, and none that lead past it", () => {
  const [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK] = [1, 2, 10, 16, 17, 38, 40];
  for (const profile of Object.values(BASES)) {
    const made = restrict(profile, "narrowed");
    for (const family of [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET]) {
      assert.equal(verdict(made, "socket", family, 1, 0), "allow", `${family}`);
    }
    for (const family of [0, 3, AF_ALG, AF_VSOCK, 45]) {
      assert.equal(verdict(made, "socket", family, 1, 0), "default");
    }
    assert.equal(verdict(made, "socket", AF_NETLINK, 3, 9), 22);
    // runc leaves out what the default says too, and libseccomp then allows the call for the sake of the rules of "socket".
    const { defaultErrnoRet } = profile as { defaultErrnoRet?: number };
    const refused = verdict(made, "socketcall");
    assert.ok(typeof refused === "number" && ![EPERM, ENOSYS, defaultErrnoRet].includes(refused));
  }
});

Deno.test("seccompProfile() follows the host's profile, and is our own where there is none", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const names = async (path: string) =>
      (JSON.parse(await Deno.readTextFile(path)) as SeccompProfile).syscalls[0]!.names;
    const none = await seccompProfile(folder, "no-setid", [`${folder}/none.json`]);
    assert.ok((await names(none)).includes("execve"));
    const host = `${folder}/host.json`;
    await Deno.writeTextFile(host, JSON.stringify(HOSTS));
    const made = await seccompProfile(folder, "no-setid", [`${folder}/none.json`, host]);
    assert.deepEqual(await names(made), ["read", "mkdir"]);
    assert.equal(await seccompProfile(folder, "no-setid", [host]), made);
    assert.notEqual(await seccompProfile(folder, "narrowed", [host]), made);
    await Deno.writeTextFile(
      host,
      JSON.stringify({ ...HOSTS, syscalls: [{ names: ["write"], action: "SCMP_ACT_ALLOW" }] }),
    );
    assert.deepEqual(await names(await seccompProfile(folder, "no-setid", [host])), ["write"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
