import type { Context } from "../../context.ts";
import { mayBeKept } from "../../../session/may_be_kept.ts";
import { flagSettings, type SessionFlags } from "./session_flags.ts";

/** Opens a shell in the box of a project, or runs a command there. */
export default async function shell(this: Context, flags: SessionFlags, project?: string): Promise<number> {
  if (flags.noStdin) (await import("../../../host/no_input.ts")).takeNoInput();
  const settings = flagSettings(flags);
  if (isPlainCall(this, flags, Object.keys(settings))) {
    const { quickCall } = await import("../../../session/quick_call.ts");
    const env = settings.env ?? [];
    const kept = project !== undefined && mayBeKept(await this.host(), project);
    const code = kept
      ? undefined
      : await quickCall({ host: await this.host(), cwd: this.cwd, project, words: this.rest, env });
    if (code !== undefined) return code;
  }
  const { openAsked, request } = await import("./session_request.ts");
  const wanted = await request(this, "shell", flags, settings, project);
  if (flags.plan) {
    const { planOnly } = await import("./plan_action.ts");
    return await planOnly(wanted, flags.json);
  }
  return await openAsked(wanted, flags.record);
}

/** Whether it is a command on our own streams, with variables at most: then a box that runs is not asked for anything else. */
function isPlainCall({ rest }: Context, flags: SessionFlags, given: readonly string[]): boolean {
  const { plan, json, distinctAuth, entrypoint, engine, record } = flags;
  return rest.length > 0 && !plan && !json && !distinctAuth && given.every((name) => name === "env") &&
    entrypoint === undefined && engine === undefined && record === undefined &&
    // What goes to a terminal is filtered, as the settings say.
    !Deno.stdout.isTerminal() && !Deno.stderr.isTerminal();
}
