/**
 * Copies a project to a folder beside it.
 *
 * @module
 */

import { KanibakoError } from "../../../host/error.ts";
import { note, out } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { planDuplicate } from "../../../project/duplicate.ts";
import { locateProject } from "../../../project/locate.ts";
import { qualifiedName } from "../../../project/project.ts";
import { slug } from "../../../project/names.ts";
import { base } from "../../../project/relocate/places.ts";
import { findWorkset } from "../../../project/workset/find.ts";
import type { Context } from "../../context.ts";
import { makeChange, showLeft } from "./make_change.ts";
import type { ForkFlags } from "./move.ts";

/** Runs `kanibako box fork NAME`. */
export default async function fork(this: Context, flags: ForkFlags, word: string): Promise<void> {
  const host = await this.host();
  const name = word.trim();
  if (!/^[^/\\.\p{Cc}]{1,60}$/u.test(name)) {
    throw new KanibakoError(
      "bad-name",
      `Cannot fork to ${shellQuote(word)}: give a word without "/", "\\" or ".".`,
    );
  }
  const project = await locateProject(host, flags.project, this.cwd);
  const { workset } = project;
  const copy = `${base(project.path)}.${name}`;
  // In its workset a project's folder is called as the project is.
  const inside = workset !== undefined && project.path.startsWith(`${workset.root}/`);
  const path = `${project.path}.${name}`;
  const report = await makeChange(host, flags, {
    name: qualifiedName(project),
    plan: async () =>
      await planDuplicate(host, await locateProject(host, project.path, "/"), {
        cwd: this.cwd,
        what: "fork",
        withCredentials: flags.withCredentials,
        ...(workset ? { workset: await findWorkset(host, workset.name), name: slug(copy) } : {}),
        ...(inside ? {} : { path }),
      }),
  });
  if (!report) return;
  const made = inside ? `${workset.root}/workspaces/${slug(copy)}` : path;
  out(`Forked ${qualifiedName(project)} to ${made}.`);
  note(`Start it in another terminal: kanibako ${shellQuote(made)}`);
  showLeft(report);
}
