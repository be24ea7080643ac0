// Settles a run, to be killed meanwhile.

import { settleProtected } from "../../lib/protect/settle.ts";

console.log("begun");
await settleProtected(Deno.args[0]!, Deno.args[1]!);
