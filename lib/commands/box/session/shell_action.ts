import type { Context } from "../../context.ts";
import { flagSettings, type SessionFlags } from "./session_flags.ts";
import { openAsked, request } from "./session_request.ts";

/** Opens a shell in the box of a project, or runs a command there. */
export default async function shell(this: Context, flags: SessionFlags, project?: string): Promise<number> {
  const wanted = await request(this, "shell", flags, flagSettings(flags), project);
  if (flags.plan) {
    const { planOnly } = await import("./plan_action.ts");
    return await planOnly(wanted, flags.json);
  }
  return await openAsked(wanted, flags.record);
}
