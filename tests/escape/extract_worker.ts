// Extracts an archive and ends itself, as by kill -9, before or after a step: root, archive, folder, step, when.

import { Sandbox } from "../config/support.ts";
import { planExtract } from "../../lib/project/archive/extract.ts";
import { readContents } from "../../lib/project/archive/extract_contents.ts";
import { runExtract } from "../../lib/project/archive/extract_run.ts";

const [root, file, path, step, when] = Deno.args as [string, string, string, string, string];
const host = await Sandbox.at(root).open();
const request = { path, cwd: "/", name: undefined, replaceWorkspace: true, withoutWorkspace: false };
await runExtract(host, await planExtract(host, await readContents(file), request), {
  onStep: (index, _, at) => {
    if (index === Number(step) && at === when) Deno.kill(Deno.pid, "SIGKILL");
  },
});
