/**
 * What `look.ts` times: one look at a project in a process of its own, or two, of which the second knows the first. Prints how long
 * the last one took, in milliseconds.
 *
 * @module
 */

import { beginLook } from "../lib/report/look_at.ts";

const [root, again] = Deno.args as [string, string | undefined];
const earlier = again === undefined ? undefined : (await beginLook(root)()).look;
const began = performance.now();
const finish = beginLook(root, earlier);
// What follows can wait until the engine works.
console.log(performance.now() - began);
await finish();
