import { note, out } from "../../host/ui/terminal.ts";
import { originsText } from "../../secret/origin.ts";
import { secretValue, storedSecret } from "../../secret/store.ts";
import type { Context } from "../context.ts";
import type { GetFlags } from "./secret.ts";

/** Runs `kanibako secret get`. */
export default async function get(this: Context, flags: GetFlags, name: string): Promise<void> {
  const { dirs } = await this.host();
  const { origins } = await storedSecret(dirs, name);
  if (flags.reveal) return out(await secretValue(dirs, name));
  out(originsText(origins));
  note("To print the value, add --reveal.");
}
