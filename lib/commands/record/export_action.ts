import { recordedBox } from "../../app/record/find.ts";
import { KanibakoError } from "../../host/error.ts";
import { absolutePath } from "../../host/path.ts";
import { cannot, isThere } from "../../host/store.ts";
import { note } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { writeAll } from "../../host/write_all.ts";
import { bundleOf } from "../../record/bundle.ts";
import type { Context } from "../context.ts";
import type { RecordExportFlags } from "./record.ts";

/** Runs `kanibako record export`. */
export default async function exportRecord(
  this: Context,
  { out, force }: RecordExportFlags,
  word?: string,
): Promise<void> {
  const host = await this.host();
  const box = await recordedBox(host, word, () => this.cwd);
  if (out === undefined || out === "-") {
    for await (const bytes of bundleOf(host.dirs, box)) writeAll(Deno.stdout, bytes);
    return;
  }
  const path = absolutePath(out, this.cwd);
  if (!force && isThere(path)) {
    throw new KanibakoError("exists", `${shellQuote(out)} is there already.`, {
      hint: "Give another name, or --force to replace it.",
    });
  }
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    {
      using file = await Deno.open(temporary, { write: true, createNew: true, mode: 0o600 });
      for await (const bytes of bundleOf(host.dirs, box)) writeAll(file, bytes);
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error instanceof KanibakoError ? error : cannot("write", path, error);
  }
  note(`Wrote the record of ${box} to ${shellQuote(out)}.`);
}
