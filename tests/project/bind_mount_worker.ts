/** Asks for the guard's answer about each path. Runs where folders are mounted elsewhere. */

import { KanibakoError } from "../../lib/host/error.ts";
import { checkWorkspace } from "../../lib/project/guard.ts";
import { Sandbox } from "../config/support.ts";

const [root, ...paths] = Deno.args as [string, ...string[]];
const host = await Sandbox.at(root).open();
const answers = await Promise.all(paths.map(async (path) => {
  try {
    await checkWorkspace(host, await Deno.realPath(path), { standalone: false, allowHome: false });
    return "fine";
  } catch (error) {
    return error instanceof KanibakoError ? error.code : String(error);
  }
}));
console.log(JSON.stringify(answers));
