import assert from "node:assert/strict";
import fc from "fast-check";
import {
  checkImageName,
  findLocal,
  parseImageName,
  qualified,
  registryOf,
  registryPrefix,
  tagged,
} from "../../lib/rig/image_name.ts";

Deno.test("parseImageName() takes host, path, tag and digest apart", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const rows: [string, (string | undefined)[]][] = [
    ["ghcr.io/o/n:t", ["ghcr.io", "o/n", "t", undefined]],
    ["localhost:5000/a/b", ["localhost:5000", "a/b", undefined, undefined]],
    ["localhost/kanibako-oci:latest", ["localhost", "kanibako-oci", "latest", undefined]],
    ["registry:5000/x", ["registry:5000", "x", undefined, undefined]],
    ["busybox", [undefined, "busybox", undefined, undefined]],
    ["a/b", [undefined, "a/b", undefined, undefined]],
    [`quay.io/a/b@${digest}`, ["quay.io", "a/b", undefined, digest]],
  ];
  for (const [text, [registry, repository, tag, hash]] of rows) {
    assert.deepEqual(parseImageName(text), { registry, repository, tag, digest: hash }, text);
  }
});

Deno.test("checkImageName() refuses options, paths, transports and control characters", () => {
  for (
    const word of [
      "",
      "-v",
      "--privileged",
      "/etc",
      "./x",
      "../x",
      "dir:/etc",
      "docker-archive:/x.tar",
      "oci:x:/y",
      "docker://ghcr.io/o/n",
      "bad ref",
      "a\nb",
      "A/B",
      "x:",
      "x@sha256:12",
      "a//b",
      "ghcr.io/",
      "x".repeat(600),
    ]
  ) {
    assert.throws(() => checkImageName(word), { code: "bad-rig" }, word);
  }
  for (const word of ["oci", "ghcr.io/o/kanibako-oci:1.0", "localhost/x", "a__b", "a--b.c/d"]) {
    checkImageName(word);
  }
});

Deno.test("checkImageName() takes nothing an store could mistake for an option or a path", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."ab1.:/@-_ A\n") }), (word) => {
    if (!parseImageName(word)) return;
    assert.match(word, /^[A-Za-z0-9][A-Za-z0-9._:\/@-]*$/);
    assert.ok(!word.includes(".."));
    assert.ok(!/:\/+/.test(word));
  }));
});

Deno.test("tagged() and qualified() complete a reference once", () => {
  assert.equal(tagged("a/b"), "a/b:latest");
  assert.equal(tagged("localhost:5000/a"), "localhost:5000/a:latest");
  assert.equal(tagged("kanibako-x:1"), "kanibako-x:1");
  assert.equal(qualified("busybox"), "docker.io/library/busybox:latest");
  assert.equal(qualified("a/b:2"), "docker.io/a/b:2");
  assert.equal(qualified("ghcr.io/o/n"), "ghcr.io/o/n:latest");
});

Deno.test("registryOf() and registryPrefix() leave this machine's own images out", () => {
  assert.equal(registryOf("ghcr.io/o/n"), "ghcr.io");
  assert.equal(registryOf("localhost:5000/n"), "localhost:5000");
  assert.equal(registryOf("localhost/n"), undefined);
  assert.equal(registryOf("busybox"), undefined);
  assert.equal(registryPrefix("ghcr.io/o/p/n:t"), "ghcr.io/o/p");
  assert.equal(registryPrefix("localhost/n"), undefined);
  assert.equal(registryPrefix("oci"), undefined);
});

Deno.test("findLocal() knows the spellings of podman and docker", () => {
  assert.equal(findLocal("kanibako-oci", ["localhost/kanibako-oci:latest"]), "localhost/kanibako-oci:latest");
  assert.equal(findLocal("localhost/kanibako-oci:latest", ["kanibako-oci:latest"]), "kanibako-oci:latest");
  assert.equal(
    findLocal("busybox", ["docker.io/library/busybox:latest"]),
    "docker.io/library/busybox:latest",
  );
  assert.equal(findLocal("docker.io/library/busybox", ["busybox:latest"]), "busybox:latest");
  assert.equal(findLocal("ghcr.io/o/x", ["localhost/x:latest", "x:latest"]), undefined);
  assert.equal(findLocal("x:1", ["localhost/x:2"]), undefined);
});
