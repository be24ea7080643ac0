import { resumeProject } from "../../../app/project/pause.ts";
import { out } from "../../../host/ui/terminal.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";

/** Lets the paused box of a project go on. */
export default async function resume(
  this: Context,
  _flags: Record<never, never>,
  word?: string,
): Promise<void> {
  const { project, changed } = await resumeProject(await this.host(), word, this.cwd);
  out(changed ? `Resumed ${qualifiedName(project)}.` : `${qualifiedName(project)} is not paused.`);
}
