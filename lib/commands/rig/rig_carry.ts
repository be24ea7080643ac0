/**
 * The `kanibako rig` commands that carry rigs from one machine to another: declarations.
 *
 * @module
 */

import { choice, type Command, command, text, toggle, word } from "../command.ts";
import { engine } from "../shared_options.ts";
import type { EngineFlag } from "./engine_flag.ts";

/** Options of `rig export`. */
export interface RigExportFlags extends EngineFlag {
  readonly as?: "rootfs" | "qcow2";
  readonly out?: string;
  readonly force: boolean;
}

/** Options of `rig import`. */
export interface RigImportFlags extends EngineFlag {
  readonly name?: string;
  readonly force: boolean;
}

/** The declaration of `rig export`. */
export const rigExport: Command = command<RigExportFlags, [name: string]>({
  brief: "Write a rig made by hand to a file, or make a machine of a rig",
  description:
    `Without --as, writes a rig that was made by hand, for rig import on another machine. With --as, makes a machine of
any rig, with kanibako in it, and prepares the rig first if it is not there. No root is needed, and nothing of the rig
is run.

  rootfs  the root file system of a system container, such as for LXC or systemd-nspawn
  qcow2   a disk that boots, of a rig with a kernel: vm, or one that is built on it`,
  flags: {
    as: choice(["rootfs", "qcow2"], "Make a machine: a root file system or a disk"),
    out: text("FILE", "File to write [default: NAME.rig.tgz, NAME.tar.zst or NAME.qcow2]"),
    force: toggle("Replace a file that is there"),
    engine,
  },
  short: { o: "out", f: "force" },
  positional: [word("name", "Name of a rig")],
  examples: [
    ["kanibako rig export lxc --as rootfs --out host.tar.xz", "a system container that is a host for boxes"],
    ["kanibako rig export vm --as qcow2", "a virtual machine that is one"],
  ],
  load: () => import("./export_action.ts"),
});

/** The declaration of `rig import`. */
export const rigImport: Command = command<RigImportFlags, [file: string]>({
  brief: "Read a rig from a file written by rig export",
  flags: {
    name: text("NAME", "Name of the rig here [default: the name it had]"),
    force: toggle("Replace a rig of that name that was made by hand"),
    engine,
  },
  short: { f: "force" },
  positional: [word("file", "File written by rig export")],
  load: () => import("./import_action.ts"),
});
