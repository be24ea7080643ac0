import assert from "node:assert/strict";
import { bootstrapSuite, bootstrapWords } from "../../lib/rig/bootstrap.ts";
import { baseOf, findRecipe, findTemplates, recipeHash } from "../../lib/rig/containerfiles.ts";
import { TestUser } from "./world.ts";

Deno.test("findRecipe() prefers the user's own, and takes no path for a name", async () => {
  await using user = await TestUser.create();
  assert.equal((await findRecipe(user.host.dirs, "oci"))?.source, "bundled");
  await user.recipe("oci", "FROM scratch\n");
  assert.deepEqual((await findRecipe(user.host.dirs, "oci"))?.text, "FROM scratch\n");
  assert.equal(await findRecipe(user.host.dirs, "../oci"), undefined);
  assert.equal(await findRecipe(user.host.dirs, "constructor"), undefined);
});

Deno.test("findTemplates() takes exactly named files", async () => {
  await using user = await TestUser.create();
  const bundled = await findTemplates(user.host.dirs);
  assert.ok(bundled.every(({ source }) => source === "bundled"));
  const path = await user.recipe(
    "template-mine",
    "# kanibako-template: Mine\n# kanibako-template-check: mine --version\nFROM x\n",
  );
  for (const name of ["template-", "template-Mine", "template-a.b", "other", "template--x"]) {
    await user.recipe(name, "FROM x");
  }
  const mine = {
    name: "mine",
    source: "user",
    path,
    description: "Mine",
    checks: ["mine --version"],
    caches: {},
    vendors: [],
  };
  const all = await findTemplates(user.host.dirs);
  assert.deepEqual(all, [...bundled, mine].sort((a, b) => a.name < b.name ? -1 : 1));
});

Deno.test("baseOf() finds what a recipe stands on", () => {
  const of = (text: string) => baseOf({ name: "x", text, source: "user" });
  assert.deepEqual(of("ARG BASE_IMAGE=a/b:1\nFROM ${BASE_IMAGE}\n"), {
    reference: "a/b:1",
    replaceable: true,
  });
  assert.deepEqual(of("from --platform=linux/amd64 debian AS x\n"), {
    reference: "debian",
    replaceable: false,
  });
  assert.equal(of("FROM scratch\n"), undefined);
  assert.equal(of("ARG X\nFROM $X\n"), undefined);
});

Deno.test("recipeHash() changes with the recipe and with a file it copies", async () => {
  const a = await recipeHash({ name: "x", text: "FROM a\n", source: "bundled" });
  const b = await recipeHash({ name: "x", text: "FROM b\n", source: "bundled" });
  const c = await recipeHash({ name: "x", text: "FROM a\n", source: "user" });
  assert.notEqual(a, b);
  assert.equal(a, c);
  assert.match(a, /^[0-9a-f]{16}$/);
});

Deno.test("the bundled recipes give every rig the same agent", async () => {
  await using user = await TestUser.create();
  const [min, oci] = [await findRecipe(user.host.dirs, "min"), await findRecipe(user.host.dirs, "oci")];
  assert.match(min!.text, /useradd --uid 1000 --gid 1000/);
  assert.deepEqual(baseOf(oci!), { reference: "localhost/kanibako-min:latest", replaceable: true });
  for (const { text } of [min!, oci!]) assert.match(text, /\nUSER agent\n(?![\s\S]*USER root)/);
});

Deno.test("bootstrapSuite() knows Debian's own images only", () => {
  assert.equal(bootstrapSuite("docker.io/library/debian:trixie-slim"), "trixie");
  assert.equal(bootstrapSuite("debian:bookworm"), "bookworm");
  for (
    const other of [
      "debian:12",
      "debian",
      "ghcr.io/x/debian:trixie",
      "docker.io/x/debian:trixie",
      "ubuntu:noble",
    ]
  ) {
    assert.equal(bootstrapSuite(other), undefined, other);
  }
});

Deno.test("bootstrapWords() needs no root and ends with suite and file", () => {
  const words = bootstrapWords("/usr/bin/mmdebstrap", "trixie", "/c/base.tar");
  assert.ok(words.includes("--mode=auto"));
  assert.deepEqual(words.slice(-2), ["trixie", "/c/base.tar"]);
});
