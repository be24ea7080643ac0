import { followLog } from "../../../app/project/follow_log.ts";
import { type SessionLog, sessionLog } from "../../../app/project/logs.ts";
import { json, note, out, outText } from "../../../host/ui/terminal.ts";
import { escapeInJson } from "../../../host/ui/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import { parseLines } from "../../line_count.ts";
import { age } from "./age.ts";
import type { LogsFlags } from "./logs.ts";

/** Shows what the session of a box has shown. */
export default async function logs(this: Context, flags: LogsFlags, word?: string): Promise<void> {
  const most = flags.lines === undefined ? undefined : parseLines(flags.lines);
  const host = await this.host();
  if (flags.follow) {
    for await (const piece of followLog(host, word, this.cwd, most)) {
      if (flags.json) outText(`${escapeInJson(JSON.stringify(asJson(piece)))}\n`);
      else show(piece);
    }
    return;
  }
  const log = await sessionLog(host, word, this.cwd, most);
  if (!flags.json) return show(log);
  json({ name: qualifiedName(log.project), running: log.running, ...asJson(log) });
}

function show({ lines, ended }: Pick<SessionLog, "lines" | "ended">): void {
  for (const line of lines) out(line);
  if (ended) note(`The session has ended with exit code ${ended.code}, ${age(ended.atMs, Date.now())}.`);
}

function asJson({ lines, ended }: Pick<SessionLog, "lines" | "ended">): Record<string, unknown> {
  return { ended: ended ? { code: ended.code, at: new Date(ended.atMs).toISOString() } : null, lines };
}
