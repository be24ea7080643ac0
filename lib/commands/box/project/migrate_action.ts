/**
 * Changes a project's mode, or finds one again whose folder was moved.
 *
 * @module
 */

import { UsageError } from "../../../host/error.ts";
import { out } from "../../../host/ui/terminal.ts";
import type { Change } from "../../../project/change/change.ts";
import { planConvert } from "../../../project/convert.ts";
import { locateProject } from "../../../project/locate.ts";
import { type ProjectMode, qualifiedName } from "../../../project/project.ts";
import { planRemap } from "../../../project/remap.ts";
import type { Context } from "../../context.ts";
import { makeChange, showLeft } from "./make_change.ts";
import { modeOf, worksetOf } from "./modes.ts";
import type { MigrateFlags } from "./move.ts";

/** Runs `kanibako box migrate`. */
export default async function migrate(
  this: Context,
  flags: MigrateFlags,
  first?: string,
  second?: string,
): Promise<void> {
  const mode = modeOf(flags.to, flags.workset);
  if (mode !== undefined) return await convert(this, flags, mode, first, second);
  if (first === undefined || second === undefined || flags.inPlace) {
    throw new UsageError("Give the project and its new folder, or the new mode with --to.");
  }
  await remap(this, flags, first, second);
}

async function convert(
  context: Context,
  flags: MigrateFlags,
  mode: ProjectMode,
  word: string | undefined,
  path: string | undefined,
): Promise<void> {
  const { cwd } = context;
  if (path !== undefined && (mode === "workset" || flags.inPlace)) {
    throw new UsageError(
      flags.inPlace ? "Give a folder or --in-place, not both." : "A workset has its own folder.",
    );
  }
  const host = await context.host();
  const project = await locateProject(host, word, cwd);
  const workset = await worksetOf(host, mode, flags.workset, cwd);
  let change: Change | undefined;
  const report = await makeChange(host, flags, {
    name: qualifiedName(project),
    plan: async () =>
      change = await planConvert(host, await locateProject(host, project.path, "/"), {
        mode,
        inPlace: flags.inPlace,
        cwd,
        ...(workset ? { workset } : {}),
        ...(flags.name === undefined ? {} : { name: flags.name }),
        ...(path === undefined ? {} : { path }),
      }),
    explain: ({ about }) => [
      `This changes the project ${about}.`,
      "Its home, settings and vault go where that mode keeps them.",
    ],
  });
  if (!report || !change) return;
  out(`Migrated ${change.about}.`);
  showLeft(report);
}

async function remap(context: Context, flags: MigrateFlags, old: string, path: string): Promise<void> {
  const { cwd } = context;
  const host = await context.host();
  let change: Change | undefined;
  const report = await makeChange(host, flags, {
    name: old,
    plan: async () =>
      change = await planRemap(host, {
        old,
        path,
        cwd,
        ...(flags.name === undefined ? {} : { name: flags.name }),
      }),
    explain: ({ about }) => [`From now on the folder of this project is another one: ${about}.`],
  });
  if (!report || !change) return;
  out(`Migrated ${change.about}.`);
  showLeft(report);
}
