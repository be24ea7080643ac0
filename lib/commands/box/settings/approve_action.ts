import type { Context } from "../../context.ts";
import { KanibakoError } from "../../../host/error.ts";
import { out } from "../../../host/ui/terminal.ts";
import { locateProject } from "../../../project/locate.ts";
import { approveShown } from "./approval.ts";
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
  const approved = await approveShown(host, project, flags.force);
  out(
    approved
      ? "Approved. A change of these files needs your approval again."
      : `${project.name} asks for nothing that needs approval.`,
  );
}
