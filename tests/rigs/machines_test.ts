// Machines made of the rigs lxc and vm by the program itself, each booted once: the root file system by systemd-nspawn, the disk by
// QEMU without the processor's help. Both run `kanibako --version` as the agent.

import assert from "node:assert/strict";
import { findExecutable } from "../../lib/host/process.ts";
import { version } from "../../lib/host/version.ts";
import { until, User } from "../support/program.ts";

/** A machine without the processor's help, on a busy one, is slow. */
const BOOT_MS = 15 * 60_000;
const BOOTS_SYSTEM_CONTAINERS = Deno.uid() === 0 && findExecutable("systemd-nspawn") !== undefined;
const QEMU = findExecutable("qemu-system-x86_64");
const IS_X86 = Deno.build.arch === "x86_64";

async function output(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(words[0]!, { args: words.slice(1) }).output();
  const text = new TextDecoder().decode(stdout);
  if (code !== 0) throw new Error(`${words.join(" ")}: ${code}: ${text}${new TextDecoder().decode(stderr)}`);
  return text;
}

/** The process that is the first of a machine, by its root folder. */
async function firstProcess(root: string): Promise<string | undefined> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const status = await Deno.readTextFile(`/proc/${name}/status`).catch(() => "");
    if (!/^NSpid:\t\d+\t1$/m.test(status)) continue;
    const identity = (path: string) =>
      Deno.stat(path).then(({ dev, ino }) => `${dev}:${ino}`, () => undefined);
    if (await identity(`/proc/${name}/root/`) === await identity(root)) return name;
  }
  return undefined;
}

Deno.test({
  name:
    "rig export lxc --as rootfs gives a root file system that boots without a failed unit and has kanibako",
  ignore: !BOOTS_SYSTEM_CONTAINERS, // it takes root and systemd-nspawn
  fn: async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    const { code, stderr } = await user.run(["rig", "export", "lxc", "--as", "rootfs"], { cwd });
    assert.equal(code, 0, stderr);
    const root = `${cwd}/root`;
    await Deno.mkdir(root);
    await output("tar", "-xpf", `${cwd}/lxc.tar.zst`, "-C", root);
    const machine = new Deno.Command("systemd-nspawn", {
      args: [
        "--register=no",
        "--keep-unit",
        `--directory=${root}`,
        "--private-network",
        "--boot",
        "--console=pipe",
      ],
      // systemd of the rig knows no other hierarchy.
      env: { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      let first: string | undefined;
      await until(async () => (first = await firstProcess(root)) !== undefined, 60_000, "no machine");
      const inside = (...words: string[]) => output("nsenter", `--target=${first}`, "--all", ...words);
      const state = () => inside("systemctl", "is-system-running").catch((error: Error) => error.message);
      await until(async () => /^(running|.*degraded)/.test(await state()), 120_000, "it does not come up");
      assert.equal(await inside("systemctl", "--failed", "--no-legend", "--plain"), "");
      assert.equal(
        await inside("runuser", "-l", "agent", "-c", "kanibako --version"),
        `kanibako ${version}\n`,
      );
      assert.match(await inside("runuser", "-l", "agent", "-c", "podman info"), /rootless: true/);
      assert.match(await inside("systemctl", "is-active", "ssh.service"), /^active/);
      // Its own keys, made when it started.
      assert.match(await inside("ls", "/etc/ssh"), /ssh_host_ed25519_key/);
      await inside("systemctl", "poweroff");
      await machine.status;
    } finally {
      try {
        machine.kill("SIGKILL");
      } catch { /* it has ended */ }
    }
  },
});

Deno.test({
  name: "rig export vm --as qcow2 gives a disk that boots and has kanibako",
  ignore: QEMU === undefined || !IS_X86, // it takes QEMU for this processor
  fn: async () => {
    await using user = await User.make();
    const cwd = await user.folder();
    const { code, stderr } = await user.run(["rig", "export", "vm", "--as", "qcow2"], { cwd });
    assert.equal(code, 0, stderr);
    const words = ["-accel", "tcg", "-m", "1024", "-smp", "2", "-nographic", "-nic", "none"];
    const machine = new Deno.Command(QEMU!, {
      args: [...words, "-drive", `file=${cwd}/vm.qcow2,if=virtio`],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let said = "";
    const reading = machine.stdout.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (text) => void (said += text) }),
    );
    try {
      await until(() => Promise.resolve(said.includes("agent@kanibako")), BOOT_MS, "it does not come up");
      const writer = machine.stdin.getWriter();
      const asked = "kanibako --version; echo ended=$?; sudo systemctl poweroff\n";
      await writer.write(new TextEncoder().encode(asked));
      await until(() => Promise.resolve(/^ended=\d+/m.test(said)), BOOT_MS, "kanibako does not answer");
      assert.match(said, new RegExp(`^kanibako ${version.replaceAll(".", "\\.")}\\s+ended=0`, "m"));
      await machine.status;
    } catch (error) {
      console.error(said.slice(-4000));
      throw error;
    } finally {
      try {
        machine.kill("SIGKILL");
      } catch { /* it has ended */ }
      await reading;
    }
  },
});
