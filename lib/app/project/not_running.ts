/**
 * The error for a box that has to run and does not.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Project, qualifiedName } from "../../project/project.ts";

/** The error, with how to start it. `publish`: ports that are to be published then. */
export function notRunning(project: Project, publish: readonly string[] = []): KanibakoError {
  const name = shellQuote(qualifiedName(project));
  const words = publish.map((port) => ` --publish ${shellQuote(port)}`).join("");
  return new KanibakoError("not-running", `The box ${name} is not running.`, {
    hint: `Start it: kanibako start ${name}${words}`,
  });
}
