import { pauseProject } from "../../../app/project/pause.ts";
import { note, out } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";

/** Pauses the box of a project. */
export default async function pause(
  this: Context,
  _flags: Record<never, never>,
  word?: string,
): Promise<void> {
  const { project, changed } = await pauseProject(await this.host(), word, this.cwd);
  const name = qualifiedName(project);
  out(changed ? `Paused ${name}.` : `${name} is already paused.`);
  note(`To resume it: kanibako box resume ${shellQuote(name)}`);
}
