/** The error of a rig that is not there: where it was set, if it was. */

import assert from "node:assert/strict";
import { KanibakoError } from "../../lib/host/error.ts";
import type { Project } from "../../lib/project/project.ts";
import { withOrigin } from "../../lib/session/get_rig.ts";
import { DEFAULT, fromPart } from "../../lib/spec/source.ts";

Deno.test("a rig that is not there: a setting that can be taken away is named, the grant of a helper is not", () => {
  const error = new KanibakoError("no-rig", 'There is no rig "x".', {
    hint: "To list rigs: kanibako rig list",
  });
  const project = { name: "api" } as Project;
  const hints = (level: "system" | "box", from = DEFAULT) =>
    (withOrigin(error, project, { value: "x", level, from }) as KanibakoError).hints;
  assert.match(hints("system")[1]!, /^x is set by box\.image .*kanibako system config --reset image$/);
  assert.deepEqual(hints("box", fromPart("its grant")), ["To list rigs: kanibako rig list"]);
});
