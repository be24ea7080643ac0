/** T53, T54, T55: what a process in a box can do to the kernel, to its host and to its own limits. */

import assert from "node:assert/strict";
import { rootless, User } from "../support/program.ts";
import { inBox, inBoxOk } from "./support.ts";

/** What a box tries, one shell script each. `exit 0` means it got through. */
const TRIES: Readonly<Record<string, string>> = {
  "mount a file system": "mkdir -p /tmp/m && mount -t tmpfs none /tmp/m",
  "bind-mount the root": "mkdir -p /tmp/m && mount --bind / /tmp/m",
  "remount what is read-only": "mount -o remount,rw /run/kanibako/in",
  "unmount what hides the vault": "umount /home/agent/workspace/vault",
  "make a user namespace": "unshare -r true",
  "make a user and a mount namespace": "unshare -rm true",
  "make a network namespace": "unshare -rn true",
  "enter the first process's namespaces": "nsenter -t 1 -m -p true && test ! -r /run/kanibako/in/env",
  "write to /sys":
    "f=$(find /sys -maxdepth 4 -type f 2>/dev/null | head -1); echo 1 >/sys/kernel/profiling || echo x >>$f",
  "write to /proc/sys":
    "echo 1 >/proc/sys/kernel/core_pattern || echo 1 >/proc/sys/kernel/hostname || echo 1 >/proc/sys/vm/drop_caches",
  "reboot by /proc": "echo h >/proc/sysrq-trigger",
  "read the kernel's memory": "head -c 1 /proc/kcore | grep -q . || head -c1 /dev/mem",
  "write to a cgroup":
    "find /sys/fs/cgroup -name cgroup.procs 2>/dev/null | while read f; do if echo 1 >$f; then echo got; fi; done | grep -q got",
  "make a cgroup":
    "grep -E ' - cgroup2? ' /proc/self/mountinfo | cut -d' ' -f5 | while read d; do mkdir $d/evil && echo got; done | grep -q got",
  "make a device": "mknod /tmp/d b 8 0 && head -c1 /tmp/d",
  "change the clock": "date -s '2001-01-01'",
  "change the host name": "hostname evil",
  "load a module": "modprobe dummy || insmod /x",
  "change root": "chroot / true",
  "change the network": "ip link set lo down || ip link add d type dummy",
  "read the kernel's log": "dmesg | grep -q . || head -c1 /dev/kmsg | grep -q .",
  "overwrite this program": "echo x >/opt/kanibako/deno || echo x >/home/agent/.local/bin/kanibako",
  "overwrite what runs first":
    "echo x >/run/kanibako/in/enter || mv /run/kanibako/in/enter /tmp/x || rm /run/kanibako/in/enter",
  "overwrite the accounts": "echo 'evil::0:0::/:/bin/sh' >>/etc/passwd",
  "use the kernel's keyring": `python3 - <<'P'
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
# add_key(2), request_key(2), keyctl(2) on x86_64 and on arm64.
import platform
add, keyctl = (248, 250) if platform.machine() == "x86_64" else (217, 219)
r = [libc.syscall(add, b"user", b"evil", b"x", 1, -3), libc.syscall(keyctl, 0, -3, 1)]
sys.exit(0 if any(one >= 0 for one in r) else 1)
P`,
  "use bpf, userfaultfd or perf": `python3 - <<'P'
import ctypes, sys, platform
libc = ctypes.CDLL(None, use_errno=True)
bpf, fault, perf = {"x86_64": [321, 323, 298], "aarch64": [280, 282, 241]}[platform.machine()]
buffer = ctypes.create_string_buffer(256)
r = [libc.syscall(bpf, 0, buffer, 120), libc.syscall(fault, 0), libc.syscall(perf, buffer, 0, -1, -1, 0)]
sys.exit(0 if any(one >= 0 for one in r) else 1)
P`,
  "use io_uring": `python3 - <<'P'
import ctypes, sys
sys.exit(0 if ctypes.CDLL(None).syscall(425, 1, ctypes.create_string_buffer(256)) >= 0 else 1)
P`,
  // Both know no networks: to the machine below a virtual one, and to the kernel's ciphers.
  "open a socket that leads past its network": `python3 - <<'P'
import socket, sys
for family in (socket.AF_VSOCK, socket.AF_ALG):
    try: socket.socket(family, socket.SOCK_STREAM if family == socket.AF_VSOCK else socket.SOCK_SEQPACKET)
    except OSError: continue
    sys.exit(0)
sys.exit(1)
P`,
  "open such a socket as a 32-bit program": `python3 - <<'P'
import ctypes, mmap, platform, struct, sys
if platform.machine() != "x86_64": sys.exit(1)
low = lambda prot: mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40, prot=prot)
at = lambda place: ctypes.addressof(ctypes.c_char.from_buffer(place))
words, code = low(3), low(7)
got = []
for family, kind in ((40, 1), (38, 5)):
    words.seek(0); words.write(struct.pack("<3I", family, kind, 0))
    # socketcall(SYS_SOCKET, words), then socket(family, kind, 0).
    for number, b, c, d in ((102, 1, at(words), 0), (359, family, kind, 0)):
        code.seek(0)
        code.write(b"\\x53\\xb8" + struct.pack("<I", number) + b"\\xbb" + struct.pack("<I", b) + b"\\xb9" + struct.pack("<I", c) + b"\\xba" + struct.pack("<I", d) + b"\\xcd\\x80\\x5b\\xc3")
        got.append(ctypes.CFUNCTYPE(ctypes.c_int)(at(code))())
sys.exit(0 if any(one >= 0 for one in got) else 1)
P`,
  "read the kernel's log by its call": `python3 - <<'P'
import ctypes, platform, sys
libc = ctypes.CDLL(None)
number = 103 if platform.machine() == "x86_64" else 116
sys.exit(0 if libc.syscall(number, 10, None, 0) > 0 else 1)
P`,
};

