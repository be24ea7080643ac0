/**
 * What `helper_work.ts` times: a helper's folder made, or compared, in a process of its own. Prints how, and how long, without its start.
 *
 * @module
 */

import { diffWork } from "../lib/hub/work/diff.ts";
import { makeWorkspace } from "../lib/hub/work/workspace.ts";

const [what, parent, to] = Deno.args;
const folders = { parent: parent!, workspace: to!, record: `${to}.fork` };
const begun = performance.now();
let how = "";
if (what === "make") {
  const made = await makeWorkspace({
    kind: "copy",
    from: parent!,
    to: to!,
    record: folders.record,
    exclude: [],
    number: 1,
  });
  how = made.how;
} else await diffWork(folders);
console.log(`${performance.now() - begun} ${how}`);
