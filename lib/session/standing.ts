/**
 * Where the user stands in a project, as its box has it. A command begins there, and so does an agent, as it would on this machine.
 *
 * @module
 */

import { isWithin } from "../project/layout.ts";
import type { Project } from "../project/project.ts";
import type { StandIn } from "./stand_in.ts";

/** As much of a session as says so. */
interface Standing {
  readonly request: { readonly cwd: string; readonly held?: true; readonly standIn?: StandIn };
  readonly project: Pick<Project, "path">;
}

/**
 * The folder of the workspace in which something begins, relative to it; `undefined`: the workspace itself. Agents keep their
 * conversations by folder, and go on with those of the folder in which they begin.
 */
export function standing({ request, project }: Standing): string | undefined {
  if (request.held || request.standIn?.role === "helper") return undefined;
  const { cwd } = request;
  // A line of a file says where it is.
  if (cwd === project.path || !isWithin(cwd, project.path) || cwd.includes("\n")) return undefined;
  return cwd.slice(project.path.length + 1);
}

/** The same as a box has it whose workspace is at `place`. */
export function standingAt(place: string, session: Standing): string | undefined {
  const at = standing(session);
  return at === undefined ? undefined : `${place}/${at}`;
}
