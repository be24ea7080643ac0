import type { Context } from "../../context.ts";
import { NoAgent } from "../../../session/find_agent.ts";
import { out } from "../../../host/ui/terminal.ts";
import { asksPrompt } from "./prompt_flags.ts";
import { flagSettings } from "./session_flags.ts";
import type { StartFlags } from "./start.ts";
import { openAsked, request } from "./session_request.ts";

/** Opens the box of a project with its agent. */
export default async function start(this: Context, flags: StartFlags, project?: string): Promise<number> {
  if (flags.noStdin) (await import("../../../host/no_input.ts")).takeNoInput();
  if (asksPrompt(flags, project)) {
    const { startPrompt } = await import("./prompt_action.ts");
    return await startPrompt(this, flags, flagSettings(flags), project);
  }
  const wanted = await request(this, "agent", flags, flagSettings(flags), project);
  try {
    if (flags.plan) {
      const { planOnly } = await import("./plan_action.ts");
      return await planOnly(wanted, flags.json);
    }
    return await openAsked(wanted, flags.record);
  } catch (error) {
    // In a folder without a project it is no failure to say what to install. Nothing was created.
    if (!(error instanceof NoAgent) || error.exitCode !== 0) throw error;
    out(error.message);
    for (const hint of error.hints) out(`  ${hint}`);
    return 0;
  }
}
