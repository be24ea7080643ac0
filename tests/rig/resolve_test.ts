import assert from "node:assert/strict";
import { tagged } from "../../lib/rig/image_name.ts";
import { referenceFor } from "../../lib/rig/reference.ts";
import { recipeOf, resolveRig, type RigSurroundings } from "../../lib/rig/resolve.ts";

const EMPTY: RigSurroundings = {
  images: [],
  rows: {},
  templates: [],
  recipes: ["min", "oci"],
  prefix: undefined,
};
const PREFIX = { ...EMPTY, prefix: "ghcr.io/o" };
const OURS = "ghcr.io/doctorjei/kanibako-oci:latest";
const OCI = "localhost/kanibako-oci:latest";
const JVM = { name: "jvm", source: "user" as const, description: "", checks: [], caches: {}, vendors: [] };

Deno.test("resolveRig() resolves references as the vectors say", () => {
  const rows: [string, RigSurroundings, string, string][] = [
    ["oci", PREFIX, "ghcr.io/o/kanibako-oci:latest", "pull"],
    ["oci", { ...PREFIX, images: ["kanibako-oci:latest"] }, "kanibako-oci:latest", "ready"],
    [
      "oci",
      { ...PREFIX, images: ["localhost/kanibako-oci:latest"] },
      "localhost/kanibako-oci:latest",
      "ready",
    ],
    ["kanibako-x:1", PREFIX, "ghcr.io/o/kanibako-x:1", "pull"],
    ["min", EMPTY, "localhost/kanibako-min:latest", "build"],
    ["oci", EMPTY, "localhost/kanibako-oci:latest", "build"],
    ["busybox", PREFIX, "busybox", "missing"],
    ["a/b", PREFIX, "a/b", "missing"],
    ["quay.io/a/b:1", EMPTY, "quay.io/a/b:1", "pull"],
    ["vm", EMPTY, "localhost/kanibako-vm:latest", "missing"],
  ];
  for (const [word, around, reference, status] of rows) {
    const rig = resolveRig(word, around);
    assert.deepEqual([rig.reference, rig.status], [reference, status], word);
  }
});

Deno.test("resolveRig() lets what is recorded and here win over the name's usual image", () => {
  const images = ["localhost/kanibako-oci:latest", "ghcr.io/o/kanibako-oci:latest"];
  const recorded = "ghcr.io/o/kanibako-oci:latest";
  assert.equal(resolveRig("oci", { ...PREFIX, images, recorded }).reference, recorded);
  assert.equal(resolveRig("oci", { ...PREFIX, images: images.slice(0, 1), recorded }).reference, images[0]);
});

Deno.test("resolveRig() finds templates and extended rigs by their short names", () => {
  const template = { ...EMPTY, templates: [JVM] };
  assert.deepEqual(resolveRig("jvm", template), {
    word: "jvm",
    kind: "template",
    reference: "localhost/kanibako-template-jvm:latest",
    status: "build",
    recipe: "template-jvm",
    origin: "template",
  });
  const built = resolveRig("jvm", { ...template, images: ["localhost/kanibako-template-jvm:latest"] });
  assert.deepEqual([built.kind, built.status], ["template", "ready"]);
  const extended = resolveRig("mine", { ...EMPTY, images: ["localhost/kanibako-rig-mine:latest"] });
  assert.deepEqual([extended.kind, extended.reference], ["extended", "localhost/kanibako-rig-mine:latest"]);
});

Deno.test("resolveRig() follows the registry's rows", () => {
  const rows = {
    mine: { kind: "extended" as const, image: "kanibako-rig-mine" },
    "corp/base:1.0": {
      kind: "prefab" as const,
      source: "ghcr.io/corp/base:1.0",
      source_type: "ref" as const,
    },
  };
  const missing = resolveRig("mine", { ...EMPTY, rows });
  assert.deepEqual([missing.kind, missing.status], ["extended", "missing"]);
  const row = resolveRig("corp/base:1.0", { ...EMPTY, rows });
  assert.deepEqual([row.reference, row.status], ["ghcr.io/corp/base:1.0", "pull"]);
  const here = resolveRig("corp/base:1.0", { ...EMPTY, rows, images: ["ghcr.io/corp/base:1.0"] });
  assert.equal(here.status, "ready");
});

