import assert from "node:assert/strict";
import { diagnose, withoutNoise } from "../../lib/runtime/cli/remedies.ts";
import { processorMs } from "../support/processor_time.ts";

Deno.test("diagnose() knows what the engines say when a rig is missing", () => {
  for (
    const [engine, text] of [
      ["podman", "Error: localhost/kanibako-oci:latest: image not known"],
      ["docker", "docker: Error response from daemon: No such image: kanibako-oci:latest"],
    ] as const
  ) assert.equal(diagnose(engine, text, {}).kind, "image-missing", text);
});

Deno.test("diagnose() tells a name that is taken from a box that does not run", () => {
  const taken =
    'Error: creating container storage: the container name "kanibako-a" is already in use by ee55';
  assert.equal(diagnose("podman", taken, {}).kind, "name-taken");
  const conflict = 'Conflict. The container name "/kanibako-a" is already in use by container "4c".';
  assert.equal(diagnose("docker", conflict, {}).kind, "name-taken");
  for (
    const text of [
      'Error: no container with name or ID "x" found: no such container',
      "Error: can only create exec sessions on running containers: container state improper",
      "Error response from daemon: Container 4c9b is not running",
      "Error response from daemon: No such container: x",
    ]
  ) assert.equal(diagnose("docker", text, {}).kind, "not-running", text);
});

Deno.test("diagnose() offers a remedy once: when it is in use already, it does not help", () => {
  for (
    const text of [
      "Error: crun: setrlimit `RLIMIT_NOFILE`: Operation not permitted: OCI permission denied",
      "runc create failed: error setting rlimit type 7: operation not permitted",
    ]
  ) {
    assert.deepEqual(diagnose("podman", text, {}).learn, { clampUlimits: true }, text);
    assert.notEqual(diagnose("podman", text, { clampUlimits: true }).kind, "remedy", text);
  }
});

Deno.test("diagnose() names what the host lacks, and what to install", () => {
  const tun = 'Error: slirp4netns failed: "open(\\"/dev/net/tun\\"): Permission denied"';
  assert.equal(diagnose("podman", tun, {}).kind, "host");
  assert.match(diagnose("podman", tun, {}).hint ?? "", /chmod 0666 \/dev\/net\/tun/);
  const init = "Error: container-init binary not found on the host: stat /usr/libexec/podman/catatonit";
  assert.match(diagnose("podman", init, {}).hint ?? "", /catatonit/);
});

Deno.test("C30: a lost pause process is named, with the command that heals", () => {
  const words =
    'level=error msg="invalid internal status, try resetting the pause process with \\"podman system migrate\\": cannot re-exec process to join the existing user namespace"';
  const { kind, hint } = diagnose("podman", words, {});
  assert.equal(kind, "host");
  assert.match(hint ?? "", /^podman system migrate/);
});

Deno.test("C33: a rig with missing files is distinguished from one that is not there", () => {
  for (
    const text of [
      'Error: mounting storage for container 227: creating overlay mount to /s/overlay/bf7/merged, mount_data="lowerdir=/s/l/GB:/s/l/IR,upperdir=/s/diff": no such file or directory',
      "Error: mounting storage for container 227: readlink /s/overlay/l/IR: no such file or directory",
      "Error: creating container storage: layer not known",
      `Error: stat /s/overlay/${"6f".repeat(32)}: no such file or directory`,
      "docker: Error response from daemon: error creating overlay mount to /var/lib/docker/overlay2/1/merged: no such file or directory",
    ]
  ) assert.equal(diagnose("podman", text, {}).kind, "image-damaged", text);
  assert.equal(diagnose("podman", "Error: statfs /none: no such file or directory", {}).kind, "unknown");
});

Deno.test("C46: where the engine finds no space is named, as far as it says so", () => {
  const { message, hint } = diagnose(
    "podman",
    "Error: creating container storage: mkdir /tmp/x: no space left on device",
    {},
  );
  assert.match(`${message} ${hint}`, /^No space is left at \/[^]* df -h /);
  assert.match(
    diagnose("docker", "Error: no space left on device", {}).message,
    /no space left for containers/,
  );
});

Deno.test("C33: a damaged image that keeps podman from listing any is named, with what removes it", () => {
  const id = "215bec058134";
  for (
    const text of [
      `Error: retrieving label for image "${id}9f": you may need to remove the image: layer not known`,
      `Error: locating item named "manifest" for image with ID "${id}9f": file does not exist`,
    ]
  ) {
    const { kind, hint } = diagnose("podman", text, {});
    assert.equal(kind, "host");
    assert.match(hint ?? "", new RegExp(`^podman image rm --force ${id} `));
  }
});

Deno.test("N8: a rig without a shell is not taken for an engine without an init", () => {
  for (
    const text of [
      "ERROR (catatonit:6): failed to exec pid1: No such file or directory",
      "[FATAL tini (7)] exec /run/kanibako/in/enter failed: No such file or directory",
    ]
  ) {
    const { kind, message } = diagnose("podman", text, {});
    assert.deepEqual([kind, message], ["command", "The rig has no /bin/sh, which a box needs."]);
  }
});

Deno.test("n7: a folder on a file system that podman does not see is named, and one that is gone is not", () => {
  const here = diagnose("podman", "Error: statfs /tmp: no such file or directory", {});
  assert.match(`${here.message} ${here.hint}`, /does not see \/tmp: .*podman system migrate/);
  assert.equal(diagnose("podman", "Error: statfs /none/such: no such file or directory", {}).kind, "unknown");
});

Deno.test("diagnose() does not claim to know what it does not", () => {
  assert.equal(diagnose("podman", "Error: something else entirely", {}).kind, "unknown");
});

Deno.test("withoutNoise() drops harmless warnings and keeps the rest", () => {
  const text = 'WARN[0000] "/" is not a shared mount, this could cause issues\nError: real\n';
  assert.equal(withoutNoise(text), "Error: real\n");
});

Deno.test("H6: words that a box makes long and repetitive are diagnosed at once", () => {
  const length = 64 * 1024;
  for (
    const part of [
      "a",
      "name ",
      "netavark: ",
      "pasta",
      "slirp4netns",
      "keep-id:",
      "permission denied ",
      "cgroup ",
    ]
  ) {
    const words = part.repeat(length / part.length);
    const tookMs = processorMs(() => {
      for (const engine of ["podman", "docker"] as const) diagnose(engine, words, {});
      withoutNoise(words);
    });
    assert.ok(tookMs < 1000, `${part}: ${tookMs} ms`);
  }
  // What was said last counts, however much came before.
  const late = `${"x ".repeat(length)}\nError: no such container x`;
  assert.equal(diagnose("podman", late, {}).kind, "not-running");
});
