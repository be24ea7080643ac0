/**
 * Makes a workset, or takes one up that is there.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { assertNoBoxLink } from "../../plan/box_links.ts";
import { runChange } from "../../project/change/change.ts";
import type { WorksetPlace } from "../../project/project.ts";
import { folderMeant } from "../../project/relocate/destination.ts";
import { assertOutOfReach } from "../../run/reach.ts";
import { createWorkset as create } from "../../project/workset/create.ts";
import { planTakingUp } from "../../project/workset/take_up.ts";
import { info } from "../../spec/ui.ts";
import { askedLines } from "../config/approval_words.ts";

/** What the workset shall be like. */
export interface WorksetRequest {
  /** Its folder. */
  readonly path: string;
  readonly cwd: string;
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  readonly noVault?: boolean | undefined;
  readonly standalone?: boolean | undefined;
  /** Its boxes get logins of their own. */
  readonly distinctAuth?: boolean | undefined;
}

/** Makes a workset. Throws as `createWorkset` of the project layer. */
export async function createWorkset(host: Host, request: WorksetRequest): Promise<WorksetPlace> {
  const { path, cwd, name, image } = request;
  await assertNoBoxLink(host, path, cwd);
  await assertOutOfReach(host, await folderMeant(path, cwd));
  return await create(host, {
    path,
    cwd,
    ...(name === undefined ? {} : { name }),
    ...(image === undefined ? {} : { image }),
    ...(request.noVault ? { vault: false } : {}),
    standalone: request.standalone ?? false,
    distinctAuth: request.distinctAuth ?? false,
  });
}

/**
 * Takes up a workset that is there. What its files say decides what boxes may do: it is noted, and counts only when somebody says so, or
 * with `force`. Throws {@link Aborted} for a no, `changed`, and as `planTakingUp`.
 */
export async function takeUpWorkset(
  host: Host,
  { path, cwd, name }: Pick<WorksetRequest, "path" | "cwd" | "name">,
  force: boolean = false,
): Promise<WorksetPlace> {
  await assertNoBoxLink(host, path, cwd);
  const request = { path, cwd, ...(name === undefined ? {} : { name }) };
  const plan = await planTakingUp(host, request);
  await assertOutOfReach(host, plan.root);
  info(host.ui, "workset-found", {
    name: plan.name,
    root: plan.root,
    members: plan.members.map((member) => ({ name: member.name, path: member.path })),
    asked: [...plan.asked].map(([of, asked]) => ({ of, lines: askedLines(asked) })),
  });
  if (!force && !await host.ui.confirm({ text: "Register it as it is?" })) throw new Aborted();
  await runChange(host, plan.change, {
    check: async () => {
      if ((await planTakingUp(host, request)).texts === plan.texts) return;
      throw new KanibakoError("changed", "The workset was changed by another process.", {
        hint: "Check it and try again; nothing was changed.",
      });
    },
  });
  return { name: plan.name, root: plan.root };
}
