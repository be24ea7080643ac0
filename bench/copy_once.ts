/**
 * What `copy.ts` times: one copy, or one walk, of a tree in a process of its own.
 *
 * @module
 */

import { copyTree } from "../lib/host/tree/copy.ts";
import { walkTree } from "../lib/host/tree/walk.ts";

const [from, to] = Deno.args;
if (to !== undefined) await copyTree(from!, to);
else walkTree(from!, () => {});
