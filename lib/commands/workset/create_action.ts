/**
 * Makes a workset.
 *
 * @module
 */

import { UsageError } from "../../host/error.ts";
import { note, out } from "../../host/terminal.ts";
import { createWorkset } from "../../workset/create.ts";
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
    throw new UsageError("Give the name once: as the first of two words, or with --name.");
  }
  const name = second === undefined ? flags.name : first;
  const host = await this.host();
  const workset = await createWorkset(host, {
    path: second ?? first ?? this.cwd,
    cwd: this.cwd,
    ...(name === undefined ? {} : { name }),
    ...(flags.image === undefined ? {} : { image: flags.image }),
    ...(flags.noVault ? { vault: false } : {}),
    standalone: flags.standalone,
    distinctAuth: flags.distinctAuth,
  });
  out(`Created workset ${workset.name} in ${workset.root}`);
  note(`Bring a project in: kanibako workset connect ${workset.name} FOLDER`);
  note(`Make one in it: kanibako create ${workset.name}/NAME`);
}
