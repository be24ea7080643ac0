/**
 * What `copy.ts` times: one copy, or one walk, of a tree in a process of its own.
 *
 * @module
 */

import { copyTree } from "../lib/host/tree_copy.ts";
import { walkTree } from "../lib/host/tree_walk.ts";

const [from, to] = Deno.args;
if (to !== undefined) await copyTree(from!, to);
else walkTree(from!, () => {});
