import type { Context } from "../../context.ts";
import type { ShellFlags } from "./shell.ts";
import { sessionSettings } from "./session_flags.ts";
import { openAsked, request } from "./session_request.ts";

/** Opens a shell in the box of a project, or runs a command there. */
export default async function shell(this: Context, flags: ShellFlags, project?: string): Promise<number> {
  const wanted = await request(this, "shell", flags, sessionSettings(flags), project);
  if (flags.plan) {
    const { planOnly } = await import("./plan_action.ts");
    return await planOnly(wanted, flags.json);
  }
  return await openAsked(wanted);
}