Deno.test("resolveRig() calls an image of any other name a prefab, not a template", () => {
  const rig = resolveRig("busybox", { ...EMPTY, images: ["docker.io/library/busybox:latest"] });
  assert.deepEqual([rig.kind, rig.status, rig.origin], ["prefab", "ready", "image"]);
});

Deno.test("resolveRig() refuses a row that would hand the store an option", () => {
  const rows = { x: { kind: "prefab" as const, source: "--privileged" } };
  assert.throws(() => resolveRig("x", { ...EMPTY, rows }), { code: "bad-rig" });
});

Deno.test("referenceFor() answers from the records, and guesses without them", () => {
  const record = { oci: { reference: "ghcr.io/o/kanibako-oci:latest", imageId: "1" } };
  assert.equal(referenceFor("oci", record, undefined), "ghcr.io/o/kanibako-oci:latest");
  assert.equal(referenceFor("oci", {}, undefined), "localhost/kanibako-oci:latest");
  assert.equal(referenceFor("oci", {}, "ghcr.io/o"), "ghcr.io/o/kanibako-oci:latest");
  assert.equal(referenceFor("kanibako-x:1", {}, "ghcr.io/o"), "ghcr.io/o/kanibako-x:1");
  assert.equal(referenceFor("busybox", {}, "ghcr.io/o"), "busybox");
  assert.equal(referenceFor("constructor", {}, undefined), "constructor");
});

Deno.test("referenceFor() refuses a word or a record that is no reference", () => {
  assert.throws(() => referenceFor("--privileged", {}, undefined), { code: "bad-rig" });
  const spoilt = { oci: { reference: "--privileged", imageId: "1" } };
  assert.equal(referenceFor("oci", spoilt, undefined), "localhost/kanibako-oci:latest");
});

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const STRANGERS = [
  "ghcr.io/acme/kanibako-oci:v3",
  "ghcr.io/acme/kanibako-oci",
  "quay.io/acme/kanibako-oci:latest",
  "ghcr.io/doctorjei/kanibako-oci:v3",
  "ghcr.io/doctorjei/other/kanibako-oci",
  "docker.io/library/kanibako-oci:v3",
  "localhost/kanibako-oci:v3",
  `ghcr.io/doctorjei/kanibako-oci@${DIGEST}`,
  `kanibako-oci@${DIGEST}`,
  `oci@${DIGEST}`,
];

Deno.test("F2: the bundled recipe is for short names and our own references, never for another owner, tag or digest", () => {
  for (const word of ["oci", "kanibako-oci", "kanibako-oci:latest", OURS, OCI]) {
    assert.equal(recipeOf(word, ["oci"]), "oci", word);
  }
  for (const word of [...STRANGERS, "ghcr.io/o/oci", "kanibako-x", "kanibako-oci:v3", "acme/kanibako-oci"]) {
    assert.equal(recipeOf(word, ["oci"]), undefined, word);
  }
});

Deno.test("F2: a local rig of a like name is not there for a reference in full, recorded by an earlier version or not", () => {
  for (const word of STRANGERS) {
    const around = {
      ...EMPTY,
      prefix: "ghcr.io/acme",
      images: [OCI, "docker.io/library/kanibako-oci:latest"],
    };
    for (const rig of [resolveRig(word, around), resolveRig(word, { ...around, recorded: OCI })]) {
      assert.notEqual(rig.status, "ready", word);
      assert.deepEqual([rig.reference, rig.recipe], [word, undefined]);
    }
    assert.equal(referenceFor(word, { [word]: { reference: OCI, imageId: "1" } }, "ghcr.io/acme"), word);
    const here = resolveRig(word, { ...EMPTY, images: [OCI, tagged(word)] });
    assert.deepEqual([here.status, here.reference], ["ready", tagged(word)]);
  }
});

Deno.test("F2: the reference that earlier versions stored means the rig that is here", () => {
  const here = resolveRig(OURS, { ...EMPTY, images: [OCI] });
  assert.deepEqual([here.status, here.reference, here.origin], ["ready", OCI, "prefab"]);
  assert.equal(resolveRig(OURS, { ...EMPTY, images: [OCI, OURS] }).reference, OURS);
  assert.equal(referenceFor(OURS, { [OURS]: { reference: OCI, imageId: "1" } }, undefined), OCI);
});
