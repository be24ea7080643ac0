/**
 * A process that makes one change and kills itself on the way: `victim.ts ROOT SCENARIO INDEX WHEN`. `WHEN` is `before`,
 * `performed`, or `during` (in the middle of a copy).
 */

import { openHost } from "../../../lib/config/system.ts";
import { runChange } from "../../../lib/project/change/change.ts";
import { long, scenarios } from "./scenarios.ts";

const [root, name, at, when] = Deno.args as [string, string, string, string];
const host = await openHost((variable) => Deno.env.get(variable));
const change = await (scenarios[name] ?? long).plan(host, `${root}/work`);
let current = -1;
const die = () => Deno.kill(Deno.pid, "SIGKILL");
await runChange(host, change, {
  onStep: (index, _step, now) => {
    current = index;
    if (index === Number(at) && now === when) die();
  },
  onProgress: () => {
    if (current === Number(at) && when === "during") die();
  },
});
