import { rejects } from "node:assert/strict";
import { hostPlace, targetPlace } from "../../../lib/app/copy/host_side.ts";
import { AppWorld } from "../world.ts";

Deno.test("a path of which a folder is missing is refused by that folder's name, and says what to do", async () => {
  await using world = await AppWorld.make();
  const folder = await world.folder("there");
  const missing = {
    code: "no-folder",
    message: /^Cannot open .*none\/x: there is no folder .*\/there\/none\.$/,
    hints: ["Check the path. To copy to it, make that folder first."],
  };
  await rejects(hostPlace(world.host, `${folder}/none/x`, "/"), missing);
  await rejects(targetPlace(world.host, "none/x", folder, "x"), missing);
});