Deno.test("T54 a box cannot mount, make namespaces, write to the kernel's files or to what the host hands in", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  for (const profile of rootless ? ["standard", "strict"] : ["strict"]) {
    const script = Object.entries(TRIES).map(([what, text]) =>
      `if (${text}\n) >/dev/null 2>&1 </dev/null; then echo "GOT: ${what}"; fi`
    ).join("\n");
    const tried = await inBox(user, folder, `${script}\necho all tried`, ["--security", profile]);
    assert.equal(tried.stdout, "all tried\n", profile);
    // The tools that tried are there: a failure was a refusal.
    const tools =
      "command -v mount umount unshare nsenter mknod date hostname chroot dmesg python3 >/dev/null && unshare --help >/dev/null";
    await inBoxOk(
      user,
      folder,
      `${tools} && mkdir /tmp/x && echo x >/tmp/x/y && cat /run/kanibako/in/enter >/dev/null`,
      ["--security", profile],
    );
  }
});

Deno.test("T54 sudo does not get a box any further either", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const script = Object.entries(TRIES).filter(([what]) =>
    !["overwrite the accounts", "change root"].includes(what)
  )
    .map(([what, text]) =>
      `cat >/tmp/try <<'TRY'\n${text}\nTRY
if sudo -n sh /tmp/try >/dev/null 2>&1 </dev/null; then echo "GOT: ${what}"; fi`
    ).join("\n");
  const tried = await inBox(user, folder, `${script}\necho all tried`);
  assert.equal(tried.stdout, "all tried\n");
  const sudo = await inBox(user, folder, "sudo -n id -u");
  if (rootless) {
    // The allowed thing, where root of the box is nobody on the host: packages can be unpacked, owned and run.
    assert.equal(sudo.stdout, "0\n", sudo.stderr);
    const install = await inBoxOk(
      user,
      folder,
      `sudo -n sh -ec 'chown 33:33 /srv; install -m 4755 /bin/true /usr/local/bin/t; mkdir /var/lib/x; chmod 600 /var/lib/x; su www-data -s /bin/sh -c id'`,
    );
    assert.match(install, /www-data/);
    const strict = await inBox(user, folder, "sudo -n id -u", ["--security", "strict"]);
    assert.notEqual(strict.code, 0);
  } else assert.notEqual(sudo.code, 0, "without a user namespace root of the box would be root of the host");
});

