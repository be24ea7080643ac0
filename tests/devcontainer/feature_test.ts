import assert from "node:assert/strict";
import { lockPath, lockText, parseLock } from "../../lib/devcontainer/features/lock.ts";
import { readFeature } from "../../lib/devcontainer/features/metadata.ts";

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

Deno.test("readFeature takes what builds it, and keeps what the image says of it", () => {
  const { says, ...known } = readFeature(
    "./f",
    bytes({
      id: "f",
      version: "1.0.0",
      options: {
        version: { type: "string", default: "lts", proposals: ["lts"] },
        on: { type: "boolean", default: true },
      },
      containerEnv: { PATH: "/x:${PATH}" },
      installsAfter: ["ghcr.io/o/f/common"],
      dependsOn: { "ghcr.io/o/f/base:1": { a: "b" } },
      privileged: true,
      postCreateCommand: "x",
      description: "not kept",
    }),
  );
  assert.deepEqual(says, { id: "./f", privileged: true, postCreateCommand: "x" });
  assert.deepEqual(known, {
    id: "f",
    version: "1.0.0",
    options: { version: { type: "string", default: "lts" }, on: { type: "boolean", default: true } },
    containerEnv: { PATH: "/x:${PATH}" },
    installsAfter: ["ghcr.io/o/f/common"],
    dependsOn: { "ghcr.io/o/f/base:1": { a: "b" } },
  });
});

Deno.test("readFeature refuses what would break out of the file that is built of it", () => {
  for (
    const bad of [
      { id: "../x" },
      { id: "a b" },
      { id: "a", containerEnv: { A: "1\nRUN evil" } },
      { id: "a", containerEnv: { "A=1 B": "1" } },
      { id: "a", options: { "x\ny": {} } },
      { id: "a", mounts: 1 },
      [],
    ]
  ) assert.throws(() => readFeature("./f", bytes(bad)), { code: "bad-devcontainer" });
  for (const name of ["installsAfter", "legacyIds"]) {
    const others = Array(101).fill("a.io/a/b");
    assert.throws(() => readFeature("./f", bytes({ id: "f", [name]: others })), { code: "bad-feature" });
  }
});

Deno.test("a lock lies beside its file, hidden where that is, and is read as it is written", () => {
  assert.equal(lockPath(".devcontainer/devcontainer.json"), ".devcontainer/devcontainer-lock.json");
  assert.equal(lockPath(".devcontainer.json"), ".devcontainer-lock.json");
  const lock = {
    "z.io/b/c:1": { version: "1.0.1", resolved: "z.io/b/c@sha256:x", integrity: `sha256:${"b".repeat(64)}` },
    "a.io/b/c:1": { version: "1.0.0", resolved: "a.io/b/c@sha256:x", integrity: `sha256:${"a".repeat(64)}` },
  };
  assert.deepEqual(parseLock(lockText(lock), "lock"), lock);
  assert.deepEqual(parseLock(undefined, "lock"), {});
  assert.match(lockText(lock), /^\{\n {2}"features": \{\n {4}"a\.io/);
});

Deno.test("a lock with something else for a digest is refused", () => {
  const text = '{"features":{"a.io/b/c":{"version":"1","resolved":"x","integrity":"md5:1"}}}';
  assert.throws(() => parseLock(text, "lock"), { code: "bad-devcontainer" });
});
