// The images of this host in a box that runs containers.

import assert from "node:assert/strict";
import { rootless, User } from "../support/program.ts";

Deno.test("containers in a box run from the host's images, which they cannot change, and see no container of the host", async () => {
  await using user = await User.make();
  const cwd = await user.folder();
  const open = (script: string, ...options: string[]) =>
    user.run(["shell", "--share-images", ...options, "--", "sh", "-c", script], { cwd });

  const usual = await open("true");
  assert.equal(usual.code, 1);
  assert.match(
    usual.stderr,
    /cannot be shared with the box: this box runs no containers[^]*--security nested/,
  );
  if (!rootless) return; // no other box runs containers

  const store = "/var/lib/shared-images";
  const nested = await open(
    `set -e
    podman run --rm localhost/kanibako-min:latest sh -c 'echo "inside $(id -u)"'
    podman images --format '{{.Repository}} {{.ReadOnly}}' | grep min
    ls ${store} ${store}/overlay-images >/dev/null
    touch ${store}/overlay-images/x 2>&1 || true
    for own in secrets libpod overlay-containers; do [ ! -e ${store}/$own ] || echo "there is $own"; done`,
    "--security",
    "nested",
  );
  assert.equal(nested.code, 0, nested.stderr);
  assert.match(nested.stdout, /^inside 1000$/m);
  assert.match(nested.stdout, /^localhost\/kanibako-min true$/m);
  assert.match(nested.stdout, /Read-only file system/);
  assert.doesNotMatch(nested.stdout, /^there is/m);
});
