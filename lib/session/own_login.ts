/**
 * `--distinct-auth`: it acts when a project is made. Of a project that is there it is either true already, or must not be passed over.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { type Project, qualifiedName } from "../project/project.ts";

/** The project, as the option has it. Throws `login-shared` for one that is there and uses the host's login. */
export function withOwnLogin(project: Project): Project {
  if (!project.exists) return { ...project, sharedAuth: false };
  if (!project.sharedAuth) return project;
  const name = qualifiedName(project);
  throw new KanibakoError(
    "login-shared",
    `The box ${name} uses the host's login, and --distinct-auth acts only when a project is created.`,
    { hint: `To give it a login of its own: kanibako box config ${name} auth=distinct` },
  );
}
