/**
 * What a run is kept under.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { readRegistry } from "../../project/registry.ts";
import { branchNameOf } from "./branch_name.ts";

export { keptBox } from "./kept.ts";

/** The name: that of the branch around `cwd`, or a new one. Throws `no-repository`, and `name-taken` where a project has it. */
export async function keptName(host: Host, cwd: string, branch: boolean): Promise<string> {
  if (!branch) return `run-${crypto.randomUUID().slice(0, 8)}`;
  const name = await branchNameOf(cwd);
  const { projects, worksets } = await readRegistry(host);
  if (!Object.hasOwn(projects, name) && !Object.hasOwn(worksets, name)) return name;
  throw new KanibakoError(
    "name-taken",
    `A project is called ${shellQuote(name)}, as a box of this branch would be.`,
    {
      hint: "Use --keep without --branch, which makes a name of its own.",
    },
  );
}
