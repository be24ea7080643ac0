import { portAddress } from "../../../app/project/ports.ts";
import { openInBrowser } from "../../../host/browser.ts";
import { json, note, out } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import type { OpenFlags } from "./port.ts";

/** Runs `kanibako box open`. */
export default async function open(this: Context, flags: OpenFlags, port: string): Promise<void> {
  const { url, published } = await portAddress(await this.host(), flags.project, this.cwd, port);
  const opened = openInBrowser(url);
  if (flags.json) return json({ url, opened, published });
  out(url);
  if (!opened) note("There is no browser here; open this address in one.");
}
