// Rigs that stand on each other, or on themselves: an error that says so, and never an endless search.

import assert from "node:assert/strict";
import { makeOfTemplate } from "../../lib/rig/create/of_template.ts";
import { prepareRig } from "../../lib/rig/prepare.ts";
import { readRigRows, writeRigRow } from "../../lib/rig/registry.ts";
import { FakeImages } from "../support/fake_images.ts";
import { TestUser } from "./world.ts";

const fails = { code: "rig-failed", output: /stands on itself/ };

function failure(error: unknown): boolean {
  const { code, output } = error as { readonly code?: string; readonly output?: string };
  assert.equal(code, fails.code);
  assert.match(output ?? "", fails.output);
  return true;
}

Deno.test("a Containerfile that stands on its own image, by one step or by two, is an error", async () => {
  await using user = await TestUser.create();
  await user.recipe("template-me", "FROM localhost/kanibako-template-me:latest\n");
  await user.recipe("template-one", "FROM localhost/kanibako-template-two:latest\n");
  await user.recipe("template-two", "FROM localhost/kanibako-template-one:latest\n");
  const how = { host: user.host, store: new FakeImages(), progress: user.progress };
  for (const word of ["me", "one", "two"]) await assert.rejects(prepareRig(word, how), failure, word);
  // An older image of it will do as long as it is there.
  how.store.add("localhost/kanibako-template-two:latest");
  assert.equal((await prepareRig("one", how)).how, "built");
});

Deno.test("a rig of a template that is to stand on itself is an error, and is not written down", async () => {
  await using user = await TestUser.create();
  await user.recipe("template-go", "ARG BASE_IMAGE=localhost/kanibako-oci:latest\nFROM ${BASE_IMAGE}\n");
  const how = { host: user.host, store: new FakeImages(), progress: user.progress };
  const make = (name: string, base: string) =>
    makeOfTemplate({ ...how, name, template: "go", base, replace: () => true });
  await assert.rejects(make("mine", "mine"), failure);
  assert.deepEqual(await readRigRows(user.host.dirs), {});
  for (const [name, base] of [["a", "b"], ["b", "a"]] as const) {
    await writeRigRow(user.host.dirs, name, {
      kind: "template",
      source_type: "template",
      source: "go",
      foundation_source: base,
    });
  }
  await assert.rejects(prepareRig("a", how), failure);
});
