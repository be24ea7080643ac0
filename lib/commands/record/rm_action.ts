import { recordedBox } from "../../app/record/find.ts";
import { Aborted } from "../../host/error.ts";
import { removeRecord } from "../../record/remove.ts";
import { note } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { RecordRmFlags } from "./record.ts";

/** Runs `kanibako record rm`. */
export default async function rm(this: Context, { force }: RecordRmFlags, word?: string): Promise<void> {
  const host = await this.host();
  const box = await recordedBox(host, word, () => this.cwd);
  if (!force && !await host.ui.confirm({ text: `Remove the record of ${box}? It cannot be made again.` })) {
    throw new Aborted();
  }
  await removeRecord(host.dirs, box);
  note(`Removed the record of ${box}.`);
}
