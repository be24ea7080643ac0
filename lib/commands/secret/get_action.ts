import { note, out } from "../../host/ui/terminal.ts";
import { originText } from "../../secret/origin.ts";
import { secretValue, storedSecret } from "../../secret/store.ts";
import type { Context } from "../context.ts";
import type { GetFlags } from "./secret.ts";

/** Runs `kanibako secret get`. */
export default async function get(this: Context, flags: GetFlags, name: string): Promise<void> {
  const { dirs } = await this.host();
  const { origin } = await storedSecret(dirs, name);
  if (flags.reveal) return out(await secretValue(dirs, name));
  out(originText(origin));
  note("To print the value, add --reveal.");
}
