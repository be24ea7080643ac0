/**
 * Deletes the data of one box, or of all.
 *
 * @module
 */

import { Aborted, UsageError } from "../../../host/error.ts";
import { confirmYes } from "../../../host/ui/prompt.ts";
import { note, out, showError } from "../../../host/ui/terminal.ts";
import { listProjects } from "../../../project/list.ts";
import { locateProject } from "../../../project/locate.ts";
import { findRemoval } from "../../../project/remove.ts";
import type { Context } from "../../context.ts";
import { removeBox } from "./remove_box.ts";
import type { PurgeFlags } from "./move.ts";

/** Runs `kanibako box purge [project] [--all]`. */
export default async function purge(this: Context, flags: PurgeFlags, word?: string): Promise<number> {
  const host = await this.host();
  if (!flags.all) {
    const target = word ?? (await locateProject(host, undefined, this.cwd)).path;
    await removeBox(host, await findRemoval(host, target, this.cwd), { ...flags, purge: true });
    return 0;
  }
  if (word !== undefined) throw new UsageError("Give a project or --all, not both.");
  const all = await listProjects(host);
  if (all.length === 0) {
    out("There is no box.");
    return 0;
  }
  if (!flags.force && !flags.plan) {
    const sure = await confirmYes(
      `This deletes all data of ${
        all.length === 1 ? "this box" : `these ${all.length} boxes`
      }: homes, settings, history.`,
      ...all.map(({ name, path }) => `  ${name}${path === undefined ? "" : ` (${path})`}`),
      "The projects' own folders stay.",
    );
    if (!sure) throw new Aborted();
  }
  let done = 0;
  for (const { name, path, workset } of all) {
    try {
      const known = path ?? (workset ? `${workset.name}/${name}` : name);
      await removeBox(host, await findRemoval(host, known, "/"), { ...flags, purge: true, force: true });
      done++;
    } catch (error) {
      showError(error);
    }
  }
  if (!flags.plan) note(`Purged ${done} of ${all.length}.`);
  return done === all.length ? 0 : 1;
}
