import { note } from "../../host/ui/terminal.ts";
import { forgetSecret } from "../../secret/store.ts";
import type { Context } from "../context.ts";
import type { RmFlags } from "./secret.ts";

/** Runs `kanibako secret rm`. */
export default async function rm(this: Context, flags: RmFlags, name: string): Promise<void> {
  await forgetSecret((await this.host()).dirs, name);
  if (!flags.quiet) note(`Forgot the secret ${name}.`);
}
