// The container engine of this machine does what a runtime must do.

import { baseDirs } from "../../lib/host/dirs.ts";
import { openRuntime } from "../../lib/runtime/open.ts";
import { engine, rootless } from "../support/program.ts";
import { runtimeContract } from "../support/runtime_contract.ts";

// One cache for all of them: what the engine needs on this machine is learned once.
const home = Deno.makeTempDirSync({ prefix: "kanibako-contract-" });
globalThis.addEventListener("unload", () => Deno.removeSync(home, { recursive: true }));

runtimeContract(engine, async () => ({
  runtime: await openRuntime(baseDirs((name) => name === "HOME" ? home : undefined), engine),
  image: "localhost/kanibako-min:latest",
  user: rootless ? { kind: "keep-id", uid: 1000, gid: 1000 } : { kind: "owner", uid: 1000, gid: 1000 },
  folder: await Deno.makeTempDir({ dir: home }),
}));
