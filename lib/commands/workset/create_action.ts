/**
 * Makes a workset.
 *
 * @module
 */

import { createWorkset, takeUpWorkset } from "../../app/workset/create.ts";
import { UsageError } from "../../host/error.ts";
import { note, out } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { WorksetCreateFlags } from "./workset.ts";

/** Runs `kanibako workset create [PATH]`, or the older `kanibako workset create NAME PATH`. */
export default async function worksetCreate(
  this: Context,
  flags: WorksetCreateFlags,
  first?: string,
  second?: string,
): Promise<void> {
  if (second !== undefined && flags.name !== undefined) {
    throw new UsageError("Give the name only once: as the first of two arguments, or with --name.");
  }
  const name = second === undefined ? flags.name : first;
  const path = second ?? first ?? this.cwd;
  const host = await this.host();
  if (flags.existing) {
    checkExisting(flags);
    const workset = await takeUpWorkset(host, { path, cwd: this.cwd, name }, flags.force);
    out(`Registered workset ${workset.name} in ${workset.root}`);
    note(`Its projects: kanibako workset info ${workset.name}`);
    return;
  }
  if (flags.force) throw new UsageError("--force requires --existing.");
  const workset = await createWorkset(host, { ...flags, path, cwd: this.cwd, name });
  out(`Created workset ${workset.name} in ${workset.root}`);
  note(`To add a project: kanibako workset connect ${workset.name} FOLDER`);
  note(`To create one in it: kanibako create ${workset.name}/NAME`);
}

function checkExisting(flags: WorksetCreateFlags): void {
  if (flags.image === undefined && !flags.standalone && !flags.noVault && !flags.distinctAuth) return;
  throw new UsageError("With --existing, the workset keeps its own settings.", {
    hint: "To change them afterwards: kanibako workset config NAME KEY=VALUE",
  });
}
