/**
 * Forgets a workset, and deletes its data when asked to.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { note, out } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { findWorkset } from "../../project/workset/find.ts";
import { planWorksetRemoval, type WorksetRemoval } from "../../project/workset/remove.ts";
import type { Context } from "../context.ts";
import { makeChange, showLeft } from "../box/project/make_change.ts";
import type { WorksetRmFlags } from "./workset.ts";

/** Runs `kanibako workset rm`. */
export default async function worksetRm(this: Context, flags: WorksetRmFlags, word: string): Promise<void> {
  const host = await this.host();
  const workset = await findWorkset(host, word, this.cwd);
  const removal = await planWorksetRemoval(host, workset, flags);
  const { name } = workset;
  const count = removal.members.length;
  if (count > 0 && !flags.force) {
    throw new KanibakoError(
      "has-projects",
      `Cannot remove the workset ${name}: it has ${count === 1 ? "a project" : `${count} projects`}.`,
      {
        hint: [
          `Take them out first: kanibako workset disconnect ${name} ${removal.members[0]!.name}`,
          "Or forget them with it: add --force",
        ],
      },
    );
  }
  const report = await makeChange(host, { ...flags, plan: false }, {
    name,
    plan: async () => (await planWorksetRemoval(host, workset, flags)).change,
    explain: () => explanation(removal, flags.purge),
  });
  if (!report) return;
  out(`Removed the workset ${name} (${workset.root}) from the registry.`);
  showLeft(report);
  if (!flags.purge) {
    note(`Its folder is kept: ${workset.root}`);
    note(`To take it up again: kanibako workset create --existing ${shellQuote(workset.root)}`);
  } else if (report.left.length === 0) out("Deleted its data.");
}

function explanation({ workset, lost, data }: WorksetRemoval, purge: boolean): string[] {
  return [
    `This removes the workset ${workset.name} (${workset.root}) from the registry.`,
    ...(purge
      ? ["It deletes its boxes' homes and settings, its vaults and its workspaces:"]
      : ["Its folder stays."]),
    ...data.map((path) => `  ${path}`),
    ...(lost.length === 0 ? [] : ["With them the only copy of these projects' files:"]),
    ...lost.map((path) => `  ${path}`),
  ];
}
