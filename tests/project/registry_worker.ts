/** Registers one folder as a project; one of many processes of a test. */

import { openHost } from "../../lib/config/system.ts";
import { createProject } from "../../lib/project/create.ts";

const project = await createProject(await openHost(), { path: Deno.args[0]! });
console.log(project.name);
