/**
 * The program: the words of the command line in, an exit code out.
 *
 * @module
 */

import { version } from "./lib/host/version.ts";

const [first] = Deno.args;
if (first === "--version") {
  // Answered before anything else is loaded: scripts and prompts ask for it.
  try {
    console.log(`kanibako ${version}`);
  } catch {
    // Nobody reads it, or the disk is full: that is said in one place.
    const { dispatch } = await import("./lib/commands/dispatch.ts");
    Deno.exit(await dispatch(Deno.args));
  }
} else if (first === "--help" || first === "-h") {
  const { printHelp } = await import("./lib/commands/help.ts");
  printHelp();
} else if (first === "internal" && Deno.args[1] === "steward") {
  // One lives in each box: nothing that commands need is loaded for it.
  const { serve } = await import("./lib/steward/serve.ts");
  await serve(Deno.args.slice(2));
} else if (first === "__complete") {
  const { printCompletions } = await import("./lib/commands/complete_action.ts");
  await printCompletions(Deno.args.slice(1));
} else {
  const { dispatch } = await import("./lib/commands/dispatch.ts");
  Deno.exit(await dispatch(Deno.args));
}
