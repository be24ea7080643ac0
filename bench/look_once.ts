/**
 * What `look.ts` times: one look at a project in a process of its own, or two, of which the second finds its code warm. Prints how long
 * the last one took, in milliseconds.
 *
 * @module
 */

import { beginLook } from "../lib/report/look_at.ts";

const [root, again] = Deno.args as [string, string | undefined];
if (again !== undefined) await beginLook(root)();
const began = performance.now();
const finish = beginLook(root);
// What follows can wait until the engine works.
console.log(performance.now() - began);
await finish();
