import assert from "node:assert/strict";
import { localEnvMark } from "../../lib/config/devcontainer.ts";
import { askedOf, comparedWith } from "../../lib/devcontainer/words.ts";
import { devContainer, own } from "./given.ts";

Deno.test("everything that a file asks for is said, and no secret", () => {
  const lines = askedOf(devContainer({
    containerEnv: { API_TOKEN: "hunter2", PLAIN: "yes" },
    remoteEnv: { HERE: localEnvMark("SOME") },
    localEnv: ["SOME"],
    remoteUser: "vscode",
    features: [{ id: "ghcr.io/x/y:1", options: { version: "2" } }],
    mounts: [{ from: "devcontainer.json", type: "bind", source: "/srv", target: "/srv2", readOnly: false }],
    forwardPorts: [3000, "db:5432"],
    lifecycle: { postCreate: own({ a: "make", b: ["npm", "ci"] }), postStart: own("x".repeat(1500)) },
    widening: [{
      key: "build.context",
      value: '".."',
      from: "devcontainer.json",
      treatment: "approve",
      why: "It copies whatever is there.",
    }, {
      key: "privileged",
      value: "true",
      from: "devcontainer.json",
      treatment: "left-out",
      why: "Never.",
    }],
  }));
  const text = lines.join("\n");
  assert.ok(!text.includes("hunter2"));
  assert.ok(!text.includes("\u0001"));
  for (
    const wanted of [
      'image = "registry.example/base:1"',
      "API_TOKEN",
      'PLAIN = "yes"',
      '"${localEnv:SOME}"',
      'variable "SOME" of this machine',
      "ghcr.io/x/y:1",
      'read and change "/srv"',
      "port 3000: this machine publishes it on localhost",
      'port "db:5432": it is not published',
      "(502 more characters, which are not shown here)",
      'postCreateCommand = "a: make"',
      'postCreateCommand = "b: npm ci"',
      'build.context = "..": It copies whatever is there.',
      "privileged = true: has no effect",
      'the user "vscode"',
    ]
  ) assert.ok(text.includes(wanted), wanted);
});

Deno.test("of a changed file is said what is new, what stayed and what went", () => {
  assert.deepEqual(comparedWith(undefined, ["a"]), ["a"]);
  assert.deepEqual(comparedWith(["a", "b"], ["b", "c"]), ["b (as before)", "c (new)", "no longer: a"]);
  assert.match(comparedWith(["a"], ["a"]).at(-1)!, /Other content/);
});
