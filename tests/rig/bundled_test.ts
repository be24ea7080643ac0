import assert from "node:assert/strict";
import { TEMPLATE_ALIASES } from "../../lib/rig/aliases.ts";
import { BUNDLED_TEMPLATES, VENDOR_FILES } from "../../lib/rig/bundled.ts";
import { baseOf, BUNDLED_FILES, findRecipe, findTemplates } from "../../lib/rig/containerfiles.ts";
import { HOST_CERTIFICATES } from "../../lib/rig/host_certificates.ts";
import { resolveRig } from "../../lib/rig/resolve.ts";
import { templateHeader } from "../../lib/rig/template_header.ts";
import { TestUser } from "./world.ts";

const FOLDER = new URL("../../containerfiles/", import.meta.url);
const TEMPLATES = Object.entries(BUNDLED_TEMPLATES);

Deno.test("the program brings every template and every file of a vendor that there is", () => {
  const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name);
  const templates = names.filter((name) => name.startsWith("Containerfile.template-"))
    .map((name) => name.replace("Containerfile.template-", ""))
    // Not to work in: these stand beside the rigs.
    .filter((name) => !["browser", "disk"].includes(name));
  assert.deepEqual(Object.keys(BUNDLED_TEMPLATES).sort(), templates.sort());
  assert.deepEqual(
    Object.keys(VENDOR_FILES).sort(),
    names.filter((name) => name.startsWith("vendor")).sort(),
  );
});

Deno.test("every template that the other programs have is there", () => {
  for (
    const name of [
      ...["jvm", "systems", "android", "ndk", "dotnet", "js", "behemoth"],
      ...["python", "node", "rust", "go", "ruby", "java", "php", "elixir", "c-cpp", "shell", "terraform"],
      ...["python-ci", "node-ci", "rust-ci", "data-science", "web-dev", "fullstack"],
    ]
  ) assert.ok(Object.hasOwn(BUNDLED_TEMPLATES, name), name);
});

Deno.test("every template says what it is, can be checked, and stands on a rig of ours", () => {
  for (const [name, text] of TEMPLATES) {
    const header = templateHeader(text);
    assert.ok(header.description !== "" && header.checks.length > 0, name);
    assert.match(text, /\nUSER agent\n(?![\s\S]*USER root)/, name);
    assert.match(text, new RegExp(`\nLABEL kanibako\\.rig=template-${name}\n`), name);
    // Nothing of the header is left out for its form.
    const count = (key: string) => text.split("\n").filter((line) => line.startsWith(`# ${key}: `)).length;
    assert.equal(Object.keys(header.caches).length, count("kanibako-template-cache"), name);
    assert.equal(header.checks.length, count("kanibako-template-check"), name);
    const vendorChecks = header.vendors.flatMap(({ checks }) => checks);
    assert.equal(vendorChecks.length, count("kanibako-template-check-vendor"), name);
  }
});

Deno.test("no template stands on itself, and all of them stand on the default rig", () => {
  const below = (name: string): string => {
    const { reference, replaceable } = baseOf({ name, text: BUNDLED_TEMPLATES[name]!, source: "bundled" })!;
    assert.ok(replaceable, name);
    return reference;
  };
  for (const [name] of TEMPLATES) {
    let reference = below(name);
    for (let steps = 0; reference !== "localhost/kanibako-oci:latest"; steps++) {
      assert.ok(steps < 10, name);
      const next = reference.match(/^localhost\/kanibako-template-(.+):latest$/)?.[1];
      assert.ok(next !== undefined && Object.hasOwn(BUNDLED_TEMPLATES, next), reference);
      reference = below(next);
    }
  }
});

Deno.test("what a vendor gives is in the header, installed, and brought along", () => {
  for (const [name, text] of TEMPLATES) {
    const named = templateHeader(text).vendors.map((vendor) => vendor.name);
    const installed = [...text.matchAll(/^RUN sh \/usr\/local\/lib\/kanibako\/vendor (\S+)$/gm)]
      .map(([, vendor]) => vendor!);
    assert.deepEqual(named, installed, name);
    const copied = text.match(/^COPY (.+) \/usr\/local\/lib\/kanibako\/$/m)?.[1]?.split(" ") ?? [];
    const files = ["vendor", ...named.map((vendor) => `vendor-${vendor}`), HOST_CERTIFICATES];
    assert.deepEqual(copied, named.length === 0 ? [] : files, name);
    assert.ok(copied.every((file) => file === HOST_CERTIFICATES || Object.hasOwn(BUNDLED_FILES, file)), name);
    for (const vendor of named) assert.ok(Object.hasOwn(VENDOR_FILES, `vendor-${vendor}`), vendor);
  }
});

Deno.test("another name of a template means it, unless the user has a Containerfile of that name", async () => {
  await using user = await TestUser.create();
  const around = { images: [], rows: {}, recipes: [], prefix: undefined };
  const templates = await findTemplates(user.host.dirs);
  for (const [alias, name] of Object.entries(TEMPLATE_ALIASES)) {
    assert.equal(Object.hasOwn(BUNDLED_TEMPLATES, alias), false, alias);
    const rig = resolveRig(alias, { ...around, templates });
    assert.deepEqual([rig.word, rig.recipe, rig.status], [alias, `template-${name}`, "build"]);
    const reference = `localhost/kanibako-template-${name}:latest`;
    const built = resolveRig(alias, { ...around, templates, images: [reference] });
    assert.deepEqual([built.reference, built.status], [reference, "ready"]);
  }
  await user.recipe("template-c", "FROM x\n");
  await user.recipe("bash", "FROM x\n");
  const mine = { ...around, templates: await findTemplates(user.host.dirs), recipes: ["bash"] };
  assert.equal(resolveRig("c", mine).recipe, "template-c");
  assert.equal(resolveRig("bash", mine).recipe, "bash");
  assert.equal((await findRecipe(user.host.dirs, "template-c"))?.source, "user");
});
