import assert from "node:assert/strict";
import { baseDirs } from "../../lib/host/dirs.ts";
import { FactsFile } from "../../lib/runtime/cli/facts.ts";
import { checkAnnotations, handsAnnotationsOn } from "../../lib/runtime/cli/image_annotations.ts";

Deno.test("T17 a podman that hands annotations of images on is known by its version, and one of unknown words counts as such", () => {
  for (
    const words of ["podman version 4.3.1", "podman version 3.4.4", "podman version 4.5.2-dev", "", "what"]
  ) {
    assert.equal(handsAnnotationsOn(words), true, words);
  }
  for (
    const words of [
      "podman version 4.6.0",
      "podman version 4.9.4-rhel",
      "podman version 5.0.0",
      "podman version 10.1",
    ]
  ) {
    assert.equal(handsAnnotationsOn(words), false, words);
  }
});

Deno.test("T17 an image whose annotations give orders to the runtime is refused, and one with others is not", () => {
  for (
    const name of [
      "run.oci.seccomp_bpf_data",
      "run.oci.keep_original_groups",
      "org.systemd.property.X",
      "io.podman.annotations.x",
    ]
  ) {
    assert.throws(
      () => checkAnnotations("x", JSON.stringify({ [name]: "1" })),
      { code: "image-orders" },
      name,
    );
  }
  for (const text of ["{}", "null", "", '{"org.opencontainers.image.title":"x","io.buildah.version":"1"}']) {
    checkAnnotations("x", text);
  }
});

Deno.test("FactsFile: images found plain are known until one is got, and survive what is forgotten of the host", async () => {
  const home = await Deno.makeTempDir();
  try {
    const dirs = baseDirs((name) => name === "HOME" ? home : undefined);
    const open = () => FactsFile.open(dirs, Deno.execPath());
    const facts = await open();
    const other = await open();
    await facts.learnPlainImage("a");
    await facts.learn({ runtime: "runc" });
    await other.learnPlainImage("b");
    await other.forget();
    const later = await open();
    assert.deepEqual([later.isPlainImage("a"), later.isPlainImage("b"), later.facts.runtime], [
      true,
      true,
      undefined,
    ]);
    await later.forgetImages();
    assert.equal((await open()).isPlainImage("a"), false);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
