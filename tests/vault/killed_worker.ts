/** A call on a vault that is killed before its Nth change of the disk. Exits with 0 when it had fewer. */

import { libc } from "../../lib/host/libc/libc.ts";
import { VaultWorld } from "./world.ts";

const [root, path, action, strategy, name, at] = Deno.args as [
  string,
  string,
  string,
  "hardlink",
  string,
  string,
];
const world = await VaultWorld.at(root, path);
let left = Number(at);

function count(): void {
  if (--left === 0) Deno.kill(Deno.pid, "SIGKILL");
}

function wrap(holder: Record<string, (...words: never[]) => unknown>, names: readonly string[]): void {
  for (const name of names) {
    const call = holder[name]!;
    holder[name] = (...words) => {
      count();
      return call.apply(holder, words);
    };
  }
}

wrap(libc() as never, [
  "mkdir",
  "rename",
  "link",
  "symlink",
  "unlink",
  "chmod",
  "utimens",
  "write",
  "copyRange",
  "clone",
]);
wrap(Deno as never, ["rename", "renameSync", "remove", "removeSync", "mkdir", "mkdirSync"]);

if (action === "snapshot") await world.snapshot({ strategy });
else if (action === "both") await world.restore(name, [], { strategy, includeHome: true }, true);
else if (action === "restore") await world.restore(name, [], { strategy });
else await world.restore(name, ["d", "a"], { strategy });
