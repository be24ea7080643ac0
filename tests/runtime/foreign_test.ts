// A runtime without a command line, bind mounts and FIFOs does what a runtime must do.

import assert from "node:assert/strict";
import { fromPart } from "../../lib/spec/source.ts";
import { ForeignMachine, ForeignRuntime } from "../support/foreign_runtime.ts";
import { runtimeContract } from "../support/runtime_contract.ts";
import { someSpec } from "../support/spec.ts";

runtimeContract("foreign", async () => {
  const machine = new ForeignMachine();
  const folder = await Deno.makeTempDir();
  return {
    runtime: new ForeignRuntime(machine),
    image: "foreign/small:1",
    user: { kind: "keep-id", uid: 1000, gid: 1000 },
    folder,
    close: async () => {
      await machine[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
});

Deno.test("a runtime that cannot mount folders of this host names the one it was asked for", async () => {
  await using machine = new ForeignMachine();
  const runtime = new ForeignRuntime(machine);
  runtime.check(someSpec());
  const mount = {
    type: "bind",
    source: "/p",
    destination: "/home/agent/workspace",
    readOnly: false,
    from: fromPart("project"),
  } as const;
  assert.throws(() => runtime.check(someSpec({ mounts: [mount] })), {
    code: "cannot-express",
    message: /\/home\/agent\/workspace/,
  });
});
