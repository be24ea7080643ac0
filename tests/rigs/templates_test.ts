// Builds every template that the program brings, each after those it stands on, and runs its checks in a box of it: as the
// agent, without a network, with the home that a box has. What was not there before is removed afterwards.
//
// `./dev test rigs` runs this; `./dev test rigs tests/rigs/templates_test.ts --filter "template rust "` only some of it.

import assert from "node:assert/strict";
import { BUNDLED_TEMPLATES } from "../../lib/rig/bundled.ts";
import { checkScript } from "../support/rig_checks.ts";
import { baseOf } from "../../lib/rig/containerfiles.ts";
import { templateHeader } from "../../lib/rig/template_header.ts";
import { User } from "../support/program.ts";

/** Names of templates whose images were not there before. */
const made = new Set<string>();
let before: ReadonlySet<string> | undefined;

/** A template and those it stands on, the lowest first. */
function withBases(name: string): string[] {
  const { reference } = baseOf({ name, text: BUNDLED_TEMPLATES[name]!, source: "bundled" })!;
  const below = reference.match(/^localhost\/kanibako-template-(.+):latest$/)?.[1];
  return [...below === undefined ? [] : withBases(below), name];
}

/** The names of templates, what others stand on first. */
const inOrder = [...new Set(Object.keys(BUNDLED_TEMPLATES).sort().flatMap(withBases))];

const imageOf = (name: string) => `localhost/kanibako-template-${name}:latest`;

async function images(user: User): Promise<Set<string>> {
  return new Set((await user.engine("images", "--format={{.Repository}}:{{.Tag}}")).split("\n"));
}

for (const name of inOrder) {
  Deno.test(`template ${name} is built and passes its checks`, async () => {
    await using user = await User.make();
    before ??= await images(user);
    // Others may build some meanwhile: only what is asked for here goes afterwards.
    for (const one of withBases(name)) if (!before.has(imageOf(one))) made.add(one);
    const began = performance.now();
    const prepared = await user.run(["rig", "prep", name, "--force"]);
    assert.equal(prepared.code, 0, prepared.stderr);
    const seconds = Math.round((performance.now() - began) / 1000);
    const size = await user.engine("images", "--format={{.Size}}", imageOf(name));
    const cwd = await user.folder();
    // As root, a project of the agent's id, so that the box runs as the agent.
    if (Deno.uid() === 0) await Deno.chown(cwd, 1000, 1000);
    const script = checkScript(templateHeader(BUNDLED_TEMPLATES[name]!));
    const { code, stdout, stderr } = await user.run(["shell", "--image", name, "--", "sh", "-c", script], {
      cwd,
    });
    console.log(`${name}: ${seconds} s, ${size.trim()}\n${stdout.trimEnd()}`);
    assert.equal(code, 0, `${stdout}\n${stderr}`);
  });
}

Deno.test.afterAll(async () => {
  await using user = await User.make();
  // What stands on others goes before them.
  for (const name of inOrder.toReversed()) {
    if (made.has(name)) await user.engine("rmi", imageOf(name)).catch((error) => console.error(error));
  }
});
