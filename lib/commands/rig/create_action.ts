/**
 * `kanibako rig create`: what it does.
 *
 * @module
 */

import { createOfTemplate, createRig } from "../../app/rig/create.ts";
import { UsageError } from "../../host/error.ts";
import { success } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import { handOptions } from "./hand_options.ts";
import type { RigCreateFlags } from "./rig_make.ts";

/** Makes a rig: by hand, or of a template. */
export default async function create(this: Context, flags: RigCreateFlags, name: string): Promise<void> {
  const { base, template, engine, force } = flags;
  if (template !== undefined) {
    for (
      const [flag, given] of [["--always-commit", flags.alwaysCommit], [
        "--no-commit-on-error",
        flags.noCommitOnError,
      ]]
    ) {
      if (given) throw new UsageError(`${flag} and --template cannot be used together: no shell is opened.`);
    }
    await createOfTemplate(await this.host(), name, { template, base, engine, force });
    return;
  }
  const { reference } = await createRig(await this.host(), name, { ...await handOptions(flags), base });
  success(`Made the rig ${name} (${reference}). To use it: kanibako start --image ${name}`);
}
