/**
 * `kanibako system migrate`.
 *
 * @module
 */

import { type Command, command, text, toggle } from "../command.ts";
import { json, plan } from "../shared_options.ts";

/** Options of `system migrate`. */
export interface SystemMigrateFlags {
  readonly from?: string;
  readonly approve: boolean;
  readonly plan: boolean;
  readonly json: boolean;
}

/** The declaration of `system migrate`. */
export const systemMigrate: Command = command<SystemMigrateFlags>({
  brief: "Take over the boxes and settings of the earlier Python program",
  description:
    `Reads the data of the versions 0.x, 1.0 to 1.2 (TOML) and 1.5 (YAML): settings, boxes with their homes and
vaults, worksets, standalone projects, agents' files, rigs, templates and shared folders. None of the original
files is changed. What cannot be taken over is listed with the reason. You can run it again at any time.`,
  flags: {
    from: text(
      "DIR",
      "Home, data folder, standalone project or workset to take over [default: your own data folder]",
    ),
    approve: toggle("Also take over shares and seeds, and data that other users can change"),
    plan,
    json,
  },
  examples: [
    ["kanibako system migrate --plan", "show what would be taken over"],
    ["kanibako system migrate --from /mnt/backup/home/ann", "take over from a copy of a home"],
  ],
  load: () => import("./migrate_action.ts"),
});
