import type { Context } from "../context.ts";
import { recordStandalone, widening } from "../../config/approval.ts";
import { readBoxFiles } from "../../config/box_files.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { confirm } from "../../host/prompt.ts";
import { note, out } from "../../host/terminal.ts";
import { locateProject } from "../../project/locate.ts";
import type { ApproveFlags } from "./approve.ts";

/** Shows what a standalone project asks for, and approves exactly that content. */
export default async function approve(this: Context, flags: ApproveFlags, word?: string): Promise<void> {
  const host = await this.host();
  const project = await locateProject(host, word, this.cwd);
  if (project.mode !== "standalone") {
    throw new KanibakoError(
      "not-standalone",
      `${project.path} is no standalone project: there is nothing to approve.`,
    );
  }
  const files = await readBoxFiles(host.dirs.state, project);
  const asked = widening(files.config, files.env);
  if (asked.length === 0) {
    out(`${project.name} asks for nothing that needs approval.`);
    return;
  }
  note(`${project.name} (${project.metadata}/project.toml and env) sets:`);
  for (const name of asked) {
    const value = files.config.values[name] ??
      (name.startsWith("env.") ? files.env[name.slice(4)] : undefined);
    note(value === undefined ? `  ${name}` : `  ${name} = ${value}`);
  }
  if (!flags.force && !await confirm("Approve exactly this content?")) throw new Aborted();
  // Of what was shown: the files may change while the question stands.
  await recordStandalone(host.dirs.state, project.path, {
    name: project.name,
    approved: await files.digest(),
    sharedAuth: project.sharedAuth,
  });
  out(`Approved. A change of these files needs your approval again.`);
}