Deno.test("T54 the agent's process holds no capability, and can gain none where it must not", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const status = (words: string[]) =>
    inBoxOk(user, folder, "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status", words);
  const strict = await status(["--security", "strict"]);
  for (const set of ["Inh", "Prm", "Eff", "Bnd", "Amb"]) {
    assert.match(strict, new RegExp(`Cap${set}:\\s0+\n`));
  }
  assert.match(strict, /NoNewPrivs:\s1/);
  assert.match(strict, /Seccomp:\s2/);
  const usual = await status([]);
  for (const set of ["Inh", "Prm", "Eff", "Amb"]) assert.match(usual, new RegExp(`Cap${set}:\\s0+\n`), usual);
  assert.match(usual, /Seccomp:\s2/);
  if (rootless) {
    // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETFCAP: what installing packages needs.
    assert.match(usual, /CapBnd:\s00000000800000fb\n/);
    assert.match(usual, /NoNewPrivs:\s0/);
  } else assert.equal(usual, strict);
});

Deno.test("T54 a box sees no process, device, socket or file system of the host", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const seen = await inBoxOk(
    user,
    folder,
    `echo "processes: $(ls -d /proc/[0-9]* | wc -l)"; cat /proc/*/cmdline | tr '\\0' ' '; echo
     echo "root: $(ls -di /proc/1/root/ | cut -d' ' -f1) $(ls -di / | cut -d' ' -f1)"
     ls -l /proc/1/root/ >/dev/null && cat /proc/1/root/etc/hostname
     find / -xdev \\( -name '*.sock' -o -type s \\) 2>/dev/null; ls /dev; env`,
  );
  assert.doesNotMatch(seen, /supervise|conmon|dockerd|containerd/);
  assert.ok(Number(/processes: (\d+)/.exec(seen)![1]) < 20, seen);
  const [, one, own] = /root: (\d*) (\d+)/.exec(seen)!;
  assert.ok(one === "" || one === own, seen);
  assert.doesNotMatch(seen, /docker\.sock|podman\.sock|bus|SSH_AUTH_SOCK|DBUS/);
  assert.doesNotMatch(seen, /^(sd[a-z]|nvme.*|loop.*|mem|kmsg|kvm|fuse|port)$/m);
});

Deno.test("T54 a process of a box cannot be traced from another box of the same user", async () => {
  await using user = await User.make();
  const [one, other] = [await user.folder(), await user.folder()];
  const marker = `marker-${crypto.randomUUID()}`;
  const first = user.start(["shell", "--", "sh", "-c", `exec -a ${marker} sleep 20 || sleep 20`], {
    cwd: one,
  });
  const seen = await inBoxOk(
    user,
    other,
    "sleep 1; cat /proc/*/cmdline /proc/*/environ 2>/dev/null | tr '\\0' '\\n'",
  );
  assert.doesNotMatch(seen, new RegExp(marker));
  assert.doesNotMatch(seen, new RegExp(one));
  await user.run(["stop", "--all", "--force"]);
  await first.ended;
});

Deno.test("T55 a fork bomb stops at the box's limit, and says so; the host and the next box are fine", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  // Counted by what could be started: where podman has no cgroup to limit, the box's user is limited instead.
  const bomb = `python3 - <<'P'
import os, sys, time
made = 0
try:
    while made < 500:
        if os.fork() == 0: time.sleep(30); os._exit(0)
        made += 1
except OSError as error: print(error.strerror)
print(made)
sys.stdout.flush()
P
kill -9 -1`;
  const limited = await inBox(user, folder, bomb, ["--pids", "64"]);
  assert.match(limited.stdout, /Resource temporarily unavailable\n\d+/);
  const made = Number(limited.stdout.trim().split("\n").at(-1));
  assert.ok(made > 10 && made < 64, limited.stdout);
  const free = await inBoxOk(user, folder, "for i in $(seq 100); do sleep 2 & done; wait; echo all", [
    "--pids",
    "200",
  ]);
  assert.equal(free, "all\n");
});

