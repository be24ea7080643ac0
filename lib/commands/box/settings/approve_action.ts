import { approveProject } from "../../../app/config/approval.ts";
import { out } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import type { ApproveFlags } from "./approve.ts";

/** Shows what a standalone project asks for, and approves exactly that content. */
export default async function approve(this: Context, flags: ApproveFlags, word?: string): Promise<void> {
  const { project, approved } = await approveProject(await this.host(), word, this.cwd, flags.force);
  out(
    approved
      ? "Approved. Changes of these files must be approved again."
      : `${project.name} has no settings that need approval.`,
  );
}
