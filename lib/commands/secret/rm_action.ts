import { note } from "../../host/ui/terminal.ts";
import { forgetSecret, readSecrets } from "../../secret/store.ts";
import type { Context } from "../context.ts";
import type { RmFlags } from "./secret.ts";

/** Runs `kanibako secret rm`. */
export default async function rm(this: Context, flags: RmFlags, name: string): Promise<void> {
  const { dirs } = await this.host();
  await forgetSecret(dirs, name);
  if (flags.quiet) return;
  note(`Forgot the secret ${name}.`);
  const others = (await readSecrets(dirs)).filter(({ origins }) =>
    origins.some((one) => one.kind === "secret" && one.name === name)
  );
  for (const { name: other } of others) {
    note(`${other} is still set to come from it: kanibako secret set ${other}`);
  }
}
