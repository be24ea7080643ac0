/**
 * Where the user stands in a project, as its box has it.
 *
 * @module
 */

import { isWithin } from "../project/layout.ts";
import { BOX_WORKSPACE } from "../spec/box_paths.ts";
import type { Project } from "../project/project.ts";

/** As much of a session as says so. */
interface Standing {
  readonly request: { readonly cwd: string; readonly held?: true; readonly scratch?: Project };
  readonly project: Pick<Project, "path">;
  /** The agent, when one runs. */
  readonly agent: unknown;
}

/**
 * The folder of the workspace in which a command runs; `undefined`: the workspace itself. An agent stays there: it keeps its
 * conversations by folder, and would not find them again from another one.
 */
export function standing({ request, project, agent }: Standing): string | undefined {
  if (agent || request.held || request.scratch) return undefined;
  const { cwd } = request;
  // A line of a file says where it is.
  if (cwd === project.path || !isWithin(cwd, project.path) || cwd.includes("\n")) return undefined;
  return BOX_WORKSPACE + cwd.slice(project.path.length);
}
