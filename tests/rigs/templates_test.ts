// Builds every template that the program brings, each after those it stands on, and runs its checks in a box of it: as the
// agent, without a network, with the home that a box has. What was not there before is removed afterwards.
//
// `./dev test rigs` runs this; `./dev test rigs tests/rigs/templates_test.ts --filter "rust "` only some of it.

import assert from "node:assert/strict";
import { BUNDLED_TEMPLATES } from "../../lib/rig/bundled.ts";
import { checkScript } from "../support/rig_checks.ts";
import { baseOf } from "../../lib/rig/containerfiles.ts";
import { templateHeader } from "../../lib/rig/template_header.ts";
import { User } from "../support/program.ts";

const built = new Set<string>();
let before: ReadonlySet<string> | undefined;

/** The names of templates, what others stand on first. */
function inOrder(): string[] {
  const order: string[] = [];
  const visit = (name: string) => {
    if (order.includes(name)) return;
    const { reference } = baseOf({ name, text: BUNDLED_TEMPLATES[name]!, source: "bundled" })!;
    const below = reference.match(/^localhost\/kanibako-template-(.+):latest$/)?.[1];
    if (below !== undefined) visit(below);
    order.push(name);
  };
  Object.keys(BUNDLED_TEMPLATES).sort().forEach(visit);
  return order;
}

async function templateImages(user: User): Promise<Set<string>> {
  const all = await user.engine("images", "--format={{.Repository}}:{{.Tag}}");
  return new Set(all.split("\n").filter((name) => name.startsWith("localhost/kanibako-template-")));
}

for (const name of inOrder()) {
  Deno.test(`template ${name} is built and passes its checks`, async () => {
    await using user = await User.make();
    before ??= await templateImages(user);
    const began = performance.now();
    const prepared = await user.run(["rig", "prep", name, "--force"]);
    assert.equal(prepared.code, 0, prepared.stderr);
    const seconds = Math.round((performance.now() - began) / 1000);
    for (const image of await templateImages(user)) if (!before.has(image)) built.add(image);
    const size = await user.engine("images", "--format={{.Size}}", `localhost/kanibako-template-${name}`);
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
  for (const name of inOrder().reverse()) {
    const image = `localhost/kanibako-template-${name}:latest`;
    if (built.has(image)) await user.engine("rmi", image).catch((error) => console.error(error));
  }
});
