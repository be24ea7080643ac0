/**
 * Makes a machine of a rig: the root file system of a system container, or a bootable disk.
 *
 * No root is needed, nothing is mounted, and nothing of the rig is run. What makes the disk is a program in a container of its own.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { type Compression, writeWhole } from "../../archive/write.ts";
import { OutStream } from "../../archive/out_stream.ts";
import { KanibakoError } from "../../host/error.ts";
import { type ProgramMount, self } from "../../host/self.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { FileLock } from "../../host/store.ts";
import { writeAll } from "../../host/write_all.ts";
import type { ImageStore } from "../../runtime/images.ts";
import type { Progress } from "../../spec/ui.ts";
import { prepareRig } from "../prepare.ts";
import { EXPORT, RIG_LOCKS, Scratch } from "../scratch.ts";
import { LAUNCHER, type RootContents, type RootJob, writeRoot } from "./root_archive.ts";

/** The rig with the tools for a disk. */
const DISK_TOOLS = "disk";
/** How large the disk is, in MiB. Only what is used of it takes room. */
const DISK_MIB = 32 * 1024;

/** What a rig becomes. */
export type MachineForm = "rootfs" | "qcow2";

/** What to make, and with what. */
export interface MachineOptions {
  readonly host: Host;
  readonly store: ImageStore;
  readonly progress: Progress;
  /** The rig, as the user calls it. */
  readonly word: string;
  readonly form: MachineForm;
  /** The file to write. */
  readonly file: string;
  /** Of a root file system: how it is compressed. */
  readonly compression: Compression;
  /** Takes the place of a file that is there. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
}

/** What was made. */
export interface Machine {
  /** The file that was written. */
  readonly file: string;
  /** Of the file, in bytes. */
  readonly bytes: number;
  /** Whether it has an init, so that it can be booted. A disk has one. */
  readonly hasInit: boolean;
}

/**
 * Makes the file, whole or not at all. Throws what having the rig fails with, `no-kernel` for a disk of a rig without one, and what
 * `packArchive` throws.
 */
export async function exportMachine(options: MachineOptions): Promise<Machine> {
  const { host, store, progress, word, form, file, overwrite = false } = options;
  const program = await programFiles();
  const reference = (await prepareRig(word, options)).reference;
  const tools = form === "qcow2" ? (await prepareRig(DISK_TOOLS, options)).reference : undefined;
  const writing = { overwrite, ...(options.signal ? { signal: options.signal } : {}) };
  const compression = form === "qcow2" ? "none" : options.compression;
  return await writeWhole(file, compression, async (out, _beside, signal) => {
    using _lock = await FileLock.acquire(`${host.dirs.state}/${RIG_LOCKS[EXPORT]}`);
    await Scratch.sweep(host.dirs, EXPORT);
    await using scratch = await Scratch.create(host.dirs, EXPORT);
    const tarFile = `${scratch.path}/root.tar`;
    progress.step(`Reading the files of ${word}`);
    await store.exportRoot(reference, tarFile, { signal });
    const { hasInit } = tools === undefined
      ? await writeRoot({ tarFile, word, program }, out, signal)
      : await writeDisk({ ...options, signal, tools, program, tarFile, scratch: scratch.path }, out);
    await out.finish();
    return (bytes) => ({ file, bytes, hasInit });
  }, writing);
}

async function programFiles(): Promise<readonly ProgramMount[]> {
  const program = await (await self()).mounts(LAUNCHER);
  if (program.length > 0) return program;
  throw new KanibakoError("no-program", "Cannot find the files of kanibako to put them into the rig.", {
    hint: "Use the kanibako program for this.",
  });
}

interface DiskJob extends Pick<MachineOptions, "store" | "progress" | "word">, Pick<RootJob, "program"> {
  readonly tools: string;
  readonly tarFile: string;
  readonly scratch: string;
  readonly signal: AbortSignal;
}

async function writeDisk(job: DiskJob, out: OutStream): Promise<RootContents> {
  const { store, progress, word, program, tools, tarFile, scratch, signal } = job;
  const root = crypto.randomUUID();
  const boot = crypto.randomUUID().slice(0, 8).toUpperCase();
  const bootUuid = `${boot.slice(0, 4)}-${boot.slice(4)}`;
  const table =
    `UUID=${root} / ext4 errors=remount-ro 0 1\nUUID=${bootUuid} /boot/efi vfat umask=0077,nofail 0 2\n`;
  const input = `${scratch}/machine.tar`;
  const contents = await writeFile(
    input,
    signal,
    (to) => writeRoot({ tarFile, word, program, texts: [{ path: "etc/fstab", text: table }] }, to, signal),
  );
  await Deno.remove(tarFile);
  if (!contents.hasKernel || !contents.hasInit) throw noKernel(word);
  progress.step(`Making a disk of ${word}`);
  const output = `${scratch}/disk.qcow2`;
  // The shell that opens it may have another umask.
  (await Deno.open(output, { write: true, createNew: true, mode: 0o600 })).close();
  const words = ["make-disk", root, boot, `${DISK_MIB}`];
  const onOutput = (text: string) => progress.output(text);
  await store.filter({ image: tools, words, input, output }, { onOutput, signal });
  await Deno.remove(input);
  for await (const piece of (await Deno.open(output, { read: true })).readable) await out.put(piece);
  return contents;
}

async function writeFile<T>(
  path: string,
  signal: AbortSignal,
  fill: (out: OutStream) => Promise<T>,
): Promise<T> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  const out = new OutStream((bytes) => Promise.resolve(writeAll(file, bytes)), signal);
  const result = await fill(out);
  await out.finish();
  return result;
}

function noKernel(word: string): KanibakoError {
  return new KanibakoError("no-kernel", `The rig ${shellQuote(word)} has no kernel or no init to boot.`, {
    hint: [
      "Use the rig vm, or a rig of your own that is built on it (FROM localhost/kanibako-vm:latest).",
      `For a system container instead: kanibako rig export ${shellQuote(word)} --as rootfs`,
    ],
  });
}
