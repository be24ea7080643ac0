import assert from "node:assert/strict";
import { notRunning } from "../../../lib/app/project/not_running.ts";
import type { Project } from "../../../lib/project/project.ts";

Deno.test("a box that does not run is named as a shell takes it, with the ports it is to have", () => {
  const project = { name: "my app" } as Project;
  const { message, hints } = notRunning(project, ["8000:80"]);
  assert.equal(message, "The box 'my app' is not running.");
  assert.deepEqual(hints, ["Start it: kanibako start 'my app' --publish 8000:80"]);
});