Deno.test("H8: the limit of processes is the box's, however many users the box becomes", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  // Each says how many it could make, beside the others.
  const bombs = `cat >/tmp/bomb.py <<'P'
import os, sys, time
made = 0
try:
    while made < 200:
        if os.fork() == 0: time.sleep(6); os._exit(0)
        made += 1
except OSError: pass
os.write(1, b"made %d\\n" % made)
time.sleep(4)
P
for u in daemon games man; do sudo -n -u $u python3 /tmp/bomb.py 2>/dev/null & done
python3 /tmp/bomb.py & sleep 5; kill -9 -1`;
  const limited = await inBox(user, folder, bombs, ["--pids", "64"]);
  const made = [...limited.stdout.matchAll(/^made (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
  assert.ok(made > 10 && made < 64, `${limited.stdout}\n${limited.stderr}`);
  if (noMemoryLimit) {
    assert.match(limited.stderr, /sudo does not work in this box/);
    assert.notEqual((await inBox(user, folder, "sudo -n true", ["--pids", "64"])).code, 0);
  }
  // The allowed thing: without a limit of its own a box of yours has sudo.
  if (rootless) assert.equal(await inBoxOk(user, folder, "sudo -n -u games id -un"), "games\n");
});

const noMemoryLimit = rootless &&
  await Deno.stat("/sys/fs/cgroup/cgroup.controllers").then(() => false, () => true);

Deno.test({
  name: `T55 memory beyond the limit ends the process, not the host${
    noMemoryLimit ? " (not without root on a host with cgroup version 1: this is reported)" : ""
  }`,
  ignore: noMemoryLimit,
  fn: async () => {
    await using user = await User.make();
    const folder = await user.folder();
    const eat = "python3 -c 'x = bytearray(400 << 20); print(len(x))'";
    const eaten = await inBox(user, folder, eat, ["--memory", "128m"]);
    assert.notEqual(eaten.code, 0);
    assert.doesNotMatch(eaten.stdout, /\d/);
    assert.equal(await inBoxOk(user, folder, eat, ["--memory", "600m"]), `${400 << 20}\n`);
  },
});

Deno.test({
  name: "T55 a limit this host cannot enforce is refused, not passed over",
  ignore: !noMemoryLimit,
  fn: async () => {
    await using user = await User.make();
    const folder = await user.folder();
    const limited = await inBox(user, folder, "true", ["--memory", "128m"]);
    assert.equal(limited.code, 1);
    assert.match(limited.stderr, /memory limit .* is not enforced/);
    assert.doesNotMatch((await inBox(user, folder, "true")).stderr, /enforced/);
  },
});

Deno.test("T53 containers inside a box work where the profile allows them, and otherwise fail and change nothing", async () => {
  await using user = await User.make();
  const folder = await user.folder();
  const nested =
    "podman info >/dev/null 2>/tmp/why; code=$?; head -c 2000 /tmp/why; grep CapEff /proc/self/status; exit $code";
  const usual = await inBox(user, folder, nested);
  assert.notEqual(usual.code, 0);
  assert.match(usual.stdout, /CapEff:\s0+\n/);
  assert.ok(usual.stdout.length > 30, "no reason was given");
  const allowed = await inBox(user, folder, nested, ["--security", "nested"]);
  if (rootless) assert.match(allowed.stdout, /CapEff:\s0+\n/, allowed.stdout);
  else {
    assert.notEqual(allowed.code, 0);
    assert.match(allowed.stderr, /root of the box would be root of the host/);
  }
  // No file can hold that profile.
  await user.configure('box.network = "none"', 'box.security = "nested"');
  const stored = await inBox(user, folder, "true");
  assert.equal(stored.code, 1);
  assert.match(stored.stderr, /box\.security/);
});
