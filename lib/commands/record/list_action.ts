import { listRecords } from "../../app/record/find.ts";
import { json, note, out, table } from "../../host/ui/terminal.ts";
import { formatBytes } from "../../host/size.ts";
import type { Context } from "../context.ts";
import type { RecordListFlags } from "./record.ts";
import { shortTime } from "./short_time.ts";

/** Runs `kanibako record list`. */
export default async function list(this: Context, flags: RecordListFlags): Promise<void> {
  const records = await listRecords(await this.host());
  if (flags.json) return json(records);
  if (flags.quiet) return records.forEach(({ box }) => out(box));
  if (records.length === 0) return note("There is no record yet.");
  table(
    ["BOX", "ENTRIES", "FIRST", "LAST", "SIZE"],
    records.map(({ box, lastSeq, firstAt, lastAt, sizeBytes }) => [
      box,
      lastSeq === 0 ? "gone" : String(lastSeq),
      shortTime(firstAt),
      shortTime(lastAt),
      formatBytes(sizeBytes),
    ]),
  );
}
