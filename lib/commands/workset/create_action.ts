/**
 * Makes a workset.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted, KanibakoError, UsageError } from "../../host/error.ts";
import { confirm } from "../../host/ui/prompt.ts";
import { note, out } from "../../host/ui/terminal.ts";
import { runChange } from "../../project/change/change.ts";
import { createWorkset } from "../../project/workset/create.ts";
import type { Context } from "../context.ts";
import { askedLines } from "../box/settings/approval.ts";
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
  if (flags.existing) return await takeUp(host, second ?? first ?? this.cwd, this.cwd, name, flags);
  if (flags.force) throw new UsageError("--force goes with --existing.");
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

/** What a workset's files say decides what boxes may do: it is shown, and counts only when somebody says so. */
async function takeUp(
  host: Host,
  path: string,
  cwd: string,
  name: string | undefined,
  flags: WorksetCreateFlags,
): Promise<void> {
  if (flags.image !== undefined || flags.standalone || flags.noVault || flags.distinctAuth) {
    throw new UsageError("With --existing the workset keeps its own settings.", {
      hint: "To change them afterwards: kanibako workset config NAME KEY=VALUE",
    });
  }
  const { planTakingUp } = await import("../../project/workset/take_up.ts");
  const request = { path, cwd, ...(name === undefined ? {} : { name }) };
  const plan = await planTakingUp(host, request);
  note(`The workset ${plan.name} in ${plan.root}, with these projects:`);
  for (const member of plan.members) note(`  ${member.name} (${member.path})`);
  if (plan.members.length === 0) note("  (none)");
  for (const [of, asked] of plan.asked) {
    note(of === "workset" ? "Its settings ask for:" : `Those of ${of} ask for:`);
    for (const line of askedLines(asked)) note(`  ${line}`);
  }
  if (!flags.force && !await confirm("Shall it be taken up as it is?")) throw new Aborted();
  await runChange(host, plan.change, {
    check: async () => {
      if ((await planTakingUp(host, request)).texts === plan.texts) return;
      throw new KanibakoError("changed", "Cannot go on: the workset was changed meanwhile.", {
        hint: "Look at it, and try again. Nothing was done.",
      });
    },
  });
  out(`Took up workset ${plan.name} in ${plan.root}`);
  note(`Its projects: kanibako workset info ${plan.name}`);
}
