/** Tells what of other projects a folder shows. Runs where folders are mounted elsewhere. */

import { KanibakoError } from "../../lib/host/error.ts";
import { nestedProjects } from "../../lib/project/nested/nested.ts";
import { Sandbox } from "../config/support.ts";

const [root, ...paths] = Deno.args as [string, ...string[]];
const host = await Sandbox.at(root).open();
const answers: unknown[] = [];
for (const path of paths) {
  try {
    const { byRoot } = await nestedProjects(host, [path], undefined);
    const below = (all: readonly string[] = []) => all.map((one) => one.slice(path.length + 1));
    answers.push([below(byRoot.get(path)?.hidden), below(byRoot.get(path)?.kept)]);
  } catch (error) {
    answers.push(error instanceof KanibakoError ? error.code : String(error));
  }
}
console.log(JSON.stringify(answers));
