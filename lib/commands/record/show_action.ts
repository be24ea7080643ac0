import { recordedBox } from "../../app/record/find.ts";
import { UsageError } from "../../host/error.ts";
import { dim, green, note, out, outText, red } from "../../host/ui/terminal.ts";
import { escapeInJson } from "../../host/ui/text.ts";
import type { RecordEntry } from "../../record/entry.ts";
import { readEntries } from "../../record/read.ts";
import type { Context } from "../context.ts";
import { parseDuration } from "../duration.ts";
import { parseLines } from "../line_count.ts";
import type { RecordShowFlags } from "./record.ts";
import { shortTime } from "./short_time.ts";

const USUAL_LINES = 50;
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Runs `kanibako record show`. */
export default async function show(this: Context, flags: RecordShowFlags, word?: string): Promise<void> {
  const count = flags.lines === undefined ? USUAL_LINES : parseLines(flags.lines, 0);
  const since = flags.since === undefined ? undefined : sinceOf(flags.since);
  const { dirs, ...host } = await this.host();
  const box = await recordedBox({ dirs, ...host }, word, () => this.cwd);
  const wanted = ({ at, kind, run }: RecordEntry) =>
    (since === undefined || Date.parse(at) >= since) && (flags.kind === undefined || kind === flags.kind) &&
    (flags.run === undefined || run === flags.run);
  const shown: RecordEntry[] = [];
  for await (const entry of readEntries(dirs, box)) {
    if (!wanted(entry)) continue;
    shown.push(entry);
    if (count > 0 && shown.length > count) shown.shift();
  }
  if (flags.json) return shown.forEach((entry) => outText(`${escapeInJson(JSON.stringify(entry))}\n`));
  if (shown.length === 0) return note("Nothing of that kind is recorded.");
  for (const entry of shown) showEntry(entry);
}

function showEntry({ at, kind, data }: RecordEntry): void {
  const colour = kind === "gap" || String(data["event"] ?? "").startsWith("refused") ? red : green;
  const rest = Object.entries(data).filter(([name, value]) => value !== "" && name !== "settings")
    .map(([name, value]) => `${name}=${value}`).join("  ");
  out(dim(`${shortTime(at)}  `), colour(kind), rest === "" ? "" : `  ${rest}`);
}

/** Milliseconds since 1970. */
function sinceOf(text: string): number {
  if (!DATE.test(text)) return Date.now() - parseDuration("--since", text);
  const at = Date.parse(text);
  if (Number.isFinite(at)) return at;
  throw new UsageError(`Cannot use --since ${JSON.stringify(text)}: there is no such date.`);
}
