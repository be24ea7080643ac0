/** Takes snapshots of a vault that others take snapshots of too. */

import { VaultWorld } from "./world.ts";

const [root, path, count] = Deno.args as [string, string, string];
const world = await VaultWorld.at(root, path);
for (let n = 0; n < Number(count); n++) console.log((await world.snapshot({ strategy: "hardlink" })).name);
