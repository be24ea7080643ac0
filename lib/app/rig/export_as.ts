/**
 * Makes a machine of a rig: a root file system for a system container, or a disk for a virtual machine.
 *
 * @module
 */

import { absolutePath, isFolder } from "../../host/path.ts";
import type { Host } from "../../config/system.ts";
import { UsageError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { compressionOf } from "../../project/archive/file.ts";
import { baseName } from "../../rig/image_name.ts";
import { exportMachine, type Machine, type MachineForm } from "../../rig/rootfs/export.ts";
import { rigStore } from "./store.ts";

export type { Machine, MachineForm } from "../../rig/rootfs/export.ts";

/** What to make of a rig, and where. */
export interface MachineExport {
  /** What it becomes. */
  readonly as: MachineForm;
  /** A file, or a folder that gets one. [default: the current folder] */
  readonly out?: string | undefined;
  /** The engine that has it [default: as configured]. */
  readonly engine?: string | undefined;
  /** Replaces a file that is there. */
  readonly force?: boolean;
  /** Ends the work. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes it, and prepares the rig first where it is not here. `cwd`: what relative paths are relative to. Throws `usage` for a name that does not say what is to be in the file,
 * `no-rig`, `rig-failed`, `no-kernel`, `exists`, `cannot-write`.
 */
export async function exportRigAs(
  host: Host,
  word: string,
  options: MachineExport & { readonly cwd: string },
): Promise<Machine> {
  const { as, out, cwd, engine, force = false, signal } = options;
  const { file, compression } = machineFile(word, as, out, cwd);
  return await exportMachine({
    host,
    store: await rigStore(host, engine),
    progress: host.ui.progress(),
    word,
    form: as,
    file,
    compression,
    overwrite: force,
    ...(signal ? { signal } : {}),
  });
}

const ENDINGS = { rootfs: ".tar.zst", qcow2: ".qcow2" } as const;

/** The file to write, absolute, and how it is compressed. */
export function machineFile(
  word: string,
  form: MachineForm,
  out: string | undefined,
  cwd: string,
): { readonly file: string; readonly compression: "zst" | "xz" | "none" } {
  const path = out === undefined ? cwd : absolutePath(out, cwd);
  const file = out === undefined || out.endsWith("/") || isFolder(path)
    ? `${path.replace(/\/+$/, "")}/${baseName(word)}${ENDINGS[form]}`
    : path;
  if (form === "qcow2") {
    if (file.endsWith(".qcow2")) return { file, compression: "none" };
    throw new UsageError(`Cannot write a disk to ${shellQuote(file)}: its name does not end with .qcow2.`);
  }
  const compression = compressionOf(file);
  if (compression) return { file, compression };
  throw new UsageError(`The name ${shellQuote(file)} does not say how to compress it.`, {
    hint: "Use a name that ends with .tar.zst, .tar.xz or .tar.",
  });
}
