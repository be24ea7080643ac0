/**
 * The `kanibako rig` commands that carry rigs from one machine to another: declarations.
 *
 * @module
 */

import { type Command, command, text, toggle, word } from "../command.ts";
import { engine } from "../shared_options.ts";
import type { EngineFlag } from "./engine_flag.ts";

/** Options of `rig export`. */
export interface RigExportFlags extends EngineFlag {
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
  brief: "Write a rig made by hand to a file",
  flags: {
    out: text("FILE", "File to write [default: NAME.rig.tgz]"),
    force: toggle("Replace a file that is there"),
    engine,
  },
  short: { o: "out", f: "force" },
  positional: [word("name", "Name of a rig")],
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
