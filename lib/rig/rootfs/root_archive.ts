/**
 * A rig's root file system as an archive that becomes a machine: without what belonged to a container, and with this program.
 *
 * @module
 */

import { archiveFrom } from "../../archive/in_stream.ts";
import { overLimit, OWN_LIMITS } from "../../archive/limits.ts";
import type { OutStream } from "../../archive/out_stream.ts";
import { BLOCK } from "../../archive/tar_header.ts";
import type { ProgramMount } from "../../host/self.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { copyMembers } from "./copy_members.ts";
import { OwnMembers, type OwnText } from "./own_members.ts";

/** Where the program is in it. */
export const LAUNCHER = "/usr/local/bin/kanibako";
const PROGRAM_FOLDER = "opt/kanibako";

/** Folders whose content every machine makes when it starts. */
const EMPTY = ["dev", "proc", "run", "sys", "tmp"];
/** What an engine left, and what two machines must not share. */
const LEFT_OUT = new Set([
  ".dockerenv",
  "etc/hostname",
  "etc/hosts",
  "etc/machine-id",
  "etc/resolv.conf",
  "var/lib/dbus/machine-id",
]);
const HOST_KEY = /^etc\/ssh\/ssh_host_[^/]*_key(\.pub)?$/;

/** What an archive says of the machine it becomes. */
export interface RootContents {
  /** It has an init, so it can be booted. */
  readonly hasInit: boolean;
  /** It has a kernel with its initial file system. */
  readonly hasKernel: boolean;
}

/** What to make of a root file system. */
export interface RootJob {
  /** The engine's archive of it. */
  readonly tarFile: string;
  /** The rig, as the user calls it. */
  readonly word: string;
  /** This program's files, with {@link LAUNCHER} as the path that starts it. */
  readonly program: readonly ProgramMount[];
  /** Files that take the place of those in the rig. */
  readonly texts?: readonly OwnText[];
}

/** Writes the archive, to its end. */
export async function writeRoot(job: RootJob, out: OutStream, signal: AbortSignal): Promise<RootContents> {
  const subject = `the files of the rig ${shellQuote(job.word)}`;
  const texts = [...MACHINE, ...job.texts ?? []];
  const replaced = new Set([...texts.map(({ path }) => path), LAUNCHER.slice(1)]);
  const folders = new Set<string>();
  let hasInit = false;
  let kernel = false;
  let initrd = false;
  const tooMuch = () => overLimit(subject, "there is too much");
  const file = await Deno.open(job.tarFile, { read: true });
  await using from = archiveFrom(file.readable, OWN_LIMITS, tooMuch, signal);
  await copyMembers(from, out, subject, ({ path, kind }) => {
    // Who unpacks it as root would make a way to this machine's disks of a device that a rig brings along.
    if (kind === "device" || isLeftOut(path) || replaced.has(path)) return false;
    if (kind === "folder") folders.add(path);
    else if (/^(usr\/)?sbin\/init$/.test(path)) hasInit = true;
    if (kind === "file" && path.startsWith("boot/vmlinuz-")) kernel = true;
    if (kind === "file" && path.startsWith("boot/initrd.img-")) initrd = true;
    return true;
  });
  const own = new OwnMembers(out, subject, folders);
  for (const text of texts) await own.addText(text);
  await own.addProgram(job.program);
  await out.put(new Uint8Array(2 * BLOCK));
  return { hasInit, hasKernel: kernel && initrd };
}

/** systemd makes an id of its own where the file is empty. */
const MACHINE: readonly OwnText[] = [
  { path: "etc/hostname", text: "kanibako\n" },
  {
    path: "etc/hosts",
    text: "127.0.0.1 localhost\n127.0.1.1 kanibako\n::1 localhost ip6-localhost ip6-loopback\n",
  },
  { path: "etc/machine-id", text: "", mode: 0o444 },
];

function isLeftOut(path: string): boolean {
  const [top, ...below] = path.split("/");
  return below.length > 0 && EMPTY.includes(top!) || LEFT_OUT.has(path) || HOST_KEY.test(path) ||
    path.startsWith(`${PROGRAM_FOLDER}/`);
}
