/**
 * Makes a project.
 *
 * @module
 */

import { create as createProject, type Created, differences } from "../../../app/project/create.ts";
import { KanibakoError, UsageError } from "../../../host/error.ts";
import { note, out, warn } from "../../../host/ui/terminal.ts";
import { enumerated } from "../../../host/ui/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import { warning } from "../../../spec/ui.ts";
import type { Context } from "../../context.ts";
import type { CreateFlags } from "./create.ts";

/** Runs `kanibako create`. */
export default async function create(this: Context, flags: CreateFlags, path?: string): Promise<void> {
  if (flags.allowHome && !flags.standalone) throw new UsageError("--allow-home requires --standalone.");
  const host = await this.host();
  let made: Created;
  try {
    made = await createProject(host, { ...flags, path, cwd: this.cwd });
  } catch (error) {
    const exists = error instanceof KanibakoError && error.code === "already-a-project";
    if (!exists || !flags.ifMissing) throw error;
    const unlike = await differences(host, { ...flags, path, cwd: this.cwd });
    if (unlike.length > 0) {
      const options = enumerated(unlike);
      throw new KanibakoError(
        "already-a-project",
        `This is a project already, and ${options} would change nothing.`,
        {
          hint: "To see what it is: kanibako box info",
        },
      );
    }
    out(`Already a project: ${path ?? this.cwd}`);
    return;
  }
  out(`Created ${made.project.mode} project in ${made.project.path}`);
  note(`Project name: ${qualifiedName(made.project)}`);
  if (made.repository.length > 0) warning(host.ui, "repository-lacks", { lines: made.repository });
  for (const text of made.warnings) warn(text);
  for (const text of made.hints) note(text);
}
